"""Screening and the policy pages in a real browser, by keyboard and without JavaScript."""

from datetime import date

import pytest
from playwright.sync_api import expect

from app.core.access import Role
from tests.browser import check_accessible
from tests.factories import accounts, regulatory, screening

pytestmark = pytest.mark.browser


@pytest.fixture
def case(live):
    """A case with a possible hit, two screeners, and the shipped countries and topics."""
    with live.writing() as session:
        regulatory.load_shipped(session)
        screening.restricted_list(session, as_of=date(2022, 5, 16))
        found = screening.possible_hit(session)
        people = [accounts.staff(session, Role.SCREENER, name=name).id for name in ("Ana Ortiz", "Ben Okafor")]
        return found.id, people


def test_two_screeners_clear_a_case_without_javascript_and_by_keyboard(tab, case):
    case_id, people = case
    for person in people:
        page = tab("/screening/cases", user_id=person, javascript=False)
        page.get_by_role("link", name="Sergey Ivanov").first.press("Enter")
        page.get_by_label("Clear: not the listed party").press("Space")
        page.get_by_label("Main reason").select_option("birth_date_differs")
        page.get_by_label("In your own words").fill("Born in 1990, the listed person in 1953.")
        page.get_by_role("button", name="Record").press("Enter")
        assert str(case_id) in page.url
    expect(page.get_by_role("status")).to_contain_text("Recorded: Clear")


def test_the_pages_of_a_case_and_of_policy_are_accessible(tab, case):
    case_id, people = case
    for path in ("/screening/cases?state=any", f"/screening/cases/{case_id}"):
        check_accessible(tab(path, user_id=people[0]))
    for path in ("/countries", "/countries/IN", "/topics", "/topics/cfius_tid_mandatory"):
        check_accessible(tab(path))


def test_a_rejected_decision_leads_to_its_fields(tab, case):
    case_id, people = case
    page = tab(f"/screening/cases/{case_id}", user_id=people[0])
    page.get_by_role("button", name="Record").click()
    expect(page).to_have_title("Error: Sergey Ivanov | Rendezvous", timeout=5000)
    page.get_by_role("link", name="Choose the main reason.").click()
    expect(page.get_by_label("Main reason")).to_be_focused()
    check_accessible(page)
