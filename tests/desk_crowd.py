"""A vetting desk with thousands of applications, and what its pages and decisions cost; for scripts/bench-desk.

The suite runs the same with a few dozen. Rows are written directly, as the services would have left them.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, insert, select

from app.accounts.models import Membership, Organization, User
from app.accounts.rules import folded
from app.accounts.services import start_session
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.access import Role
from app.core.db import Base, Database, db, transaction
from app.core.money import AmountBand
from app.notifications import outbox
from app.payments.models import Payment
from app.payments.states import PaymentState
from app.registration.desk_models import BulkItem
from app.registration.models import Place, Pool, Registration, RegistrationStep, Summit
from app.registration.queries.summit import the_summit
from app.registration.rules.days import add_business_days
from app.registration.rules.pools import pools_touched
from app.registration.rules.prices import terms_on
from app.registration.rules.stored import to_plain
from app.registration.rules.summit import PoolRule
from app.registration.services import bulk
from app.registration.states import (
    HOLDING,
    Act,
    Outcome,
    ParticipantType,
    PoolKind,
    RegistrationEvent,
    RegistrationState,
)
from app.screening.models import Case
from app.screening.queries import current_list
from app.screening.states import CaseState
from tests.factories import accounts, regulatory
from tests.factories import registration as make

S = RegistrationState
MARKETS = ["JP", "FR", "DE", "IT", "GB", "KR", "AE", "IN", "CA", "AU", "LU", "NO"]
STATES = [S.IN_REVIEW] * 12 + [S.CONFIRMED] * 5 + [S.WAITLISTED] * 2 + [S.DECLINED] * 2 + [S.NEEDS_INFORMATION]
TYPES = [ParticipantType.PARTNER] * 7 + [ParticipantType.GOVERNMENT] * 2 + [ParticipantType.MEDIA]


@dataclass(frozen=True)
class Crowd:
    """A full desk: its summit, an organizer with a session, and applications that can be approved."""

    app: Flask
    summit_id: UUID
    organizer: UUID
    token: str
    approvable: list[UUID]

    def client(self) -> FlaskClient:
        """Return a browser signed in as the organizer."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = self.token, True
        return client


def full_desk(app: Flask, count: int, *, delay_minutes: int = 60, seed: int = 1) -> Crowd:
    """Make a summit with `count` applications in every state, screened, paid for, with places and history."""
    draw = random.Random(seed)
    with app.app_context():
        with transaction() as session:
            regulatory.load_shipped(session, "countries")
            make.screening_list(session)
            rules = (PoolRule(PoolKind.TOTAL, "", count), PoolRule(PoolKind.MARKET, "*", count, count),
                     PoolRule(PoolKind.TYPE, "*", count), PoolRule(PoolKind.ORGANIZATION, "*", count))  # fmt: skip
            summit_id = make.summit(session, pools=rules, decision_delay_minutes=delay_minutes).id
            session.execute(delete(Pool))
            staff = [accounts.staff(session, Role.ORGANIZER).id]
            staff += [accounts.staff(session, Role.REVIEWER).id for _ in range(4)]
            token = start_session(session, staff[0], device="bench", address="127.0.0.1", now=clock.now())
        rows = _rows(summit_id, count, staff, draw)
        with transaction() as session:
            for table, values in rows.items():
                for start in range(0, len(values), 1000):
                    session.execute(insert(table), values[start : start + 1000])
            session.get_one(Summit, summit_id).applications = count
        approvable = [
            row["id"] for row in rows[Registration]
            if row["state"] is S.IN_REVIEW and row["participant_type"] is not ParticipantType.MEDIA
        ]  # fmt: skip
    return Crowd(app, summit_id, staff[0], token, approvable)


