"""The directory and the ladder of interest in a real browser, at both widths, with and without scripts."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import expect

from app.accounts.models import Organization
from app.core import clock, reference
from app.core.access import Role
from app.directory.states import EntryState
from app.interest.states import InterestState
from tests.browser import check_accessible
from tests.conftest import ROOT
from tests.factories import accounts as people
from tests.factories import directory as entries
from tests.factories import interest as interests
from tests.factories import registration as registrations

pytestmark = pytest.mark.browser


@dataclass
class Cast:
    """Who plays, and the things they meet."""

    partner: UUID
    owner: UUID
    organizer: UUID
    mine: UUID
    claim: UUID


@pytest.fixture
def cast(live) -> Cast:
    """The real entries, a company with entries in several states, a partner with an interest, an organizer."""
    with live.writing() as session:
        for kind in ("countries", "topics", "destinations"):
            prepared = reference.prepare(reference.LOADERS[kind], ROOT / "app" / "reference")
            reference.load(session, prepared, now=clock.now())
        company = people.company(session)
        owner = people.member(session, organization=company, role=Role.COMPANY_OWNER).user_id
        published = entries.published(session, organization=company, key="shown", name="Shown Station")
        entries.entry(session, state=EntryState.DRAFT, organization=company, key="drafted", name="Drafted Station")
        entries.entry(session, state=EntryState.IN_REVIEW, organization=company, key="waiting", name="Waiting Station")
        partner = registrations.registration(session)
        mine = interests.interest(
            session, entry=published, organization=session.get_one(Organization, partner.organization_id),
            user_id=partner.user_id, state=InterestState.IN_DISCUSSION,
        )  # fmt: skip
        claim = entries.claim(session)
        organizer = people.staff(session, Role.ORGANIZER).id
        return Cast(partner.user_id, owner, organizer, mine.id, claim.id)


READ = [
    "/directory",
    "/directory?layout=table&category=station",
    "/directory?q=nosuch",
    "/directory/starlab?country=JP",
]
COMPANY = ["/directory/mine", "/directory/drafted/edit", "/directory/shown/versions", "/directory/new", "/pipeline"]
DESK = ["/directory/claims", "/directory/reviews", "/directory/waiting/review", "/interests/summary"]


@pytest.mark.check("C2")
@pytest.mark.parametrize("path", READ)
def test_reading_pages_are_accessible_at_both_widths(tab, cast, path):
    check_accessible(tab(path))


@pytest.mark.check("C2")
def test_the_companys_pages_are_accessible_at_both_widths(tab, cast):
    page = tab("/", user_id=cast.owner)
    for path in (*COMPANY, f"/pipeline/{cast.mine}"):
        page.goto(path)
        check_accessible(page)


@pytest.mark.check("C2")
def test_the_partners_and_the_desks_pages_are_accessible_at_both_widths(tab, cast):
    page = tab("/", user_id=cast.partner)
    for path in ("/interests", f"/interests/{cast.mine}", "/interests/new/starlab", "/directory/shown"):
        page.goto(path)
        check_accessible(page)
    page = tab("/", user_id=cast.organizer)
    for path in (*DESK, f"/directory/claims/{cast.claim}"):
        page.goto(path)
        check_accessible(page)


def test_without_scripts_a_reader_narrows_searches_and_opens_an_entry(tab, cast):
    page = tab("/directory", javascript=False)
    page.locator("label", has_text="Free flyer").first.click()
    page.get_by_role("button", name="Apply the filters").click()
    expect(page.get_by_role("heading", name="1 programme")).to_be_visible()
    page.get_by_role("link", name="Take off").first.click()
    page.get_by_role("searchbox").fill("starlab voyager")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Starlab", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Starlab")
    page.get_by_label("Partner's country").select_option("JP")
    page.get_by_role("button", name="Show steps").click()
    expect(page.get_by_role("heading", name="Policy steps for Japan")).to_be_visible()


def test_without_scripts_a_partner_states_interest_and_the_company_answers(tab, cast):
    page = tab("/directory/shown", user_id=cast.partner, javascript=False)
    page.get_by_role("link", name="State interest").click()
    page.get_by_label("Kind of participation").select_option("payload")
    page.get_by_role("button", name="Send, not binding").click()
    expect(page.get_by_text("Interest stated. It binds nobody.")).to_be_visible()
    company = tab("/pipeline?state=interested", user_id=cast.owner, javascript=False)
    company.get_by_role("link", name="name kept back").click()
    company.get_by_role("button", name="Agree to discuss").click()
    expect(company.get_by_text("Done. The other side is told by mail.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("the company agreed to discuss")).to_be_visible()


def test_a_programme_is_found_by_keyboard_alone(tab, cast):
    page = tab("/directory")
    page.locator("#q").focus()
    page.keyboard.type("haven")
    expect(page.locator("#q-list li").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#q-list")).to_be_hidden()
    page.locator("#q").fill("statoin")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Showing results for station")).to_be_visible()
    expect(page.get_by_role("link", name="Search instead for")).to_be_visible()
    check_accessible(page)
    page.locator("#q").fill("")
    page.keyboard.type("haven-1 la")
    expect(page.locator("#q-list li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Haven-1 Lab")
