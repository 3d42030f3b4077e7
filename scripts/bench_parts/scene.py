"""What is there before anything is measured: a summit, people with sessions, applications, a door."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.accounts.models import Organization, User
from app.accounts.services import start_session
from app.config import read_settings
from app.core import clock, ids, migrations
from app.core.access import Role
from app.core.db import Database, transaction
from app.notifications import jobs, outbox
from app.registration.models import Registration
from app.registration.queries import summit_view
from app.registration.rules.summit import PoolRule, moved
from app.registration.services import configure_summit
from app.registration.states import ParticipantType, PoolKind
from app.screening.models import Case
from tests.databases import fresh_database
from tests.factories import accounts, door
from tests.factories import registration as make

CAPACITY, CALLERS, QUEUE, FLOWS, SCANNED, GATES = 100, 400, 5_000, 120, 400, 8
CAPPED = "FR"


@dataclass
class Scene:
    """Everything that clients need: cookies of people, ids of applications, tokens of devices."""

    app: Flask
    environment: dict[str, str]
    applicants: list[dict[str, str]]
    reviewer: dict[str, str]
    callers: list[tuple[UUID, int]]
    devices: list[str]
    badges: list[str]


def production(url: str, folder: Path, smtp_port: int, port: int) -> dict[str, str]:
    """Return the environment of a production installation on loopback; nothing in it is anybody's."""
    return {
        "RENDEZVOUS_ENV": "production", "SECRET_KEY": base64.b64encode(os.urandom(36)).decode(),
        "BASE_URL": f"https://127.0.0.1:{port}", "DATABASE_URL": url, "VAR_FOLDER": str(folder), "TRUSTED_PROXIES": "1",
        "MAIL_TRANSPORT": "smtp", "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}", "STRIPE_API_KEY": "sk_test_bench",
        "STRIPE_WEBHOOK_SECRETS": "whsec_bench", "LOG_LEVEL": "WARNING",
        "FIELD_KEYS": "bench:" + base64.b64encode(os.urandom(32)).decode(),
    }  # fmt: skip


@contextmanager
def scene(kind: str, folder: Path, smtp_port: int, port: int) -> Iterator[Scene]:
    """Set the scene on a database of its own."""
    with fresh_database(kind, folder) as url:
        environment = production(url, folder, smtp_port, port)
        app = create_app(read_settings(environment))
        database: Database = app.extensions["database"]
        migrations.upgrade(database.engine)
        with app.app_context(), transaction() as session:
            made = _make(app, session, environment)
        database.engine.dispose()
        yield made


def _make(app: Flask, session, environment: dict[str, str]) -> Scene:
    make.countries(session)
    make.screening_list(session)
    _keep_from_calling_the_provider(session)
    pools = (PoolRule(PoolKind.TOTAL, "", 100_000), PoolRule(PoolKind.MARKET, CAPPED, CAPACITY))
    settings = moved(make.settings(pools=pools), first_day=clock.now().date() + timedelta(days=90))
    summit = summit_view(session, configure_summit(session, settings, key="bench", actor_id=None, now=clock.now()).id)
    pattern = make.in_review(session, summit=summit, participant_type=ParticipantType.MEDIA)
    many(session, pattern, QUEUE, first=1_000)
    capped = accounts.organization(session, name="House of France", country=CAPPED)
    callers = [
        make.in_review(session, summit=summit, organization=capped, participant_type=ParticipantType.MEDIA)
        for _ in range(CALLERS)
    ]
    inside = [make.registration(session, summit=summit) for _ in range(SCANNED)]
    summit_row = summit.id
    return Scene(
        app, environment,
        [_cookie(app, session, accounts.user(session, name=f"Applicant {n}").id) for n in range(FLOWS)],
        _cookie(app, session, accounts.staff(session, Role.REVIEWER, Role.ORGANIZER).id),
        [(one.id, one.moves) for one in callers],
        [door.token(session, summit_row, gate=f"Gate {n}") for n in range(GATES)],
        [door.badge_token(session, one) for one in inside],
    )  # fmt: skip


def _keep_from_calling_the_provider(session) -> None:
    """Put the hourly jobs off: they would ask the payment provider, who is not measured and not on loopback."""
    for kind in jobs.HOURLY:
        outbox.queue(session, kind, {}, now=clock.now(), run_at=clock.now() + timedelta(days=1))


def many(session, pattern: Registration, count: int, *, first: int) -> None:
    """Copy an application, its person and its screening case many times, table by table."""
    person, house = session.get_one(User, pattern.user_id), session.get_one(Organization, pattern.organization_id)
    case = session.scalars(select(Case).where(Case.subject_id == pattern.id)).one()
    people, applications, cases = [], [], []
    for n in range(count):
        user_id, key = ids.new_id(), ids.new_id()
        people.append({**columns(person), "id": user_id, "email": f"queue{n}@example.org"})
        changed = {"id": key, "user_id": user_id, "number": first + n, "organization_id": house.id}
        applications.append({**columns(pattern), **changed, "country": ["JP", "US", "DE", "KR"][n % 4]})
        cases.append({**columns(case), "id": ids.new_id(), "subject_id": key})
    for table, rows in ((User, people), (Registration, applications), (Case, cases)):
        session.execute(table.__table__.insert(), rows)


def columns(row) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _cookie(app: Flask, session, user_id: UUID) -> dict[str, str]:
    """Sign somebody in as their browser would be after the sign-in page."""
    token = start_session(session, user_id, device="bench", address="192.0.2.1", now=clock.now())
    signed = app.session_interface.get_signing_serializer(app).dumps({"_user_id": token, "_fresh": True})
    return {app.config["SESSION_COOKIE_NAME"]: signed}
