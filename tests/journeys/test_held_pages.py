"""The reviewers' pages of held files in a real browser, with and without JavaScript, at both widths."""

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.access import Role
from app.documents import services
from app.documents.states import Opened
from tests.browser import check_accessible
from tests.factories import accounts, documents

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(live):
    """Return a held file that somebody opened, and two reviewers."""
    with live.writing() as session:
        owner = accounts.member(session, person=accounts.user(session, name="Ana Duarte"))
        held = documents.held(session, owner_id=owner.user_id)
        documents.file(
            session, owner_id=owner.user_id, purpose=held.purpose, content=documents.picture(),
            name="Scan of a very long-winded title page that somebody took with a telephone, final version 2.png",
        )  # fmt: skip
        for page in (1, 2):
            services.note_opening(
                session, held.id, user_id=owner.user_id, organization_id=owner.organization_id,
                address="2001:db8:85a3::8a2e:370:7334", how=Opened.VIEW, page=page, now=clock.now(),
            )  # fmt: skip
        reviewers = [accounts.staff(session, role, name=f"Riley {role}").id for role in (Role.REVIEWER, Role.ORGANIZER)]
        return held.id, reviewers


@pytest.mark.check("C2", "G4")
@pytest.mark.parametrize("javascript", [True, False])
def test_two_people_release_a_file_by_keyboard(tab, desk, javascript):
    held_id, (first, second) = desk
    page = tab("/documents/held", user_id=first, javascript=javascript)
    page.get_by_role("link", name="study.pdf").click()
    page.get_by_label("Reason").fill("A public study; the banner was an example.")
    page.get_by_role("button", name="Propose to release it").press("Enter")
    expect(page.get_by_text("A second person must release it now.")).to_be_visible()
    page = tab(f"/documents/held/{held_id}", user_id=second, javascript=javascript)
    page.get_by_label("Reason").fill("I looked at both pages, and agree.")
    page.get_by_role("button", name="Release it as the second person").press("Enter")
    expect(page.get_by_text("Released. Its owner is told by mail.")).to_be_visible()
    expect(page.get_by_role("button", name="Take it down now")).to_be_visible()


@pytest.mark.check("C2")
def test_the_pages_of_held_files_are_accessible_at_both_widths(tab, desk):
    held_id, (first, _second) = desk
    check_accessible(tab("/documents/held", user_id=first))
    check_accessible(tab(f"/documents/held/{held_id}", user_id=first))
