"""Jobs of this room: kind of job to the function that does it.

Both answer a stranger about an address; a repeat only sends another mail.
"""

from app.accounts import own_account, sign_up
from app.core import clock
from app.core.db import transaction
from app.notifications import outbox


def answer_sign_up(job: outbox.Job) -> None:
    """Add whoever signed up, or tell the owner of the address that they are here already."""
    with transaction() as session:
        sign_up.sign_up(session, **job.payload, now=clock.now())


def answer_reset(job: outbox.Job) -> None:
    """Mail whoever asked for a new password."""
    with transaction() as session:
        own_account.answer_reset(session, job.payload["email"], now=clock.now())


HANDLERS: dict[str, outbox.Handler] = {
    sign_up.SIGN_UP_ASKED: answer_sign_up,
    own_account.RESET_ASKED: answer_reset,
}
outbox.FORGOTTEN_WHEN_CLOSED.update(HANDLERS)