def _rows(
    summit_id: UUID, count: int, staff: list[UUID], draw: random.Random
) -> dict[type[Base], list[dict[str, Any]]]:
    summit, now, listed = the_summit(db()), clock.now(), current_list(db())
    houses = [_organization(n, draw) for n in range(max(1, count // 5))]
    found: dict[type[Base], list[dict[str, Any]]] = {
        User: [], Organization: houses, Membership: [], Registration: [], RegistrationStep: [], Case: [], Payment: [],
        Pool: [], Place: [],
    }  # fmt: skip
    pools: dict[tuple[PoolKind, str], dict[str, Any]] = {}
    held: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        house, state, kind = draw.choice(houses), draw.choice(STATES), draw.choice(TYPES)
        person, registration = _person(number, draw), uuid4()
        submitted = now - timedelta(days=draw.randrange(40), minutes=draw.randrange(1400))
        day = max(summit.settings.day_of(submitted), summit.settings.registration_opens)
        terms = terms_on(summit.settings, version=1, participant_type=kind, day=day)
        found[User].append(person)
        found[Membership].append(
            {"id": uuid4(), "organization_id": house["id"], "user_id": person["id"], "role": Role.PARTICIPANT,
             "created_at": submitted}
        )  # fmt: skip
        found[Registration].append(
            {"id": registration, "summit_id": summit_id, "number": number, "user_id": person["id"],
             "organization_id": house["id"], "state": state, "participant_type": kind, "country": house["country"],
             "answers": _answers(person["name"], house["country"], kind), "offers": [], "seeks": ["equity"],
             "languages": ["en"], "band": AmountBand.FROM_10M_TO_50M, "steps_saved": 5, "created_at": submitted,
             "submitted_at": submitted, "terms": to_plain(terms), "moves": 3,
             "decision_due_on": add_business_days(day, 15), "question": "Who?" if state is S.NEEDS_INFORMATION else "",
             "badge_code": f"BENCH{number:021d}" if state is S.CONFIRMED else None,
             "confirmed_at": now if state is S.CONFIRMED else None,
             "decided_at": now if state in (S.CONFIRMED, S.DECLINED, S.WAITLISTED) else None,
             "waitlisted_at": submitted if state is S.WAITLISTED else None,
             "assignee_id": draw.choice([None, *staff])}
        )  # fmt: skip
        found[RegistrationStep] += _steps(registration, submitted)
        found[Case].append(_case(registration, person["name"], submitted, listed.number if listed else 1))
        if terms.price_cents:
            found[Payment].append(_payment(registration, person, submitted))
        if state in HOLDING:
            for rule in pools_touched(summit.settings.pools, house["country"], kind, str(house["id"])):
                pool = pools.setdefault(
                    (rule.kind, rule.key),
                    {"id": uuid4(), "summit_id": summit_id, "kind": rule.kind, "key": rule.key,
                     "capacity": rule.capacity, "target": rule.target, "taken": 0},
                )  # fmt: skip
                pool["taken"] += 1
                held.append({"id": uuid4(), "registration_id": registration, "pool_id": pool["id"], "taken_at": now})
    found[Pool], found[Place] = list(pools.values()), held
    return {table: values for table, values in found.items() if values}


def _organization(n: int, draw: random.Random) -> dict[str, Any]:
    name = f"House {n:04d} {draw.choice(['Capital', 'Trading', 'Aerospace', 'Ministry'])}"
    return {"id": uuid4(), "name": name, "search_name": folded(name), "kind": OrganizationKind.FUND,
            "country": draw.choice(MARKETS), "website": "", "created_at": clock.now()}  # fmt: skip


def _person(n: int, draw: random.Random) -> dict[str, Any]:
    name = f"{draw.choice(['Aiko', 'Noor', 'Zoé', 'Liam', 'Ines'])} {draw.choice(['Tanaka', 'Haddad', 'Petit'])} {n}"
    email = f"person-{n}@example.org"
    return {"id": uuid4(), "name": name, "email": email, "search_text": folded(f"{name} {email}"),
            "time_zone": "UTC", "created_at": clock.now(), "email_verified_at": clock.now()}  # fmt: skip


def _answers(name: str, country: str, kind: ParticipantType) -> dict[str, Any]:
    you = {"full_name": name, "job_title": "Director", "citizenship": country, "participant_type": kind.value,
           "birth_year": 1980}  # fmt: skip
    return {"you": you, "ownership": {"owners": []}}


def _steps(registration: UUID, at: Any) -> list[dict[str, Any]]:
    moves = [
        (RegistrationEvent.SUBMIT, S.DRAFT, S.SUBMITTED),
        (RegistrationEvent.OPEN_REVIEW, S.SUBMITTED, S.IN_REVIEW),
    ]
    rows = [{"id": uuid4(), "registration_id": registration, "number": n, "event": event, "before": before,
             "after": after, "actor_id": None, "reason": "", "at": at}
            for n, (event, before, after) in enumerate(moves, start=1)]  # fmt: skip
    note = {"id": uuid4(), "registration_id": registration, "number": 3, "event": None, "before": S.IN_REVIEW,
            "after": S.IN_REVIEW, "actor_id": None, "reason": "Screening: cleared.", "at": at}  # fmt: skip
    return [*rows, note]


def _case(registration: UUID, name: str, at: Any, version: int) -> dict[str, Any]:
    return {"id": uuid4(), "subject_kind": "registration", "subject_id": registration, "title": name,
            "state": CaseState.CLEARED, "revision": 1, "opened_at": at, "screened_at": at, "list_version": version,
            "hit_count": 0, "top_score": 0, "decided_at": at}  # fmt: skip


def _payment(registration: UUID, person: dict[str, Any], at: Any) -> dict[str, Any]:
    return {"id": uuid4(), "subject_kind": "registration", "subject_id": registration, "payer_id": person["id"],
            "payer_name": person["name"], "payer_email": person["email"], "description": "Place at the summit",
            "state": PaymentState.CARD_SAVED, "created_at": at, "changed_at": at, "customer_ref": "cus_bench",
            "card_ref": "pm_bench", "card_brand": "visa", "card_last4": "4242"}  # fmt: skip


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that read or write rows."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement):
            seen.append(statement)

    database: Database = app.extensions["database"]
    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@dataclass(frozen=True)
class Cost:
    """What a page costs: statements; milliseconds of this process: the median, and beyond which a tenth lies."""

    queries: int
    cpu_ms: float
    quick_ms: float
    slow_ms: float


def cost_of(app: Flask, ask: Callable[[], Any], *, times: int) -> Cost:
    """Ask for a page `times` times and return what one costs."""
    with counted(app) as statements:
        answer = ask()
    assert answer.status_code == 200, answer.status_code
    spent = []
    for _ in range(times):
        began = time.process_time()
        ask()
        spent.append((time.process_time() - began) * 1000)
    ordered = sorted(spent)
    return Cost(len(statements), median(spent), ordered[len(ordered) // 10], ordered[len(ordered) * 9 // 10])


def addresses(crowd: Crowd) -> dict[str, str]:
    """Return the desk's pages, as links lead to them; searching goes through the form, as it must."""
    client = crowd.client()
    one = f"/registrations/{crowd.approvable[len(crowd.approvable) // 2]}"
    return {
        "queue, default view": "/registrations",
        "queue, undecided by due day": "/registrations?state=undecided&sort=due",
        "queue, filtered four ways": "/registrations?state=in_review&type=partner&screening=clear&assignee=nobody",
        "queue, by name, last page": "/registrations?sort=name&size=50&page=999",
        "queue, searched by name": _searched(crowd, client, "haddad"),
        "balance": "/registrations/balance",
        "one application": one,
        "one of a view, with its neighbours": f"{one}?state=undecided&sort=due&at=300",
        "reviewers": "/registrations/reviewers",
    }


def _searched(crowd: Crowd, client: FlaskClient, words: str) -> str:
    """Return the address of a search: its key stands for the words that the cookie keeps."""
    with client.session_transaction() as cookie:
        cookie["desk_searches"] = {"bench": words}
    return "/registrations?s=bench"


def decide_many(crowd: Crowd, number: int) -> tuple[float, int, int]:
    """Approve `number` applications as one job; return the seconds, how many were met, statements for each."""
    with crowd.app.app_context():
        with transaction() as session:
            moves = select(Registration.id, Registration.moves).where(Registration.id.in_(crowd.approvable[:number]))
            chosen = [(row[0], row[1]) for row in session.execute(moves)]
            made = bulk.choose(session, crowd.summit_id, chosen, actor_id=crowd.organizer, now=clock.now())
        with transaction() as session:
            bulk.prepare(session, made, Act.APPROVE, {"words": ""}, actor_id=crowd.organizer, now=clock.now())
            job = bulk.run(session, made, actor_id=crowd.organizer, return_to="", now=clock.now())
        began = time.perf_counter()
        with counted(crowd.app) as statements:
            outbox.deliver(job)
        took = time.perf_counter() - began
        done = select(func.count()).where(BulkItem.bulk_id == made, BulkItem.outcome == Outcome.DONE)
        return took, db().scalar(done) or 0, len(statements) // max(1, number)
