"""Before anybody applies: staff, the summit's settings, reference data, and the U.S. companies' entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.accounts.states import OrganizationKind
from app.cli.rehearsal.house import House
from app.cli.rehearsal.population import WANTS
from app.core import clock
from app.core.access import Role
from app.core.db import db, transaction
from app.core.money import AmountBand
from app.directory import queries, services
from app.directory.models import Entry
from app.directory.queries import EntryRow
from app.directory.rules import ATTESTATION
from app.directory.services import claim
from app.directory.states import Category, ClaimEvent
from app.registration.rules.summit import (
    BankAccount,
    Break,
    PoolRule,
    PriceStep,
    RefundRule,
    SummitSettings,
    TaxRule,
)
from app.registration.services import configure_summit
from app.registration.states import ParticipantType, PoolKind
from app.regulatory.states import OPENING_PARTICIPATION, Opening, Participation

STAFF = {
    "administrator": (Role.ADMINISTRATOR, "Priscilla Amundsen"),
    "organizer": (Role.ORGANIZER, "Marcus Oyelaran"),
    "reviewer": (Role.REVIEWER, "Helena Strand"),
    "screener": (Role.SCREENER, "Tobias Quill"),
    "second-screener": (Role.SCREENER, "Imani Castellan"),
    "finance": (Role.FINANCE, "Renata Blom"),
    "door": (Role.DOOR_STAFF, "Casper Lund"),
}
"""Invented people who run the summit: the part before the @ of their address, their role, their name."""


@dataclass(frozen=True, slots=True)
class Company:
    """A U.S. company of the rehearsal with who comes for it (its owner first, one for each entry) and its entries."""

    organization_id: UUID
    people: tuple[UUID, ...]
    name: str
    entries: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that a company of a rehearsal starts itself; `fields` are what it writes about it."""

    name: str
    category: Category
    fields: Mapping[str, Any] = field(default_factory=dict)


def hire_staff(house: House, *, domain: str, password: str | None = None) -> None:
    """Add the people who run the summit, each with one role."""
    with transaction() as session:
        for key, (role, name) in STAFF.items():
            person = accounts.create_user(
                session, email=f"{key}@{domain}", name=name, password=password, verified=True,
                time_zone="America/New_York", now=clock.now(),
            )  # fmt: skip
            accounts.grant_role(session, person.id, role, actor_id=None, reason="Works here", now=clock.now())
            house.staff[key] = person.id


