"""Every page of deal rooms in a real browser: accessible at both widths, and the way from the agreement to a page."""

from uuid import UUID

import pytest

from app.core import clock
from app.core.access import Role
from app.dealrooms import services
from app.dealrooms.states import Audience
from tests.browser import check_accessible
from tests.factories import accounts
from tests.factories import dealrooms as make
from tests.factories import registration as registrations

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(live) -> list[tuple[str, UUID]]:
    """Every page of deal rooms with something on it, and somebody who sees it."""
    with live.writing() as session:
        registrations.countries(session)
        of = make.house(session)
        of.room.downloads = True
        made = make.document(session, of)
        make.inside(session, of)
        question = make.question(session, of)
        make.answer(session, of, question, audience=Audience.EVERYONE)
        services.approve_answer(session, of.room.id, question.id, actor_id=of.owner, now=clock.now())
        waiting = make.question(session, of, text="Which docking standard do you use?")
        other = make.second_partner(session, of)
        asked = make.requested(session, other)
        locked, unsigned = make.house(session), make.house(session)
        services.lock_approval(session, locked.room.id, True, actor_id=locked.officer, now=clock.now())
        make.given(session, locked)
        make.document(session, locked)
        make.given(session, unsigned)
        theirs, ours = f"/deal-rooms/{of.room.id}", f"/our-rooms/{of.room.id}"
        company = [
            "/our-rooms", ours, f"{ours}/documents/new", f"{ours}/documents/{made.id}", f"{ours}/access",
            f"{ours}/access/{asked.id}", f"{ours}/log", f"{ours}/questions", f"{ours}/questions/{waiting.id}",
            f"{ours}/settings", f"/pipeline/{of.interest.id}",
        ]  # fmt: skip
        partner = ["/deal-rooms", theirs, f"{theirs}/documents/{made.id}", f"{theirs}/documents/{made.id}/text/1",
                   f"{theirs}/questions", f"/interests/{of.interest.id}"]  # fmt: skip
        return [
            *((path, of.guest) for path in partner), *((path, of.owner) for path in company),
            (f"/deal-rooms/{unsigned.room.id}/nda", unsigned.guest), (theirs, other.guest),
            (f"/deal-rooms/request/{locked.interest.id}", locked.guest), ("/export-approvals", locked.officer),
            ("/deal-rooms/in-numbers", accounts.staff(session, Role.ORGANIZER).id),
        ]  # fmt: skip


def test_every_page_of_deal_rooms_is_accessible_and_fits_a_phone(pages, tab):
    for path, who in pages:
        page = tab(path, user_id=who)
        check_accessible(page)
        page.close()


def test_a_partner_accepts_and_reads_a_page_without_scripts(live, tab):
    with live.writing() as session:
        registrations.countries(session)
        of = make.house(session)
        make.document(session, of)
        make.given(session, of)
    page = tab(f"/deal-rooms/{of.room.id}/nda", user_id=of.guest, javascript=False)
    page.get_by_label("Your full name").fill("Aiko Tanaka")
    page.get_by_text("I have read this agreement").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Station summary").click()
    page.get_by_role("link", name="Next page").first.press("Enter")
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("img", name="Page 2 of 2").evaluate("image => image.complete && image.naturalWidth > 800")
