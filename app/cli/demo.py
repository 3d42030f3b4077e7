"""`flask demo`: a summit in full swing, made through the real services, for everybody who tries the platform.

The programmes of the reported directory stay unclaimed: nobody invents a word for a real company. The companies
and partners that act here are made up and say so.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import click
from flask import Flask, current_app
from sqlalchemy import select

from app.accounts import passwords
from app.accounts import services as accounts
from app.accounts.administer import offer_demo_sign_in
from app.accounts.models import User
from app.cli.rehearsal import (
    admission,
    deal_room,
    delegation,
    desks,
    following,
    mandates,
    meeting,
    questions,
    transfers,
)
from app.cli.rehearsal.house import House, furnish
from app.cli.rehearsal.population import partners
from app.cli.rehearsal.setting import (
    STAFF,
    Company,
    Programme,
    configure,
    hire_staff,
    newcomer,
    seeks,
    summit_settings,
)
from app.cli.standing import with_database
from app.config import Environment
from app.core import clock
from app.core.access import Role
from app.core.db import Database, db, make_engine, transaction
from app.core.settings import settings
from app.directory.states import Category, StageGroup
from app.door import services as door
from app.door.rules.chosen import Chosen
from app.door.states import Layout
from app.notifications import jobs
from app.registration.queries import current_summit, the_summit
from app.regulatory.states import Participation
from app.screening.models import ListEntry

PASSWORD = "orbit-and-rendezvous"  # noqa: S105 - of made-up people in the demonstration, printed at its start
DOMAIN = "demo.example"
PARTNERS, PLACES_FOR, SEED, LEAD_DAYS, SINCE_DAYS = 30, 28, 11, 63, 21
LABELS = {
    "administrator": "Administrator: people and roles",
    "organizer": "Organizer: control room, summit, matching, timetable",
    "reviewer": "Reviewer: applications, entries, claims",
    "screener": "Screener: restricted-party cases",
    "second-screener": "Second screener: agrees or not",
    "finance": "Finance: payments and refunds",
    "door": "Door staff: scanning badges",
}
COMPANIES: dict[str, tuple[str, list[Programme]]] = {
    "Perigee Station Works (demonstration)": ("Ada Moreno", [
        Programme("Perigee Outpost (demonstration)", Category.STATION, {
            "summary": "A made-up crewed outpost of two modules, to show how a company writes its entry.",
            "stage": "preliminary design", "stage_group": StageGroup.DESIGN, "target_first_launch": "2030 (made up)",
            "platform": "own_station", "orbit": "station", "altitude_km": 420, "inclination_deg": 51.6,
            "milestones": [{"name": "Preliminary design review", "done": "2026-09"},
                           {"name": "First module ready to ship", "due": "2029-06"},
                           {"name": "First crew", "due": "2030-11"}],
            "partners": [{"name": "Example Robotics (made up)", "countries": ["CA"], "role": "robotic arm"}],
            "funding_facts": [{"fact": "A made-up seed round", "source": "Made up", "as_of": "2026-05"}],
            "openings": ["equity", "hardware_supply", "crew_seat"],
            "export_class": "9x515", "export_words": "Structures and interfaces; operations data differs by item.",
            "seeking": [
                {"kind": "equity", "band": "from_10m_to_50m", "currency": "USD", "instrument": "Series B",
                 "terms": "A lead is welcome; no board seat is asked of small holders."},
                {"kind": "hardware", "band": "from_1m_to_10m", "currency": "USD", "instrument": "Barter for seats",
                 "terms": "Life support and docking parts by the end of 2028."},
                {"kind": "seat"},
            ],
        }),
        Programme("Perigee Research Deck (demonstration)", Category.RESEARCH_FACILITY, {
            "summary": "A made-up research deck that sells racks and crew time.", "stage": "concept",
            "stage_group": StageGroup.CONCEPT,
            "seeking": seeks(Participation.CAPACITY_PURCHASE, Participation.PAYLOAD),
        }),
    ]),
    "Kestrel Return (demonstration)": ("Jonah Whitlow", [
        Programme("Kestrel Capsule (demonstration)", Category.REENTRY_VEHICLE, {
            "summary": "A made-up capsule that brings experiments back to a partner's own landing site.",
            "stage": "flight hardware in build", "stage_group": StageGroup.DEVELOPMENT,
            "target_first_launch": "2028 (made up)",
            "seeking": seeks(Participation.LANDING_SITE, Participation.PAYLOAD, Participation.EQUITY),
        }),
    ]),
    "Tidewater Orbital Data (demonstration)": ("Grace Okafor", [
        Programme("Tidewater Relay (demonstration)", Category.IN_SPACE_SERVICES, {
            "summary": "A made-up relay and edge computing service for stations and free flyers.",
            "stage": "in service on one host", "stage_group": StageGroup.OPERATIONAL,
            "seeking": seeks(Participation.SERVICES, Participation.EQUITY),
        }),
    ]),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody whom the demonstration lets anybody be."""

    email: str
    name: str
    role: str


