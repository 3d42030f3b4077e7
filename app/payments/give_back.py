"""What a refund or a dispute of the provider means for one of our payments; told in any order, any number of times."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.money import Money
from app.payments import ledger, letters
from app.payments.facts import DisputeSeen, RefundSeen
from app.payments.kept import heir_of
from app.payments.models import Attempt, Dispute, Payment, Refund
from app.payments.moves import lock_payment, move_refund, on_dispute, on_refunded
from app.payments.settle import PAID, FactRefused
from app.payments.states import AttemptState, DisputeState, RefundEvent, RefundState

ORDER = [RefundState.REQUESTED, RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED]
LEADS_TO = {
    RefundState.PENDING: RefundEvent.ACCEPT,
    RefundState.SUCCEEDED: RefundEvent.SUCCEED,
    RefundState.FAILED: RefundEvent.FAIL,
}


def note_refund_answer(session: Session, seen: RefundSeen, *, now: datetime) -> None:
    """Keep the answer to a refund we asked for; it is done when the provider's event says so."""
    refund = None if seen.refund_id is None else session.get(Refund, seen.refund_id)
    if refund is None:
        raise FactRefused("No refund of ours was answered.")
    lock_payment(session, refund.payment_id)
    session.refresh(refund)
    refund.provider_ref = refund.provider_ref or seen.ref
    if refund.state is RefundState.REQUESTED:
        move_refund(session, refund, RefundEvent.ACCEPT, now=now)


def note_refund_impossible(session: Session, refund_id: UUID, *, words: str, now: datetime) -> None:
    """Note that the provider would not send the money back; finance is told on the payment's page."""
    refund = session.get_one(Refund, refund_id)
    payment = lock_payment(session, refund.payment_id)
    session.refresh(refund)
    if refund.state is RefundState.REQUESTED:
        _fail(session, payment, refund, words, now)


def see_refund(session: Session, seen: RefundSeen, *, now: datetime) -> UUID:
    """Move a refund to where the provider's stands; one that nobody asked for here is taken into the books."""
    payment, attempt = _charge_of(session, seen.intent_ref)
    refund = _refund_of(session, seen)
    if refund is not None and refund.payment_id != payment.id:
        payment = lock_payment(session, refund.payment_id)
    if refund is None:
        refund = _adopt(session, payment, attempt, seen, now)
    if (refund.amount_cents, refund.currency) != (seen.amount_cents, seen.currency):
        words = f"A refund of {Money(seen.amount_cents, seen.currency)} differs from ours. Settle it by hand."
        letters.raise_attention(session, payment, words, now=now)
        raise FactRefused(words, payment.id)
    refund.provider_ref = seen.ref
    if seen.state is refund.state:
        return payment.id
    if ORDER.index(seen.state) < ORDER.index(refund.state):
        raise FactRefused(f"Late: the refund is {refund.state} already.", payment.id)
    if seen.state is RefundState.FAILED:
        _fail(session, payment, refund, seen.failure or "The bank did not take the money.", now)
    else:
        move_refund(session, refund, LEADS_TO[seen.state], now=now)
    if refund.state is RefundState.SUCCEEDED:
        _book(session, payment, attempt, refund, now)
    return payment.id


def see_dispute(session: Session, seen: DisputeSeen, *, now: datetime) -> UUID:
    """Keep a payer's complaint and book the money that the provider holds back, or gives back when we win."""
    payment, _attempt = _charge_of(session, seen.intent_ref)
    dispute = session.scalars(select(Dispute).where(Dispute.provider_ref == seen.ref)).one_or_none()
    if dispute is None:
        dispute = _open_dispute(session, payment, seen, now)
    if seen.reply_due_at is not None:
        dispute.reply_due_at = seen.reply_due_at
    if dispute.state is seen.state:
        return payment.id
    if dispute.state is not DisputeState.OPEN:
        raise FactRefused(f"Late: the dispute is {dispute.state} already.", payment.id)
    _close_dispute(session, payment, dispute, seen.state, now)
    return payment.id


def _open_dispute(session: Session, payment: Payment, seen: DisputeSeen, now: datetime) -> Dispute:
    dispute = Dispute(
        payment_id=payment.id, provider_ref=seen.ref, state=DisputeState.OPEN, amount_cents=seen.amount_cents,
        currency=seen.currency, reason=seen.reason[:80], opened_at=now,
    )  # fmt: skip
    session.add(dispute)
    payment.disputed_cents += seen.amount_cents
    session.flush()
    ledger.book_dispute(session, payment, dispute, now=now)
    audit.record(
        session, "dispute.opened", ("dispute", dispute.id), actor_id=None, after=dispute.state, reason=dispute.reason
    )
    amount = Money(seen.amount_cents, seen.currency)
    due = f" Send evidence by {seen.reply_due_at:%d %B %Y}." if seen.reply_due_at else ""
    words = f"The payer disputes {amount} with their bank ({seen.reason.replace('_', ' ')}).{due}"
    _tell_dispute(session, payment, dispute, words, now)
    return dispute


