"""Who may enter where, tried on every route there is: nothing here names a route.

The expected answer comes from the policy that the route declares; the addresses come from the route map and
tests/architecture/things.py. A new route is in every one of these tests without editing them.
"""

import hashlib
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.accounts.queries import _held
from app.core import clock, csrf
from app.core.access import EVERYONE, STAFF, Policy, Principal, Role, policy_for, undeclared
from app.core.db import Base
from tests.architecture.readers import FORM_SEED, address, cells
from tests.architecture.things import Thing, World
from tests.factories import accounts

SIGNED_OUT, SUSPENDED, NO_ROLE = "signed out", "suspended", "no role"
PERSONAS = [SIGNED_OUT, SUSPENDED, NO_ROLE, *Role]
# The guard compares roles in memory: all that a database does for it is to give back which roles and memberships a
# person holds, and that PostgreSQL gives them back, one whose role is granted and one whose role is a membership show.
ON_POSTGRESQL = [SUSPENDED, Role.ORGANIZER, Role.COMPANY_OWNER]


def person(session: Session, persona: str) -> UUID | None:
    """Return the id of somebody who is exactly that and nothing else."""
    if persona == SIGNED_OUT:
        return None
    if persona == SUSPENDED:
        return accounts.staff(session, *STAFF).id
    return accounts.user(session).id if persona == NO_ROLE else accounts.person_with(session, Role(persona))


def everything(session: Session, world: World) -> UUID:
    """Return somebody who holds every role there is, but owns nothing of the world."""
    user_id = world.outsider()
    for role in sorted(STAFF):
        accounts.services.grant_role(session, user_id, role, actor_id=None, now=clock.now())
    return user_id


def admits(policy: Policy, persona: str) -> bool:
    if not policy.signed_in:
        return True
    if persona in (SIGNED_OUT, SUSPENDED):
        return False
    return policy.roles is None or persona in policy.roles


def wrong(policy: Policy, persona: str, method: str, answer: TestResponse) -> str | None:
    """Return what is wrong with an answer, None when it is as the policy says."""
    status, onward = answer.status_code, answer.headers.get("Location", "")
    if policy.by_token:
        return None if status == 401 else f"{status} without a token"
    if admits(policy, persona):
        refused = status in (401, 403) or onward.startswith("/sign-in?next=")
        return f"{status} although {policy.name} may" if refused or 500 <= status != 503 else None
    if persona in (SIGNED_OUT, SUSPENDED):
        sent_on = method == "GET" and status == 303 and onward.startswith("/sign-in")
        return None if status == 401 or sent_on else f"{status} instead of being asked to sign in"
    return None if status == 403 else f"{status} although only {policy.name} may"


@pytest.mark.check("D1")
def test_every_route_and_method_declares_who_may_use_it(app):
    assert undeclared(app) == []


@pytest.mark.check("D1")
def test_a_route_that_says_nothing_stops_the_start(app):
    silent = Flask("silent")
    silent.add_url_rule("/open", "open", lambda: "", methods=["GET", "POST"])
    silent.view_functions["static"] = app.view_functions["static"]
    assert undeclared(silent) == ["open GET", "open POST"]
    silent.view_functions["open"].access = {"read": EVERYONE, "write": None}
    assert undeclared(silent) == ["open POST"], "a policy for reading does not cover writing"


@pytest.mark.check("D2")
@pytest.mark.on_postgresql_only(persona=ON_POSTGRESQL)
@pytest.mark.parametrize("persona", PERSONAS)
def test_every_cell_of_route_method_and_role_is_as_declared(app, session, world, reader, persona):
    asks = reader(person(session, persona))
    if persona == SUSPENDED:
        for user in session.scalars(select(User).where(User.name == "Riley Stone")):
            user.suspended_at = clock.now()
        session.flush()
    faults = []
    for rule, method in cells(app):
        values = {name: thing.value for name, thing in world.things(rule).items()}
        policy = policy_for(app.view_functions[rule.endpoint], method)
        assert policy is not None
        try:
            fault = wrong(policy, persona, method, asks.ask(method, address(app, rule, values)))
        except Exception as error:  # one page that breaks must not hide the other cells
            fault = f"the page breaks: {error!r}"
        if fault:
            faults.append(f"{method} {rule.rule} as {persona}: {fault}")
    assert faults == [], "\n".join(["", *faults])


def same(answer: TestResponse, values: dict[str, object]) -> str:
    """Return a page without what differs between any two pages: reference, tokens, the ids asked for."""
    body = answer.get_data(as_text=True).replace(answer.headers.get("X-Request-Id", "none"), "")
    for value in values.values():
        body = body.replace(str(value), "")
    return re.sub(r'(nonce|value)="[^"]*"|ImZ[\w.-]+', "", body)


def owned(app: Flask, world: World) -> Iterator[tuple[Rule, str, dict[str, Thing], Policy]]:
    """Yield the routes to things that belong to somebody, as far as members of organizations may use them."""
    for rule, method in cells(app):
        things = world.things(rule)
        policy = policy_for(app.view_functions[rule.endpoint], method)
        reachable = policy is not None and (policy.roles is None or policy.roles - STAFF)
        if policy is not None and reachable and any(thing.owners for thing in things.values()):
            yield rule, method, things, policy


