"""Disputes, as people deal with them: the reply is noted, and what becomes of what had been given is decided."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.payments.models import Dispute
from app.payments.moves import lock_payment
from app.payments.states import DisputeState


def note_reply(session: Session, dispute_id: UUID, words: str, *, actor_id: UUID, now: datetime) -> None:
    """Note what was answered at the provider's desk, or that nothing was. Raises Refused once the bank decided."""
    if not words.strip():
        raise InvalidInput("Say what was sent to the bank, or why nothing is.")
    dispute = _locked(session, dispute_id)
    if dispute.state is not DisputeState.OPEN:
        raise Refused("The bank has decided already, so there is nothing to reply to.")
    dispute.reply, dispute.replied_by, dispute.replied_at = words.strip(), actor_id, now
    audit.record(
        session, "dispute.replied", ("dispute", dispute.id), actor_id=actor_id, after="replied", reason=words.strip()
    )


def settle_lost(session: Session, dispute_id: UUID, words: str, *, actor_id: UUID, now: datetime) -> None:
    """Note what a person decided about a place whose money was lost. Raises Refused unless one was, undecided."""
    if not words.strip():
        raise InvalidInput("Say what was decided, and why.")
    dispute = _locked(session, dispute_id)
    if dispute.state is not DisputeState.LOST or dispute.decided_at is not None:
        raise Refused("There is nothing to decide here. Reload the page.")
    dispute.outcome, dispute.decided_by, dispute.decided_at = words.strip(), actor_id, now
    audit.record(
        session, "dispute.settled", ("dispute", dispute.id), actor_id=actor_id, after="settled", reason=words.strip()
    )


def _locked(session: Session, dispute_id: UUID) -> Dispute:
    found = session.get(Dispute, dispute_id)
    if found is None:
        raise NotFound("That dispute does not exist.")
    lock_payment(session, found.payment_id)
    return session.get_one(Dispute, dispute_id, with_for_update=True, populate_existing=True)
