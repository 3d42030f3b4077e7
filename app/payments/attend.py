"""What a person must look at: noted, told once, and settled with a word."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, Refused
from app.payments import letters
from app.payments.compare import Difference
from app.payments.moves import lock_payment


def need_person(session: Session, payment_id: UUID, words: str, *, now: datetime) -> None:
    """Make something about a payment a task for a person of the finance desk, and tell them."""
    letters.raise_attention(session, lock_payment(session, payment_id), words, now=now)


def settle_attention(session: Session, payment_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Note that a person looked at what was wrong with a payment and settled it. Raises Refused if nothing was."""
    if not reason.strip():
        raise InvalidInput("Say how it was settled.")
    payment = lock_payment(session, payment_id)
    if payment.attention is None:
        raise Refused("There is nothing to settle here. Reload the page.")
    audit.record(
        session, "payment.attention_settled", ("payment", payment.id), actor_id=actor_id, reason=reason.strip(),
        detail={"was": payment.attention},
    )  # fmt: skip
    payment.attention, payment.changed_at = None, now


def note_reconciliation(session: Session, found: Sequence[Difference], *, now: datetime) -> None:
    """Record that the books were compared; mark payments newly concerned and tell the finance desk, once each."""
    audit.record(
        session, "payments.reconciled", ("payments", "books"), actor_id=None, after=f"{len(found)} differences",
        detail={"differences": [f"{one.kind} {one.ref}" for one in found]},
    )  # fmt: skip
    fresh = [one for one in found if not _told_before(session, one)]
    for one in fresh:
        audit.record(
            session, "payments.difference_found", ("difference", _name_of(one)), actor_id=None, reason=one.words
        )
        if one.payment_id is not None:
            lock_payment(session, one.payment_id).attention = one.words
    if fresh:
        lines = [f"{one.words} ({one.ref})" for one in fresh]
        path = "/payments?state=attention"
        letters.tell_finance(session, about="The books do not agree", lines=lines, path=path, now=now)


def _name_of(one: Difference) -> str:
    return f"{one.kind}:{one.ref}"[:64]


def _told_before(session: Session, one: Difference) -> bool:
    """Tell whether a difference was found by an earlier comparison; it is told, and marked, once."""
    wanted = select(audit.AuditEntry.sequence).where(
        audit.AuditEntry.action == "payments.difference_found", audit.AuditEntry.subject_id == _name_of(one)
    )
    return session.scalar(wanted.limit(1)) is not None
