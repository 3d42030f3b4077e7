"""Sending back, by bank, what had come by bank: asked of the finance desk, noted when done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import NotFound, Refused
from app.payments import ledger, letters
from app.payments.models import Attempt, Payment, Refund
from app.payments.moves import lock_payment, move_refund, on_refunded
from app.payments.states import AttemptKind, AttemptState, RefundEvent, RefundState


def note_paid_out(session: Session, refund_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Note that the bank was told to send the money back. Raises Refused unless the refund still waits."""
    payment, refund, attempt = _locked(session, refund_id)
    _refuse_unless(refund, RefundState.REQUESTED, RefundState.PENDING)
    move_refund(session, refund, RefundEvent.SUCCEED, now=now, actor_id=actor_id)
    surplus = attempt.state is AttemptState.SURPLUS
    if not surplus:
        payment.refunded_cents += refund.amount_cents
    ledger.book_refund(session, payment, refund, of_surplus=surplus, now=now)
    letters.tell_refunded(session, payment, refund, now=now)
    for follower in on_refunded:
        follower(session, payment, refund, now)


def call_off_payout(session: Session, refund_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Note that money will not go back after all. Raises Refused once it has gone."""
    _payment, refund, _attempt = _locked(session, refund_id)
    _refuse_unless(refund, RefundState.REQUESTED, RefundState.PENDING)
    refund.failure = reason[:300]
    move_refund(session, refund, RefundEvent.FAIL, now=now, actor_id=actor_id)


def note_payout_returned(session: Session, refund_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Note that the payee's bank sent the money back: it is here again, and a person must choose another way."""
    payment, refund, attempt = _locked(session, refund_id)
    _refuse_unless(refund, RefundState.SUCCEEDED)
    refund.failure = reason[:300]
    move_refund(session, refund, RefundEvent.FAIL, now=now, actor_id=actor_id)
    surplus = attempt.state is AttemptState.SURPLUS
    if not surplus:
        payment.refunded_cents -= refund.amount_cents
    ledger.book_refund_return(session, payment, refund, of_surplus=surplus, now=now)
    letters.raise_attention(session, payment, f"A payout came back: {reason} Ask for another account.", now=now)


def _locked(session: Session, refund_id: UUID) -> tuple[Payment, Refund, Attempt]:
    found = session.get(Refund, refund_id)
    if found is None:
        raise NotFound("That refund does not exist.")
    payment = lock_payment(session, found.payment_id)
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    attempt = session.get_one(Attempt, refund.attempt_id)
    if attempt.kind is not AttemptKind.TRANSFER:
        raise Refused("The payment provider sends this money back by itself.")
    return payment, refund, attempt


def _refuse_unless(refund: Refund, *states: RefundState) -> None:
    if refund.state not in states:
        raise Refused(f"This refund is {refund.state} already. Reload the page.")
