"""The mailbox, the outbox, the progress of a job and the record in a real browser."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.core import audit, clock
from app.core.access import Role
from app.notifications.models import OutboxMessage
from app.notifications.states import MessageState
from tests.browser import check_accessible
from tests.factories import accounts
from tests.factories import notifications as make

pytestmark = pytest.mark.browser
ERROR = "SMTPServerDisconnected: Connection unexpectedly closed by a-very-long-host-name.mail.example.org"


@pytest.fixture
def organizer(live) -> UUID:
    """Somebody who looks after the outbox, with one of everything in it."""
    with live.writing() as session:
        person = accounts.staff(session, Role.ORGANIZER, name="Riley Stone").id
        make.received(session, subject="Confirm your address", text=f"Open {live.url}/verify/{'a1B2' * 12} now.\n")
        for kind in ("mail", "mail", "payment_charge"):
            make.message(session, kind, state=MessageState.PARKED, attempts=10, last_error=ERROR)
        make.message(session, "mail", attempts=3, last_error="TimeoutError: timed out")
        audit.record(session, "case.cleared", ("case", person), actor_id=person, before="open", after="cleared",
                     reason="Another person: born in another year, in another country.")  # fmt: skip
    return person


def running_job(live, starter_id: UUID) -> UUID:
    with live.writing() as session:
        return make.message(
            session, "match", title="Match run", state=MessageState.SENDING, attempts=1, percent=40, note="4 of 10",
            lease_until=clock.now() + timedelta(hours=1), starter_id=starter_id, return_to="/",
        ).id  # fmt: skip


def move(live, job_id: UUID, **columns: object) -> None:
    with live.writing() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == job_id).values(**columns))


@pytest.mark.check("C2")
@pytest.mark.parametrize("path", ["/mailbox", "/outbox", "/outbox?state=all", "/audit"])
def test_the_pages_of_the_record_are_accessible_at_both_widths(tab, live, organizer, path):
    check_accessible(tab(path, user_id=organizer))


def test_a_mail_is_found_opened_and_its_link_followed(tab, organizer):
    page = tab("/mailbox")
    page.get_by_role("link", name="Confirm your address").click()
    check_accessible(page)
    assert "/verify/" in str(page.get_by_role("link", name="/verify/").get_attribute("href"))


def test_progress_moves_by_itself_and_says_when_it_is_over(tab, live, organizer):
    job = running_job(live, organizer)
    page = tab(f"/outbox/jobs/{job}", user_id=organizer)
    check_accessible(page)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "40")
    move(live, job, percent=80, note="8 of 10")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "80")
    move(live, job, state=MessageState.DONE, lease_until=None, percent=100, finished_at=clock.now())
    expect(page.get_by_role("link", name="Go on")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_progress_is_watched_and_the_job_cancelled_without_javascript(tab, live, organizer):
    job = running_job(live, organizer)
    page = tab(f"/outbox/jobs/{job}", user_id=organizer, javascript=False)
    move(live, job, percent=60, note="6 of 10")
    page.get_by_role("link", name="Reload to see how far it is").click()
    expect(page.get_by_text("60 percent: 6 of 10")).to_be_visible()
    page.get_by_role("button", name="Cancel this job").click()
    expect(page.get_by_text("Stopping at its next step")).to_be_visible()


def test_parked_messages_are_tried_again_without_javascript(tab, organizer):
    page = tab("/outbox", user_id=organizer, javascript=False)
    page.get_by_role("row", name="Payment charge").get_by_role("button", name="Try again").click()
    expect(page.get_by_text("The message will be tried again.")).to_be_visible()
    page.get_by_role("button", name="Try all 2 again").click()
    expect(page.get_by_text("2 parked messages will be tried again.")).to_be_visible()