@click.group("demo")
def demo() -> None:
    """The demonstration summit."""


@demo.command("make")
@with_database
def make() -> None:
    """Make the demo summit unless there is a summit already."""
    if settings().environment is not Environment.DEMO:
        raise click.ClickException("The demo summit is made in the demo environment only: RENDEZVOUS_ENV=demo.")
    if not make_if_missing(click.echo):
        click.echo("There is a summit already; nothing was changed.")


def sign_ins() -> list[SignIn]:
    """Return the people that the sign-in page of the demonstration offers."""
    wanted = select(User.email, User.name, User.demo_label).where(User.is_demo).order_by(User.created_at, User.email)
    return [SignIn(email, name, label.partition(":")[0]) for email, name, label in db().execute(wanted)]


def make_if_missing(echo: Callable[[str], object]) -> bool:
    """Make the demo summit when there is none; return whether it was made."""
    if current_summit(db()) is not None:
        return False
    echo("Making the demo summit: people apply, are screened, pay, meet. This takes about a minute, once ...")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    today = clock.now()
    with jobs.by_hand(), _hastily(app), clock.stopped(today - timedelta(days=SINCE_DAYS)):
        house = furnish(app, seed=SEED, store=settings().var_folder / "payment-sandbox.json")
        house.settle()
        _play(house)
    return True


@contextmanager
def _hastily(app: Flask) -> Iterator[None]:
    """Write without waiting for the disk: if the power fails now, the demo summit is simply made again."""
    careful: Database = app.extensions["database"]
    hasty = Database(make_engine(settings().database_url, durable=False))
    app.extensions["database"] = hasty
    try:
        yield
    finally:
        hasty.engine.dispose()
        app.extensions["database"] = careful


def _play(house: House) -> None:
    """Play the acts of a rehearsal, leaving work for every desk."""
    opened = clock.now()
    hire_staff(house, domain=DOMAIN, password=PASSWORD)
    first_day = (opened + timedelta(days=SINCE_DAYS + LEAD_DAYS)).date()
    first_day += timedelta(days=(1 - first_day.weekday()) % 7)
    rules = summit_settings(first_day, partners=PLACES_FOR, companies=8, opens=opened.date(), per_market=3)
    rules = replace(rules, endorsement_asked=True, submission_on_behalf=True)
    summit_id = configure(house, rules, key=f"leo-{first_day.year}")
    companies = [
        newcomer(house, name, programmes, domain=DOMAIN, owner=owner) for name, (owner, programmes) in COMPANIES.items()
    ]
    listed = _names_to_plant()
    invited = partners(PARTNERS, sum(len(company.entries) for company in companies), seed=SEED, listed_names=listed)
    early, late = invited[:-5], invited[-5:]
    admission.apply_all(house, summit_id, early, companies)
    _endorse_colleagues(companies)
    transfers.choose_invoices(house, people=6)
    admission.screen_all(house, listed_names=listed, leave=1)
    admission.decide_all(house, summit_id)
    admission.pay_all(house, summit_id)
    transfers.take_statement_in(house)
    guests = meeting.Guests(summit_id, early)
    meeting.state_interests(house, guests)
    mandates.write_mandates(house, guests)
    meeting.work_pipelines(house, guests)
    meeting.rank(house, guests)
    questions.ask_two(house, guests, companies)
    following.keep_an_eye(house, guests.partners[0][0], companies)
    house.wait(timedelta(days=14))
    admission.apply_all(house, summit_id, late, [])
    meeting.match(house, guests)
    meeting.answer(house, guests, leave_every=4)
    summit = the_summit(db())
    meeting.seat(house, summit)
    house.wait(timedelta(days=4))
    following.change_and_tell(house, companies[0])
    lead_id = delegation.bring(house, summit, domain=DOMAIN)
    desks.leave_work(house, summit, guests)
    _prepare_door(house, summit.id)
    deal_room.furnish_room(house, guests, companies[0])
    _offer_sign_ins(house, guests, companies, lead_id)


