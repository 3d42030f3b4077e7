"""Jobs of this room: kind of job to the function that does it.

Those that answer a stranger about an address only send another mail when repeated; looking for duplicates again
finds the same.
"""

from uuid import UUID

from app.accounts import duplicates, own_account, sign_up
from app.accounts.states import RecordKind
from app.core import clock
from app.core.db import db, transaction
from app.notifications import outbox


def answer_sign_up(job: outbox.Job) -> None:
    """Add whoever signed up, or tell the owner of the address that they are here already."""
    with transaction() as session:
        sign_up.sign_up(session, **job.payload, now=clock.now())


def answer_reset(job: outbox.Job) -> None:
    """Mail whoever asked for a new password."""
    with transaction() as session:
        own_account.answer_reset(session, job.payload["email"], now=clock.now())


def find_duplicates(job: outbox.Job) -> None:
    """Look for another record of a person or organization that came or changed."""
    with transaction() as session:
        duplicates.find_for(session, RecordKind(job.payload["kind"]), UUID(job.payload["id"]), now=clock.now())


def find_all_duplicates(job: outbox.Job) -> None:
    """Compare all people, then all organizations; what is read may be a moment old, the next night sets it right."""
    for done, kind in enumerate(RecordKind):
        job.progress(50 * done, f"Comparing every {kind.value}")
        compared = duplicates.compare_all(db(), kind)
        with transaction() as session:
            duplicates.keep_compared(session, compared, now=clock.now())


ANSWERS: dict[str, outbox.Handler] = {
    sign_up.SIGN_UP_ASKED: answer_sign_up,
    own_account.RESET_ASKED: answer_reset,
}
HANDLERS: dict[str, outbox.Handler] = {
    **ANSWERS,
    duplicates.FIND: find_duplicates,
    duplicates.FIND_ALL: find_all_duplicates,
}
outbox.FORGOTTEN_WHEN_CLOSED.update(ANSWERS)
