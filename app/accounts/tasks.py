"""Jobs of this room: kind of job to the function that does it."""

from app.accounts import own_account
from app.core import clock
from app.core.db import transaction
from app.notifications import outbox


def answer_reset(job: outbox.Job) -> None:
    """Mail whoever asked for a new password; a repeat only sends a newer link."""
    with transaction() as session:
        own_account.answer_reset(session, job.payload["email"], now=clock.now())


HANDLERS: dict[str, outbox.Handler] = {own_account.RESET_ASKED: answer_reset}
outbox.FORGOTTEN_WHEN_CLOSED.add(own_account.RESET_ASKED)