def _endorse_colleagues(companies: list[Company]) -> None:
    """Let each company's owner endorse whoever of it has applied."""
    summit = the_summit(db())
    for company in companies:
        delegation.endorse_waiting(summit, company.organization_id, actor_id=company.people[0])


def _prepare_door(house: House, summit_id: UUID) -> None:
    """Print everybody's badge, and make a phone for the main entrance that waits for its code."""
    organizer = house.staff["organizer"]
    with transaction() as session:
        door.start_run(
            session, summit_id, Chosen(), layout=Layout.A4, return_to="/door/badges", actor_id=organizer,
            now=clock.now(),
        )  # fmt: skip
        door.make_device(
            session, summit_id, name="Phone 1 (demonstration)", gate="Main entrance", help_line="Help desk, 555 0100",
            expires_at=clock.now() + timedelta(days=50), actor_id=organizer, now=clock.now(),
        )  # fmt: skip
    house.settle()


def _names_to_plant() -> list[str]:
    """Return listed people's names that one or two made-up owners will bear, so that a screener has work."""
    wanted = select(ListEntry.name).where(ListEntry.to_version.is_(None), ListEntry.list_code == "SDN")
    return sorted(name for name in db().scalars(wanted) if name.count(",") == 1)[:300]


def _offer_sign_ins(house: House, guests: meeting.Guests, companies: list[Company], lead_id: UUID) -> None:
    """Put a partner, a focal point, a newcomer, a company and every desk on the sign-in page."""
    hashed = passwords.hashed(PASSWORD)
    offered = [
        (guests.partners[0][0].user_id, "Partner: confirmed, with interests, a ranking and an agenda"),
        (lead_id, "Focal point: a delegation to enter, endorse and pay for"),
    ]
    with transaction() as session:
        person = accounts.create_user(
            session, email=f"newcomer@{DOMAIN}", name="Noor Haddad", verified=True, time_zone="Asia/Tokyo",
            now=clock.now(),
        )  # fmt: skip
        offered.append((person.id, "Newcomer: apply from the first step"))
        offered.append((companies[0].people[0], "U.S. company: entries, pipeline, meetings"))
        officer = accounts.create_user(
            session, email=f"export-officer@{DOMAIN}", name="Walt Ibarra", verified=True,
            time_zone="America/Chicago", now=clock.now(),
        )  # fmt: skip
        accounts.add_member(
            session, companies[0].organization_id, officer.id, Role.EXPORT_OFFICER, actor_id=companies[0].people[0],
            now=clock.now(),
        )  # fmt: skip
        offered.append((officer.id, "Export officer of that company: can stop a meeting"))
        offered += [(house.staff[key], LABELS[key]) for key in STAFF]
        for user_id, label in offered:
            offer_demo_sign_in(session, user_id, label=label, demonstration=True)
            session.get_one(User, user_id).password_hash = hashed
