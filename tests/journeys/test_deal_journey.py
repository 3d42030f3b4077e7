"""From finding a station to a watermarked page and back out: a partner from Japan and a U.S. company in a browser."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import User
from app.cli.reference import load_changed
from app.core.access import Role
from tests.browser import check_accessible
from tests.factories import accounts, dealrooms, directory, documents, registration

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@dataclass(frozen=True)
class Deal:
    """Who meets: Aiko of a Japanese trading house, and the owner of a made-up station's company."""

    aiko: UUID
    owner: UUID


@pytest.fixture
def deal(live):
    """The 38 real programmes, and one made-up station that seeks hardware from partners."""
    with live.app.app_context():
        load_changed(lambda _: None, kinds=("countries", "topics", "destinations"))
    with live.writing() as session:
        registration.screening_list(session)
        registration.summit(session)
        company = accounts.company(session, name="Perigee Works")
        directory.published(
            session, organization=company, name="Perigee Outpost", key="perigee-outpost",
            seeking=directory.seeking("hardware", "equity", band="from_1m_to_10m"), openings=["hardware_supply"],
            topic_keys=["ear_9x515", "itar_usml_xv", "ear_deemed_export"],
        )  # fmt: skip
        owner = accounts.member(session, organization=company, role=Role.COMPANY_OWNER).user_id
        partner = accounts.organization(session, name="Kibo Trading", country="JP")
        aiko, _ = dealrooms.guest(session, partner, name="Aiko Kuroda")
        return Deal(aiko, owner)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_partner_finds_compares_states_interest_and_reads_a_page_until_access_is_revoked(tab, live, deal, javascript):
    with live.writing() as session:
        secrets = ["Kibo", session.get_one(User, deal.aiko).email, session.get_one(User, deal.aiko).name]
    looks = check_accessible if javascript else _skip
    company = tab("/our-rooms", user_id=deal.owner, javascript=javascript)
    open_room(company, looks)
    partner = tab("/directory", user_id=deal.aiko, javascript=javascript)
    find_what_seeks_hardware(partner, looks)
    understand_the_steps(partner, looks)
    compare_three(partner, looks)
    interest = state_interest_by_summary_only(partner, looks)
    lead = see_a_lead_without_a_name(company, secrets, looks)
    company.get_by_role("button", name="Ask for names").click()
    partner.goto(f"{interest}/names")
    looks(partner)
    tick(partner, "Show my organization's name and mine")
    partner.get_by_role("button", name="Send the answer").click()
    company.goto(lead)
    expect(company.get_by_role("heading", level=1)).to_contain_text("Kibo Trading")
    company.get_by_role("button", name="Give access to the deal room").click()
    page_address = read_a_page_after_the_nda(partner, looks)
    see_who_read(company, looks)
    company.get_by_role("link", name="Access", exact=True).first.click()
    looks(company)
    company.get_by_role("button", name=re.compile("^Revoke")).first.click()
    closed = partner.goto(page_address)
    assert closed is not None
    assert closed.status in (403, 404)
    assert partner.request.get(f"{page_address}/pages/1").status in (403, 404)
    expect(partner.locator("img.sheet")).to_have_count(0)


def _skip(_page: Page) -> None:
    """Without scripts axe cannot run; the same pages are looked at in the other run."""


def tick(page: Page, words: str) -> None:
    """Choose a radio button or a box by its words, which are what a finger meets."""
    page.locator("label", has_text=words).first.click()


def open_room(page: Page, looks) -> None:
    """The company opens a deal room and adds a document, with the attestation."""
    page.get_by_role("button", name="Open the room").click()
    looks(page)
    page.get_by_role("link", name="Add a document").click()
    page.get_by_label("Name of the document").fill("Station summary")
    paper = documents.text_pdf("A made-up station for four people. Page one.", "Page two.")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "summary.pdf", "mimeType": "application/pdf", "buffer": paper}
    )
    tick(page, "Business confidential")
    tick(page, "I looked through it")
    looks(page)
    page.get_by_role("button", name="Add the document").click()
    expect(page.get_by_role("link", name="Station summary")).to_be_visible()


