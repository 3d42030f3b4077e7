"""The application in a real browser: kept as one types, asked as one answers, gone on with elsewhere; its designer."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.core.access import Role
from app.registration.states import RegistrationState
from tests.browser import NARROW, check_accessible
from tests.factories import accounts
from tests.factories import questionnaires as designed
from tests.factories import registration as make

pytestmark = pytest.mark.browser


@pytest.fixture
def summit(live):
    with live.writing() as session:
        make.countries(session)
        make.screening_list(session)
        return make.open_summit(session)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).first.press("Enter")


def applicant(live, summit):
    """Somebody whose first pages are saved."""
    with live.writing() as session:
        made = make.registration(session, state=RegistrationState.DRAFT, summit=summit, steps_saved=5)
        return made.user_id


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text(re.compile(r"Saved \d\d:\d\d"))


def at_once(page: Page) -> None:
    """Let the script save without the pause that keeps it from saving at every letter."""
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.querySelectorAll('form[data-autosave]')"
        ".forEach((form) => { form.dataset.autosaveWait = '1'; }))"
    )


def test_what_is_typed_is_kept_asked_further_and_found_on_another_device(tab, live, summit):
    person = applicant(live, summit)
    first = tab("/apply", user_id=person)
    at_once(first)
    first.goto("/apply/aims")
    further = first.get_by_label("Between which languages?")
    expect(further).to_be_hidden()
    first.locator("#q_interpreter").get_by_label("Yes").press("Space")
    expect(further).to_be_visible()
    further.fill("Japanese and")
    saved(first)
    check_accessible(first)

    second = tab("/apply/aims", user_id=person)
    expect(second.get_by_label("Between which languages?")).to_have_value("Japanese and")
    first.get_by_label("What do you want to achieve").fill("Shares.")
    saved(first)
    at_once(second)
    second.get_by_label("What do you want to achieve").fill("A station.")
    expect(second.locator("[data-autosave-status]")).to_contain_text("saved on another device")
    press(second, "Save and continue")
    expect(second.get_by_text("Shares.")).to_be_visible()
    expect(second.get_by_label("What do you want to achieve")).to_have_value("A station.")
    check_accessible(second)
    tab.watch.faults[:] = [fault for fault in tab.watch.faults if "409 for" not in fault]


def test_nothing_is_lost_when_the_connection_or_the_session_ends(tab, live, summit):
    person = applicant(live, summit)
    page = tab("/apply", user_id=person)
    at_once(page)
    page.goto("/apply/you")
    page.context.set_offline(True)
    page.get_by_label("Job title").fill("Chair")
    expect(page.locator("[data-autosave-status]")).to_contain_text("No connection")
    page.context.set_offline(False)
    saved(page)
    page.context.clear_cookies()
    page.get_by_label("Job title").fill("Chair of the board")
    expect(page.get_by_role("link", name="sign in and go on")).to_be_visible()
    name, value = live.cookie_for(person)
    page.context.add_cookies([{"name": name, "value": value, "url": live.url}])
    page.get_by_role("link", name="sign in and go on").click()
    expect(page.get_by_label("Job title")).to_have_value("Chair of the board")
    saved(page)
    tab.watch.faults[:] = []


def test_an_organizer_designs_a_question_by_keyboard_without_a_script(tab, live, summit):
    with live.writing() as session:
        organizer = accounts.staff(session, Role.ORGANIZER).id
    page = tab("/questionnaires", user_id=organizer, javascript=False)
    page.get_by_role("link", name="Application", exact=True).press("Enter")
    press(page, "Change it in a draft")
    press(page, "Add a question to Your summit")
    page.get_by_label("The question").fill("Do you bring an assistant?")
    page.get_by_label("Kind of answer").select_option("yes_no")
    press(page, "Save in the draft")
    page.get_by_role("link", name="When it is shown").press("Enter")
    page.get_by_label("What it depends on").select_option("interpreter")
    press(page, "Choose")
    page.get_by_label("Yes").press("Space")
    press(page, "Add the condition")
    expect(page.get_by_text("'Do you need an interpreter in meetings?' is Yes")).to_be_visible()
    page.get_by_role("link", name="Application", exact=True).press("Enter")
    page.get_by_role("button", name="Up Do you bring an assistant?").press("Enter")
    page.get_by_role("link", name="See what publishing changes").press("Enter")
    expect(page.get_by_role("rowheader", name="Do you bring an assistant?").first).to_be_visible()
    press(page, "Publish version 2")
    expect(page.get_by_text("Version 2 is in force.", exact=True)).to_be_visible()


def test_the_pages_of_the_designer_and_of_changes_are_accessible(tab, live, summit):
    with live.writing() as session:
        draft = designed.draft(session, summit.id)
        organizer = accounts.staff(session, Role.ORGANIZER).id
        change = designed.proposed_change(session)
        person, registration = change.proposed_by, change.registration_id
        change_id = change.id
    here = f"/questionnaires/{draft.questionnaire_id}"
    page = tab("/questionnaires", user_id=organizer)
    for path in ("/edit", "/edit/protocol", "/edit/objectives/conditions?source=@country", "/publish"):
        page.goto(here + path)
        check_accessible(page, (NARROW,))
    for path in (f"/registrations/changes/{change_id}", f"/registrations/{registration}/staff-answers"):
        page.goto(path)
        check_accessible(page, (NARROW,))
    check_accessible(tab("/apply/change", user_id=person), (NARROW,))