@pytest.mark.check("D3")
def test_a_thing_of_another_party_answers_like_one_that_does_not_exist(app, session, world, reader):
    stranger = reader(world.outsider())
    faults = []
    for rule, method, things, _policy in owned(app, world):
        theirs = {name: thing.value for name, thing in things.items()}
        nothing = {name: thing.missing if thing.owners else thing.value for name, thing in things.items()}
        known = stranger.ask(method, address(app, rule, theirs))
        unknown = stranger.ask(method, address(app, rule, nothing))
        if known.status_code != 404 or unknown.status_code != 404:
            faults.append(f"{method} {rule.rule}: {known.status_code}, unknown {unknown.status_code}, not 404")
        elif same(known, theirs) != same(unknown, nothing):
            faults.append(f"{method} {rule.rule}: the page for another party's differs from the one for an unknown id")
    assert faults == [], "\n".join(["", *faults])


@pytest.mark.check("D2")
def test_a_thing_of_ones_own_can_be_seen(app, session, world, reader):
    faults = []
    for rule, method, things, policy in owned(app, world):
        if method != "GET":
            continue
        owner = next((one for one in _owners(things) if _may(session, policy, one)), None)
        answer = reader(owner).ask(method, address(app, rule, {name: thing.value for name, thing in things.items()}))
        if answer.status_code in (401, 403, 404):
            faults.append(f"{rule.rule}: {answer.status_code} for whose it is")
    assert faults == [], "\n".join(["", *faults])


@pytest.mark.check("D2")
def test_people_of_the_same_organization_see_what_is_shared_and_no_more(app, session, world, reader):
    faults = []
    for rule, method, things, policy in owned(app, world):
        for colleague in (world.colleague.user_id, world.delegate.user_id):
            if method != "GET" or not _may(session, policy, colleague):
                continue
            shared = all(colleague in thing.shared_with for thing in things.values() if thing.owners)
            path = address(app, rule, {name: thing.value for name, thing in things.items()})
            if (reader(colleague).ask(method, path).status_code == 404) is shared:
                faults.append(f"{rule.rule}: {'hidden from' if shared else 'shown to'} a colleague")
    assert faults == [], "\n".join(["", *faults])


def _owners(things: dict[str, Thing]) -> list[UUID]:
    return [owner for thing in things.values() for owner in thing.owners]


def _may(session: Session, policy: Policy, user_id: UUID) -> bool:
    roles, memberships = _held(session, user_id)
    return policy.admits(Principal(user_id, "", "", "UTC", user_id, "", roles, memberships))


def writes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every route that takes writes from browsers; signed webhooks are on an explicit list."""
    for rule, method in cells(app):
        view = app.view_functions[rule.endpoint]
        if method != "GET" and f"{view.__module__}.{view.__qualname__}" not in csrf.exempted:
            yield rule, method


# Refused before any view runs, by comparing what was sent with the cookie: no database has a part in it.
@pytest.mark.check("C5")
@pytest.mark.on_postgresql_only
def test_every_write_without_a_token_with_anothers_or_from_another_site_is_refused(app, session, world, reader):
    asks, other = reader(everything(session, world)), URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    faults = []
    for rule, method in writes(app):
        path = address(app, rule, {name: thing.value for name, thing in world.things(rule).items()})
        tries = {
            "without a token": asks.send(method, path, {}),
            "with a token of another session": asks.send(method, path, {"csrf_token": other.dumps("another")}),
            "with a forged token": asks.send(method, path, {"csrf_token": FORM_SEED}),
            "from another site": asks.ask(method, path, headers={"Origin": "https://evil.example"}),
            "from nowhere": asks.ask(method, path, headers={"Origin": "null"}),
            "as a cross-site request": asks.ask(method, path, headers={"Sec-Fetch-Site": "cross-site"}),
        }
        faults += [f"{method} {path} {how}: {answer.status_code}" for how, answer in tries.items()
                   if answer.status_code not in (400, 403)]  # fmt: skip
    assert faults == [], "\n".join(["", *faults])


@pytest.mark.check("C5")
def test_only_signed_webhooks_and_token_routes_do_without_a_form_token(app):
    assert csrf.exempted == {
        "app.payments.views.provider.receive_event", "app.door.views.api.enrol", "app.door.views.api.scans",
        "app.door.views.api.sign_out", "app.following.views.stopping.stop_mail_now",
    }  # fmt: skip


def digests(connection: Connection) -> dict[str, str]:
    """Return a digest of the content of every table but those that note who came by."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if not re.match(r"audit_|login_sessions|file_openings|.*_views$", table.name):
            rows = sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


# Which rows a page writes is in its code, not in the database: on PostgreSQL one who enters everywhere suffices.
@pytest.mark.check("C6")
@pytest.mark.on_postgresql_only(who=["everything"])
@pytest.mark.parametrize("who", ["everything", "signed out", "partner", "company"])
def test_visiting_every_page_changes_nothing(app, session, world, reader, who):
    paths = [
        address(app, rule, {name: thing.value for name, thing in world.things(rule).items()})
        for rule, method in cells(app)
        if method == "GET"
    ]
    people = {"signed out": lambda: None, "partner": lambda: world.partner.user_id,
              "company": lambda: world.company.user_id, "everything": lambda: everything(session, world)}  # fmt: skip
    asks = reader(people[who]())
    session.flush()
    before = digests(asks.connection)
    for path in paths:
        for method in ("GET", "HEAD"):
            asks.client.open(path, method=method, buffered=True)
    assert digests(asks.connection) == before