def find_what_seeks_hardware(page: Page, looks) -> None:
    """Aiko searches, misspelling it, and finds the one station that seeks what she has."""
    page.goto("/directory?sought=hardware")
    expect(page.get_by_role("link", name="Perigee Outpost")).to_be_visible()
    looks(page)
    page.goto("/directory?q=perigee+outpsot")
    page.get_by_role("link", name="Perigee Outpost", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Perigee Outpost")
    looks(page)


def understand_the_steps(page: Page, looks) -> None:
    """What the United States asks of Japan for hardware stands there in order, with agency, source and date."""
    expect(page.get_by_role("heading", name="Policy steps for Japan")).to_be_visible()
    page.get_by_label("Participation", exact=True).select_option("hardware")
    page.get_by_role("button", name="Show steps").click()
    steps = page.locator("#policy")
    expect(steps).to_contain_text("Hardware supply")
    for words in ("BIS (Commerce)", "Who decides", "How long", "What to bring", "Not legal advice"):
        expect(steps).to_contain_text(words)
    looks(page)


def compare_three(page: Page, looks) -> None:
    """Three programmes stand side by side, field by field."""
    page.goto("/directory/compare?entry=perigee-outpost&entry=starlab&entry=haven-2")
    expect(page.get_by_role("table", name=re.compile("^Comparison of")).locator("thead th")).to_have_count(4)
    expect(page.get_by_role("rowheader", name=re.compile("^Stage"))).not_to_have_count(0)
    looks(page)


def state_interest_by_summary_only(page: Page, looks) -> str:
    """Aiko states interest; the company learns her country and kind of organization. Return the interest's address."""
    page.goto("/interests/new/perigee-outpost")
    page.get_by_label("Kind of participation").select_option("hardware")
    expect(page.get_by_label("My country and kind of organization only")).to_be_checked()
    looks(page)
    page.get_by_role("button", name="Send, not binding").click()
    expect(page).to_have_url(re.compile(r"/interests/[0-9a-f-]{36}$"))
    looks(page)
    return page.url


def see_a_lead_without_a_name(page: Page, secrets: list[str], looks) -> str:
    """The company finds the lead on its board and learns no name. Return the lead's address."""
    page.goto("/pipeline")
    looks(page)
    page.locator(".lead-card__title a").first.click()
    expect(page).to_have_url(re.compile(r"/pipeline/[0-9a-f-]{36}$"))
    looks(page)
    for address in (page.url, "/pipeline", "/pipeline/table", "/pipeline/export/csv"):
        told = page.request.get(address if address.startswith("http") else page.url.split("/pipeline")[0] + address)
        assert not [secret for secret in secrets if secret in told.text()], address
    return page.url


def read_a_page_after_the_nda(page: Page, looks) -> str:
    """Aiko accepts the agreement and opens the first page, which comes as a picture with her name in it."""
    page.goto("/deal-rooms")
    looks(page)
    page.get_by_role("link", name=re.compile("^Read and accept the NDA")).click()
    looks(page)
    page.get_by_label("Your full name, as a signature").fill("Aiko Kuroda")
    tick(page, "I have read this agreement")
    page.get_by_role("button", name="Accept and enter").click()
    looks(page)
    page.get_by_role("link", name="Station summary").click()
    picture = page.locator("img.sheet")
    expect(picture).to_be_visible()
    looks(page)
    shown = page.request.get(picture.evaluate("element => element.src"))
    assert shown.ok
    assert shown.headers["content-type"].startswith("image/")
    page.get_by_role("link", name="Read this page as text").click()
    expect(page.locator("main")).to_contain_text("A made-up station for four people")
    page.go_back()
    return page.url.split("?")[0]


def see_who_read(page: Page, looks) -> None:
    """The owner sees who opened which page."""
    page.goto("/our-rooms")
    page.get_by_role("link", name="Perigee Outpost").first.click()
    page.get_by_role("link", name="Who read what").click()
    row = page.get_by_role("row").filter(has_text="Aiko Kuroda").filter(has_text="Page 1")
    expect(row.first).to_be_visible()
    looks(page)