def _close_dispute(session: Session, payment: Payment, dispute: Dispute, state: DisputeState, now: datetime) -> None:
    dispute.state, dispute.closed_at = state, now
    amount = Money(dispute.amount_cents, dispute.currency)
    if state is DisputeState.WON:
        payment.disputed_cents -= dispute.amount_cents
        ledger.book_dispute_won(session, payment, dispute, now=now)
        words = f"The bank decided for us: {amount} is here again."
    else:
        words = f"The bank decided for the payer: {amount} is lost. Decide what becomes of what was paid for."
    session.flush()
    audit.record(
        session, f"dispute.{state}", ("dispute", dispute.id), actor_id=None, before=DisputeState.OPEN, after=state
    )
    _tell_dispute(session, payment, dispute, words, now)


def _tell_dispute(session: Session, payment: Payment, dispute: Dispute, words: str, now: datetime) -> None:
    letters.tell_finance(
        session, about=f"Dispute: {payment.description}", lines=[words], path=f"/payments/disputes/{dispute.id}",
        now=now,
    )  # fmt: skip
    if follower := on_dispute.get(payment.subject_kind):
        follower(session, payment, words, now)


def _charge_of(session: Session, intent_ref: str | None) -> tuple[Payment, Attempt]:
    """Return the paid attempt behind a provider's intent and the locked payment that has its money now.

    That is the attempt's own, or a successor's to which it was passed on. Raises FactRefused.
    """
    attempt = session.scalars(select(Attempt).where(Attempt.intent_ref == intent_ref)).one_or_none()
    if attempt is None:
        raise FactRefused("No payment of ours was charged by this.")
    payment = lock_payment(session, heir_of(session, attempt.payment_id))
    session.refresh(attempt)
    if attempt.state not in PAID:
        raise FactRefused("The charge it belongs to is not known to have succeeded.", payment.id)
    return payment, attempt


def _refund_of(session: Session, seen: RefundSeen) -> Refund | None:
    by_ref = session.scalars(select(Refund).where(Refund.provider_ref == seen.ref)).one_or_none()
    if by_ref is not None or seen.refund_id is None:
        return by_ref
    return session.get(Refund, seen.refund_id)


def _adopt(session: Session, payment: Payment, attempt: Attempt, seen: RefundSeen, now: datetime) -> Refund:
    """Take a refund that was made in the provider's own desk into our tables."""
    refund = Refund(
        payment_id=payment.id, attempt_id=attempt.id, state=RefundState.PENDING, amount_cents=seen.amount_cents,
        currency=seen.currency, reason="Made at the payment provider, not here.", requested_by=None,
        idempotency_key=f"provider-{seen.ref}"[:80], provider_ref=seen.ref, created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(refund)
    session.flush()
    audit.record(
        session, "refund.found", ("refund", refund.id), actor_id=None, after=refund.state, reason=refund.reason
    )
    return refund


def _book(session: Session, payment: Payment, attempt: Attempt, refund: Refund, now: datetime) -> None:
    surplus = attempt.state is AttemptState.SURPLUS
    if not surplus:
        payment.refunded_cents += refund.amount_cents
    ledger.book_refund(session, payment, refund, of_surplus=surplus, now=now)
    letters.tell_refunded(session, payment, refund, now=now)
    for follower in on_refunded:
        follower(session, payment, refund, now)


def _fail(session: Session, payment: Payment, refund: Refund, words: str, now: datetime) -> None:
    """Note that money did not go back; money that had gone is here again."""
    refund.failure = words[:300]
    had_gone = refund.state is RefundState.SUCCEEDED
    move_refund(session, refund, RefundEvent.FAIL, now=now)
    sentence = f"A refund of {Money(refund.amount_cents, refund.currency)} failed: {words} Choose another way."
    letters.raise_attention(session, payment, sentence, now=now)
    if had_gone:
        surplus = session.get_one(Attempt, refund.attempt_id).state is AttemptState.SURPLUS
        if not surplus:
            payment.refunded_cents -= refund.amount_cents
        ledger.book_refund_return(session, payment, refund, of_surplus=surplus, now=now)
