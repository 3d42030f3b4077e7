"""From the form to the door in a real browser: without JavaScript and by keyboard; every screen accessible."""

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.core.access import Role
from app.door.queries import badge_of
from app.registration import queries
from app.registration.states import ParticipantType, RegistrationState
from app.screening import services as screening
from app.screening.queries import case_for, current_list
from tests.browser import check_accessible
from tests.factories import accounts
from tests.factories import registration as make

pytestmark = pytest.mark.browser


@pytest.fixture
def summit(live):
    with live.writing() as session:
        make.countries(session)
        make.screening_list(session)
        return make.open_summit(session)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).press("Enter")


def fill_in(page: Page) -> None:
    """Go from the first page of the application to its submission with the keyboard."""
    press(page, "Start the application")
    page.get_by_label("Media").press("Space")
    page.get_by_label("Full name").fill("Aiko Tanaka")
    page.get_by_label("Job title").fill("Editor")
    page.get_by_label("Citizenship").select_option("JP")
    press(page, "Save and continue")
    page.get_by_label("Name of the new organization").fill("Orbit Weekly")
    page.get_by_label("Kind").first.select_option("other")
    page.get_by_label("Country").first.select_option("JP")
    press(page, "Save and continue")
    page.get_by_label("Services").press("Space")
    press(page, "Save and continue")
    page.get_by_label("What I have entered is complete").press("Space")
    press(page, "Submit the application")


def clear(session, registration_id) -> None:
    case, current = case_for(session, "registration", registration_id), current_list(session)
    assert case is not None
    assert current is not None
    screening.record_screening(
        session, case.id, revision=case.revision, list_version=current.number, found=[[], []], now=clock.now()
    )


def test_somebody_applies_is_approved_and_admitted_without_javascript_and_mouse(tab, live, summit):
    with live.writing() as session:
        applicant = accounts.user(session, name="Aiko Tanaka").id
        reviewer = accounts.staff(session, Role.REVIEWER).id
        door_staff = accounts.staff(session, Role.DOOR_STAFF).id
    page = tab("/apply", user_id=applicant, javascript=False)
    fill_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application")
    with live.writing() as session:
        mine = queries.registration_of(session, summit.id, applicant)
        assert mine is not None
        clear(session, mine.id)

    desk = tab("/registrations", user_id=reviewer, javascript=False)
    desk.get_by_role("link", name="Aiko Tanaka").press("Enter")
    desk.get_by_label("Approve").press("Space")
    press(desk, "Record the decision")
    expect(desk.get_by_text("The decision has been recorded")).to_be_visible()

    page.goto("/apply/status")
    page.get_by_role("link", name="Open your badge").press("Enter")
    expect(page.get_by_role("img", name="Badge code")).to_be_visible()
    with live.writing() as session:
        badge = badge_of(session, summit.id, applicant)
        assert badge is not None

    door = tab("/door", user_id=door_staff)
    for answer in ("Admitted: Aiko Tanaka", "Already inside: Aiko Tanaka"):
        expect(door.get_by_label("Badge code")).to_be_focused()
        door.keyboard.type(badge.code)
        door.keyboard.press("Enter")
        expect(door.get_by_role("heading", name=answer)).to_be_visible()


def test_every_page_of_the_application_is_accessible(tab, live, summit):
    with live.writing() as session:
        applicant = make.registration(session, state=RegistrationState.DRAFT, summit=summit, steps_saved=5).user_id
        newcomer = accounts.user(session).id
    page = tab("/apply", user_id=newcomer)
    check_accessible(page)
    page = tab("/apply/you", user_id=applicant)
    for step in ("you", "organization", "aims", "review", "status", "withdraw"):
        page.goto(f"/apply/{step}")
        check_accessible(page)
    page.goto("/apply/you")
    page.get_by_label("Full name").fill("")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    check_accessible(page)


@pytest.mark.parametrize("state", ["needs_information", "offered", "payment_due", "confirmed", "declined"])
def test_the_status_page_is_accessible_where_it_asks_for_something(tab, live, summit, state):
    with live.writing() as session:
        person = make.registration(
            session, state=RegistrationState(state), summit=summit, question="Who owns it?"
        ).user_id
    page = tab("/apply/status", user_id=person)
    check_accessible(page)


def test_the_rooms_of_staff_are_accessible(tab, live, summit):
    with live.writing() as session:
        waiting = make.in_review(session, summit=summit).id
        media = make.registration(session, summit=summit, participant_type=ParticipantType.MEDIA)
        code, guest = media.badge_code, media.user_id
        organizer = accounts.staff(session, Role.ORGANIZER).id
    page = tab("/registrations", user_id=organizer)
    paths = (f"/registrations/{waiting}", f"/registrations/{waiting}/cancel", "/summit", "/summit/edit", "/door")
    check_accessible(page)
    for path in paths:
        page.goto(path)
        check_accessible(page)
    page.get_by_label("Badge code").fill(code or "")
    press(page, "Check the badge")
    check_accessible(page)
    page.get_by_label("Name or organization").fill("person")
    press(page, "Find by name")
    check_accessible(page)
    check_accessible(tab("/badge", user_id=guest))