def summit_settings(
    first_day: date, *, partners: int, companies: int, opens: date, per_market: int | None = None
) -> SummitSettings:
    """Return settings of a two-day summit with room for about nine in ten partners.

    No market gets more than `per_market` places, without it about a sixth of them.
    """
    places = max(4, partners * 9 // 10)
    return SummitSettings(
        name="Commercial LEO Investment Summit",
        tagline="Where partners abroad meet those who build what comes after the International Space Station",
        venue="Harbor Conference Center, Washington, DC",
        zone="America/New_York",
        days=(first_day, first_day + timedelta(days=1)),
        day_starts=time(9),
        day_ends=time(17),
        slot_minutes=30,
        tables=max(6, companies),
        registration_opens=opens,
        registration_closes=first_day - timedelta(days=14),
        currency="USD",
        price_steps=(
            PriceStep(opens, 85_000),
            PriceStep(opens + timedelta(days=35), 92_500),
            PriceStep(first_day - timedelta(days=35), 97_500),
        ),
        pools=(
            PoolRule(PoolKind.TOTAL, "", places + companies + 20),
            PoolRule(PoolKind.TYPE, ParticipantType.PARTNER, places),
            PoolRule(PoolKind.MARKET, "*", per_market or max(5, partners // 6)),
            PoolRule(PoolKind.MARKET, "US", companies + 20),
            PoolRule(PoolKind.ORGANIZATION, "*", 5),
        ),
        breaks=(Break(time(12), time(13), "Lunch"), Break(time(15), time(15, 30), "Coffee")),
        refund_rules=(RefundRule(first_day - timedelta(days=30), 12_500),),
        visa_denied_until=first_day,
        visa_denied_fee_cents=12_500,
        substitution_until=first_day - timedelta(days=14),
        tax=TaxRule(seller_name="Commercial LEO Investment Summit", seller_address="Harbor Way 1\nWashington, DC"),
        bank_accounts=(
            BankAccount(
                "USD",
                "Commercial LEO Investment Summit",
                bank="A bank that is made up",
                account_number="1234567890",
                routing_number="123456780",
            ),
        ),
        other_terms="Who cannot come for a reason nobody could foresee writes to the organizers.",
    )


def configure(house: House, settings: SummitSettings, *, key: str) -> UUID:
    """Let the organizer configure the summit; return its id."""
    with transaction() as session:
        return configure_summit(session, settings, key=key, actor_id=house.staff["organizer"], now=clock.now()).id


def companies_for(house: House, projects: int, *, domain: str) -> list[Company]:
    """Make a company for every lead company of the first `projects` entries, and claim, write and publish them.

    Beyond the reported entries that U.S. companies lead, companies start entries of their own.
    """
    reported = [entry for entry in _reported() if entry.us_state][:projects]
    led: dict[str, list[EntryRow]] = {}
    for entry in reported:
        led.setdefault(entry.lead_company, []).append(entry)
    companies = [_company(house, name, entries, domain) for name, entries in led.items()]
    companies += [_newcomer(house, number, domain) for number in range(len(reported) + 1, projects + 1)]
    house.settle()
    return companies


def _reported() -> list[EntryRow]:
    rows: list[EntryRow] = []
    number = 1
    while True:
        page = queries.entries(db(), number=number, size=100)
        rows += page.items
        if number >= page.pages:
            return sorted(rows, key=lambda row: row.key)
        number += 1


def _people(
    session: Session, house: House, name: str, count: int, domain: str, owner: str = ""
) -> tuple[UUID, list[UUID]]:
    """Add a company with its owner and `count` - 1 delegates; return its id and theirs."""
    people: list[UUID] = []
    for place in range(count):
        number = house.next_number()
        person = accounts.create_user(
            session, email=f"company{number:03d}@{domain}", verified=True, time_zone="America/Chicago",
            name=(owner if place == 0 else "") or f"Representative {number} of {name}"[:200], now=clock.now(),
        )  # fmt: skip
        people.append(person.id)
    made = accounts.create_organization(
        session, name=name, kind=OrganizationKind.US_COMPANY, country="US", actor_id=people[0], now=clock.now()
    )
    for place, user_id in enumerate(people):
        role = Role.COMPANY_DELEGATE if place else Role.COMPANY_OWNER
        accounts.add_member(session, made.id, user_id, role, actor_id=people[0], now=clock.now())
    return made.id, people


def _company(house: House, name: str, entries: list[EntryRow], domain: str) -> Company:
    with transaction() as session:
        organization_id, people = _people(session, house, name, len(entries), domain)
    user_id = people[0]
    for entry in entries:
        with transaction() as session:
            claimed = claim.claim_entry(
                session, entry_id=entry.id, organization_id=organization_id, user_id=user_id,
                proof="The programme is ours; our registered address and officers are on our public site.",
                now=clock.now(),
            )  # fmt: skip
            claim_id = claimed.id
        with transaction() as session:
            claim.decide_claim(
                session, claim_id, ClaimEvent.APPROVE, actor_id=house.staff["reviewer"],
                reason="The address and the officers agree.", now=clock.now(),
            )  # fmt: skip
        publish_entry(house, entry.id, user_id)
    return Company(organization_id, tuple(people), name, tuple(entries))


def _newcomer(house: House, number: int, domain: str) -> Company:
    programme = Programme(f"Rehearsal Programme {number}", house.draw.choice(list(Category)))
    return newcomer(house, f"Rehearsal Orbit Company {number}", [programme], domain=domain)


def newcomer(house: House, name: str, programmes: Sequence[Programme], *, domain: str, owner: str = "") -> Company:
    """Make a company that the reported data does not name, with programmes it starts and publishes itself."""
    with transaction() as session:
        organization_id, people = _people(session, house, name, len(programmes), domain, owner)
    user_id = people[0]
    for programme in programmes:
        with transaction() as session:
            entry = services.create_entry(
                session, organization_id=organization_id, user_id=user_id, name=programme.name,
                category=programme.category, now=clock.now(),
            )  # fmt: skip
            entry_id = entry.id
        publish_entry(house, entry_id, user_id, programme.fields)
    return Company(organization_id, tuple(people), name, tuple(queries.entries_of(db(), organization_id)))


def seeks(*kinds: Participation, band: AmountBand | None = None) -> list[dict[str, Any]]:
    """Return rows of what is sought for kinds of participation; the first gives an amount if there is one."""
    return [{"kind": kind.value, "band": None if place else band} for place, kind in enumerate(kinds)]


def publish_entry(house: House, entry_id: UUID, user_id: UUID, written: Mapping[str, Any] | None = None) -> None:
    """Take an entry from its company's draft to publication: written, submitted, compared, published."""
    with transaction() as session:
        entry = session.get_one(Entry, entry_id)
        kinds = [OPENING_PARTICIPATION[Opening(opening)] for opening in entry.openings]
        fields = {
            "seeking": entry.seeking or seeks(*sorted(set(kinds) or set(house.draw.choice([*WANTS.values()])))),
            "summary": entry.summary or f"{entry.name}, as its company describes it.",
            "stage": entry.stage or "design",
            "contacts": entry.contacts or [{"name": "Partnerships desk", "email": "partnerships@companies.example"}],
        }
        services.edit_draft(
            session, entry_id=entry_id, user_id=user_id, attestation=ATTESTATION, now=clock.now(),
            fields={**fields, **(written or {})},
        )  # fmt: skip
    with transaction() as session:
        services.submit_for_review(session, entry_id=entry_id, user_id=user_id, now=clock.now())
    with transaction() as session:
        services.publish(session, entry_id=entry_id, actor_id=house.staff["reviewer"], now=clock.now())
