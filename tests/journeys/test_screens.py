"""Every screen a role can reach by links, on the real reference data, in a real browser."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from app import create_app
from app.cli.reference import load_changed
from app.core.access import Role, policy_for
from app.core.db import transaction
from app.interest.states import InterestState
from app.registration.states import ParticipantType, RegistrationState
from app.regulatory.states import Participation
from tests.browser import Live, check_accessible_once, served
from tests.conftest import settings_for
from tests.factories import accounts as make
from tests.factories import directory, interest, registration

pytestmark = pytest.mark.browser
NOBODY = "nobody"
PARTIES = ("partner", "applicant", "company")
STAFF = ("organizer", "reviewer", "screener", "finance", "door_staff", "administrator")
PARTY_ROLES = frozenset({Role.PARTICIPANT, Role.COMPANY_OWNER, Role.FOCAL_POINT})
INTEREST_STATES = (InterestState.INTERESTED, InterestState.IN_DISCUSSION, InterestState.PASSED)
NOT_PAGES = {
    "static", "web.healthz", "web.readyz", "web.robots", "web.security_txt", "door.badge_paper", "door.badge_sheet",
    "door.changes", "door.device_about", "door.manifest", "door.people_list", "door.worker",
}  # fmt: skip


@dataclass
class World:
    """A furnished installation and one person for each kind of reader."""

    live: Live
    people: dict[str, UUID]


@pytest.fixture(scope="module")
def world(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The real directory, a summit, people in every role, applications and interests in several states."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copy(empty_sqlite, folder / "world.sqlite")
    app = create_app(settings_for(f"sqlite:///{folder / 'world.sqlite'}", folder))
    people = furnish(app)
    with served(app) as url:
        yield World(Live(app, url), people)
    app.extensions["database"].engine.dispose()


def furnish(app: Flask) -> dict[str, UUID]:
    """Fill the installation; return the people by kind of reader."""
    with app.app_context():
        load_changed(lambda _: None, kinds=("countries", "topics", "destinations"))
        with transaction() as session:
            registration.summit(session)
            partner = registration.registration(session, state=RegistrationState.CONFIRMED)
            applicant = registration.registration(session, state=RegistrationState.SUBMITTED)
            company = registration.registration(
                session, participant_type=ParticipantType.COMPANY, organization=make.company(session)
            )
            registration.in_review(session)
            entry = directory.published(
                session, organization=session.get_one(make.Organization, company.organization_id)
            )
            organization = session.get_one(make.Organization, partner.organization_id)
            for kind, state in zip(Participation, INTEREST_STATES, strict=False):
                interest.interest(
                    session, entry=entry, organization=organization, user_id=partner.user_id, kind=kind, state=state
                )
            directory.claim(session)
            staff = {name: make.staff(session, Role(name)).id for name in STAFF}
            return {"partner": partner.user_id, "applicant": applicant.user_id, "company": company.user_id, **staff}


@pytest.fixture
def live(world: World) -> Live:
    """Lets `tab` open pages of the furnished installation."""
    return world.live


def starts(app: Flask, reader: str) -> list[str]:
    """Return the addresses without parameters at which a reader begins."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return sorted(rule.rule for rule in rules if is_for(reader, app, rule.endpoint))


def is_for(reader: str, app: Flask, endpoint: str) -> bool:
    """Tell whether this reader is the one to look at a page: what everyone sees, one visitor sees for all."""
    policy = policy_for(app.view_functions[endpoint], "GET")
    if policy is None or endpoint in NOT_PAGES:
        return False
    if not policy.signed_in:
        return reader == NOBODY
    if policy.roles is None:
        return reader in PARTIES
    return any(role.value == reader for role in policy.roles) or (
        reader in PARTIES and bool(policy.roles & PARTY_ROLES)
    )


@pytest.mark.check("C2")
@pytest.mark.check("C9")
@pytest.mark.parametrize("reader", [NOBODY, *PARTIES, *STAFF])
def test_every_screen_a_reader_can_reach_is_accessible(tab, world, reader):
    app = world.live.app
    addresses = app.url_map.bind(world.live.host)
    page = tab("/", user_id=world.people.get(reader))
    waiting, seen = starts(app, reader), set()
    while waiting:
        path = waiting.pop(0)
        endpoint = addresses.match(path.split("?")[0], method="GET")[0]
        last = path.split("?")[0].rpartition("/")[2]
        is_file = "." in last or last in ("csv", "xlsx")
        if endpoint in seen or is_file or not is_for(reader, app, endpoint):
            continue
        answer = page.goto(path)
        assert answer is not None
        assert answer.status < 500, f"{path} answers {answer.status}"
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        seen.add(endpoint)
        check_accessible_once(page)
        links = page.locator("main a[href^='/']").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
        waiting += [link.split("#")[0] for link in links]
    assert seen
