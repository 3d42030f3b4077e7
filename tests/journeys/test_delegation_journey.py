"""A focal point's delegation, and two records of one person, in a real browser by keyboard; every page accessible."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.accounts import merging
from app.accounts.models import User
from app.accounts.states import RecordKind
from app.core.access import Role
from app.delegations.models import Delegate
from app.registration.rules.summit import BankAccount
from tests.browser import check_accessible
from tests.factories import accounts
from tests.factories import delegations as make
from tests.factories import registration as summits
from tests.journeys.test_desk_journey import press, tab_to, work_off
from tests.services.test_delegations import applied, approve, capped

pytestmark = pytest.mark.browser
FAULTY = ("Kimmo Broken", "kimmo at kibo", "Director", "Japann", "79", "")
SOUND = ("Haruto Mori", "haruto@kibo.example", "Counsel", "Japan", "1975", "")


@pytest.fixture
def delegation(live):
    """A delegation with somebody who has applied by themselves and waits to be endorsed."""
    with live.writing() as session:
        summits.countries(session)
        summits.screening_list(session)
        account = BankAccount("USD", "Office", "DE89370400440532013000", "COBADEFFXXX", "A bank")
        summit = summits.open_summit(session, pools=capped(5), endorsement_asked=True, bank_accounts=(account,))
        of, lead = make.delegation(session, summit=summit)
        applied(session, summit, make.house(session, of))
        return {"path": f"/delegations/{of.id}", "lead": lead}


def write(page: Page, label: str, words: str) -> None:
    tab_to(page, label, "textbox")
    page.keyboard.type(words)


def tick(page: Page, name: str) -> None:
    tab_to(page, name, "checkbox")
    page.keyboard.press("Space")


def follow(page: Page, name: str, heading: str) -> None:
    tab_to(page, name, "link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_a_focal_point_enters_imports_endorses_and_pays_for_the_group_by_keyboard(tab, live, delegation):
    page = tab(delegation["path"], user_id=delegation["lead"])
    check_accessible(page)
    follow(page, "Enter somebody", "Enter somebody")
    check_accessible(page)
    write(page, "Full name, as in the passport", "Aiko Tanaka")
    write(page, "E-mail address", "aiko@kibo.example")
    write(page, "Job title", "Director")
    press(page, "Enter and invite")
    expect(page.get_by_text("Aiko Tanaka is endorsed and invited.")).to_be_visible()

    follow(page, "Import a sheet", "Import a sheet")
    check_accessible(page)
    tab_to(page, "Sheet of delegates", "button")
    sheet = {"name": "delegation.csv", "mimeType": "text/csv", "buffer": make.csv_sheet(SOUND, FAULTY)}
    page.get_by_label("Sheet of delegates").set_input_files(sheet)
    press(page, "Look through the sheet")
    wrong = page.get_by_role("row", name=re.compile("Kimmo Broken"))
    for words in ("Must be corrected", "is no address", "Did you mean Japan?", "is no year of birth"):
        expect(wrong).to_contain_text(words)
    check_accessible(page)
    press(page, "Enter 1 person and leave out the rest")
    expect(page.get_by_text("1 entered and invited, 0 in reserve")).to_be_visible()
    check_accessible(page)
    follow(page, "Go to the delegation", "Delegation of")

    expect(page.get_by_role("row", name=re.compile("Noor Haddad"))).to_contain_text("Waits for endorsement")
    tick(page, "Noor Haddad")
    press(page, "Endorse")
    expect(page.get_by_text("1 person is endorsed.")).to_be_visible()
    tick(page, "Noor Haddad")
    press(page, "Our organization pays")
    expect(page.get_by_text("1 person is paid for by your organization.")).to_be_visible()
    with live.writing() as session:
        noor = session.query(Delegate).filter_by(name="Noor Haddad").one()
        approve(session, session.get_one(summits.Registration, noor.registration_id))
    work_off(live)
    follow(page, "Invoices", "Invoices for a delegation")
    expect(page.get_by_role("row", name=re.compile("Noor Haddad"))).to_contain_text("$")
    check_accessible(page)
    press(page, "Issue the invoice now")
    expect(page.get_by_text(re.compile(r"INV-\d+-000001 is issued and goes out by mail"))).to_be_visible()
    check_accessible(page)
    page.goto("/delegations")
    check_accessible(page)
    page.goto(f"{delegation['path']}/letters")
    check_accessible(page)


def test_an_organizer_finds_two_records_of_one_person_and_merges_them(tab, live):
    with live.writing() as session:
        pair = accounts.duplicate_people(session)
        kept, gone = pair.first_id, pair.second_id
        names = [session.get_one(User, one).name for one in (kept, gone)]
        organizer = accounts.staff(session, Role.ORGANIZER).id
    page = tab("/duplicates", user_id=organizer)
    check_accessible(page)
    follow(page, " and ".join(names), names[0])
    check_accessible(page)
    for group in ("Which record stays?", "Name", "E-mail address"):
        first = page.get_by_role("group", name=group, exact=True).get_by_role("radio").first
        first.focus()
        page.keyboard.press("Space")
    press(page, "Preview the merge")
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you merge")
    check_accessible(page)
    press(page, "Merge the two records for good")
    expect(page.get_by_text("The two records are one now.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    check_accessible(page)
    with live.writing() as session:
        assert merging.kept_record(session, RecordKind.PERSON, gone) == kept
