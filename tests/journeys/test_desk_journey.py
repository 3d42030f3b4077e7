"""The vetting desk in a real browser, by keyboard alone: find, select, look, run, undo; every page accessible."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.core.access import Role
from app.notifications import outbox
from app.registration import services
from app.registration.models import Registration
from app.registration.states import RegistrationState
from tests.browser import check_accessible
from tests.factories import accounts
from tests.factories import registration as make

pytestmark = pytest.mark.browser
S = RegistrationState


@pytest.fixture
def desk(live):
    """A summit whose letters leave after an hour, three applications in review, an organizer and a reviewer."""
    with live.writing() as session:
        make.countries(session)
        make.screening_list(session)
        summit = make.open_summit(session, decision_delay_minutes=60)
        names = ("Aiko Tanaka", "Noor Haddad", "Zoé Petit")
        rows = [make.in_review(session, summit=summit, person=accounts.user(session, name=name)).id for name in names]
        return {
            "organizer": accounts.staff(session, Role.ORGANIZER).id, "rows": rows,
            "reviewer": accounts.staff(session, Role.REVIEWER).id,
        }  # fmt: skip


def tab_to(page: Page, name: str, role: str = "button") -> None:
    """Press Tab until the control of that name has the focus, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name, exact=True).first
    for _ in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches the {role} {name!r}")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def work_off(live) -> None:
    with live.app.app_context():
        outbox.deliver_due(clock.now())


def test_many_are_found_selected_approved_and_undone_by_keyboard_alone(tab, live, desk):
    page = tab("/registrations", user_id=desk["organizer"])
    tab_to(page, "Number, name or organization", "searchbox")
    page.keyboard.type("a")
    press(page, "Show")
    expect(page).to_have_url(re.compile(r"\?s=[\w-]+$|state=&s="))
    expect(page.get_by_text("Showing 1 to 3 of 3")).to_be_visible()
    for name in ("Aiko Tanaka", "Noor Haddad"):
        box = page.get_by_label(re.compile(f"Select application .*{name}"))
        tab_to(page, box.evaluate("element => element.labels[0].innerText"), "checkbox")
        page.keyboard.press("Space")
        page.keyboard.press("Shift+Tab")
    press(page, "Decide about the selected")
    expect(page.get_by_role("heading", level=1)).to_have_text("Decide about 2 applications")
    tab_to(page, "Approve", "radio")
    page.keyboard.press("Space")
    press(page, "Show the effect")
    expect(page.get_by_text("2 applications would be met, 0 refused.")).to_be_visible()
    check_accessible(page)
    press(page, "Approve: run for 2")
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    work_off(live)
    page.reload()
    expect(page.get_by_text("Met: 2. Refused: 0. Not reached: 0.")).to_be_visible()
    check_accessible(page)
    press(page, "Undo 2 decisions")
    press(page, "Undo the decision: run for 2")
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    work_off(live)
    with live.writing() as session:
        assert {session.get_one(Registration, one).state for one in desk["rows"]} == {S.IN_REVIEW}


def test_many_are_declined_without_javascript(tab, live, desk):
    page = tab("/registrations?state=undecided", user_id=desk["reviewer"], javascript=False)
    page.get_by_label(re.compile("Select application .*Aiko")).press("Space")
    page.get_by_role("button", name="Decide about the selected").press("Enter")
    page.get_by_role("radio", name="Decline").press("Space")
    page.get_by_label("Reason, if you decline").select_option("balance")
    page.get_by_role("button", name="Show the effect").press("Enter")
    page.get_by_role("button", name="Decline: run for 1").press("Enter")
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    work_off(live)
    page.get_by_role("link", name="Reload this page").press("Enter")
    expect(page.get_by_text("Met: 1. Refused: 0. Not reached: 0.")).to_be_visible()


def test_single_keys_move_select_open_and_can_be_turned_off(tab, live, desk):
    page = tab("/registrations?state=undecided", user_id=desk["reviewer"])
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Aiko Tanaka")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_label(re.compile("Select application .*Noor"))).to_be_checked()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Noor Haddad")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Petit")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Decide")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Who decides about")
    page.go_back()
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Applications")
    page.keyboard.press("?")
    page.get_by_label("Use single keys on this desk").press("Space")
    page.keyboard.press("j")
    page.reload()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Aiko Tanaka")).not_to_be_focused()


def test_every_page_of_the_desk_is_accessible(tab, live, desk):
    one, two, three = desk["rows"]
    with live.writing() as session:
        by = {"actor_id": desk["reviewer"], "now": clock.now()}
        services.decline(session, one, reason="balance", **by)
        services.ask(session, two, "Who owns it?", **by)
        services.ask_for_second(session, three, wanted=True, reason="State-owned.", **by)
        services.propose_approval(session, three, max_list_age_days=None, **by)
        limited = accounts.staff(session, Role.REVIEWER).id
    page = tab("/registrations", user_id=desk["organizer"])
    check_accessible(page)
    for path in (
        f"/registrations/{one}", f"/registrations/{one}/letter", f"/registrations/{one}/letters",
        f"/registrations/{one}/reconsider", f"/registrations/{two}?state=&at=2", f"/registrations/{three}",
        f"/registrations/{three}/assign", f"/registrations/{three}/second", "/registrations/balance",
        "/registrations/reviewers", f"/registrations/reviewers/{limited}", "/registrations/views",
        "/registrations/bulk", "/summit/letters", "/summit/letters/declined", "/summit/reasons",
    ):  # fmt: skip
        page.goto(path)
        check_accessible(page)
