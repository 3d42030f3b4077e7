"""No page asks the database more often because there is more in it: every page, with hundreds of rows behind it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.accounts.models import User
from app.accounts.services import grant_role
from app.core import clock
from app.core.access import STAFF, Role
from app.payments.states import PaymentState
from app.regulatory.states import Participation
from tests.architecture.things import World
from tests.factories import accounts, following, interest, notifications, payments, registration, scheduling, screening
from tests.pages import Visitor

MOST = 15
CROWD = 30


@pytest.fixture
def world(session: Session) -> World:
    """A summit with dozens of everything, most of it about one partner and one company."""
    made = World(session, size=CROWD)
    house, summit = made.house(made.partner), made.round.summit
    registration.countries(session)
    for n in range(1, CROWD):
        entry = made.round.programmes[n]
        accounts.member(session, organization=house, role=Role.PARTICIPANT)
        accounts.member(session, organization=made.house(made.company), role=Role.COMPANY_DELEGATE)
        interest.interest(session, entry=entry, organization=house, user_id=made.partner.user_id)
        following.follow(session, entry, user_id=made.partner.user_id)
        interest.interest(session, entry=made.round.programmes[0], kind=list(Participation)[n % len(Participation)])
        scheduling.meeting(session, made.round, 0, n)
        scheduling.meeting(session, made.round, n, 0)
        payments.payment(
            session, payer_id=made.partner.user_id, state=PaymentState.SUCCEEDED, amount_cents=100_00,
            currency="USD", succeeded_at=clock.now(),
        )  # fmt: skip
        notifications.message(session, starter_id=made.partner.user_id, title="A job")
        notifications.received(session)
        screening.possible_hit(session)
        registration.in_review(session, summit=summit)
    session.flush()
    return made


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that read or write rows."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def pages(app: Flask, world: World) -> dict[str, str]:
    """Return the address of every page by its route."""
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            found[rule.rule] = address(rule, {name: thing.value for name, thing in world.things(rule).items()})
    return found


def address(rule: Rule, values: dict[str, object]) -> str:
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def jack_of_all_trades(session: Session) -> UUID:
    """Return somebody of the staff in every role."""
    user_id = accounts.user(session).id
    for role in sorted(STAFF):
        grant_role(session, user_id, role, actor_id=None, now=clock.now())
    return user_id


def test_no_page_asks_the_database_more_than_fifteen_times(
    app: Flask, session: Session, world: World, signed_in: Callable[[UUID], Visitor]
) -> None:
    readers: dict[str, FlaskClient] = {
        "partner": signed_in(world.partner.user_id).client,
        "company": signed_in(world.company.user_id).client,
        "staff": signed_in(jack_of_all_trades(session)).client,
        "nobody": app.test_client(),
    }
    addresses = pages(app, world)
    session.flush()
    offenders, shown = [], 0
    for who, client in readers.items():
        for rule, path in addresses.items():
            with counted(app.extensions["database"].engine) as statements:
                answer = client.get(path)
            shown += answer.status_code == 200
            if len(statements) > MOST:
                offenders.append(f"{len(statements)} for {who}: {rule}")
    assert not offenders, "\n".join(offenders)
    assert shown > len(addresses), "hardly any page was seen"


def test_the_home_of_a_partner_who_is_with_a_company_too_asks_no_more_often(
    app: Flask, session: Session, world: World, signed_in: Callable[[UUID], Visitor]
) -> None:
    both = accounts.member(
        session,
        organization=world.house(world.company),
        person=session.get_one(User, world.partner.user_id),
        role=Role.EXPORT_OFFICER,
    )
    pages(app, world)
    session.flush()
    client = signed_in(both.user_id).client
    for path in ("/home", "/home?side=partner", "/home?side=company"):
        with counted(app.extensions["database"].engine) as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= MOST, path + "\n" + "\n".join(statements)
