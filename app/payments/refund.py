"""Sending money back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.errors import InvalidInput, Refused
from app.core.money import Money
from app.notifications import outbox
from app.payments.models import Attempt, Payment, Refund
from app.payments.moves import lock_payment
from app.payments.rules import check_amount, check_refund
from app.payments.states import AttemptKind, AttemptState, RefundState


def request_refund(
    session: Session,
    payment_id: UUID,
    *,
    amount_cents: int,
    reason: str,
    actor_id: UUID | None,
    now: datetime,
) -> Refund:
    """Ask the provider to send money back; the refund is done when the provider says so.

    Raises Refused unless the payment succeeded and this, with what is going back already, stays within it;
    InvalidInput for an amount of zero or less or an empty reason. `actor_id` None is the platform itself.
    """
    if not reason.strip():
        raise InvalidInput("Say why the money goes back.")
    payment = lock_payment(session, payment_id)
    charge = _charge_of(session, payment_id)
    if charge is None or charge.currency is None or charge.amount_cents is None:
        raise Refused("Only a payment that succeeded can be refunded; void this one instead.")
    wanted = check_amount(amount_cents, charge.currency)
    check_refund(wanted, Money(charge.amount_cents, charge.currency), going_back(session, charge.id))
    return queue_refund(session, payment, charge, wanted, reason=reason.strip(), actor_id=actor_id, now=now)


def refund_by_hand(
    session: Session,
    payment_id: UUID,
    *,
    amount_cents: int,
    reason: str,
    shown_left_cents: int,
    actor_id: UUID,
    now: datetime,
) -> Refund:
    """Refund as a person of the finance desk asks.

    `shown_left_cents` is what the page said could go back; when that has changed since, nothing is done.
    Raises Refused then, and for one's own payment, besides what request_refund refuses.
    """
    payment = lock_payment(session, payment_id)
    if payment.payer_id == actor_id:
        raise Refused("Nobody refunds their own payment. Ask a colleague of the finance desk.")
    charge = _charge_of(session, payment_id)
    if charge and (charge.amount_cents or 0) - going_back(session, charge.id) != shown_left_cents:
        raise Refused("Another refund was made meanwhile. Look at the payment again before you send money back.")
    return request_refund(session, payment_id, amount_cents=amount_cents, reason=reason, actor_id=actor_id, now=now)


def _charge_of(session: Session, payment_id: UUID) -> Attempt | None:
    """Return the attempt that paid a payment, None while none did."""
    wanted = select(Attempt).where(
        Attempt.payment_id == payment_id,
        Attempt.state == AttemptState.SUCCEEDED,
        Attempt.kind != AttemptKind.CARD_PAGE,
    )
    return session.scalars(wanted).one_or_none()


def going_back(session: Session, attempt_id: UUID) -> int:
    """Return the cents of a charge that were refunded or are on their way back."""
    wanted = select(func.coalesce(func.sum(Refund.amount_cents), 0))
    wanted = wanted.where(Refund.attempt_id == attempt_id, Refund.state != RefundState.FAILED)
    return int(session.scalar(wanted) or 0)


def queue_refund(
    session: Session,
    payment: Payment,
    charge: Attempt,
    amount: Money,
    *,
    reason: str,
    actor_id: UUID | None,
    now: datetime,
) -> Refund:
    """Add a refund of a charge of a locked payment and queue the call to the provider."""
    refund_id = ids.new_id()
    refund = Refund(
        id=refund_id,
        payment_id=payment.id,
        attempt_id=charge.id,
        state=RefundState.REQUESTED,
        amount_cents=amount.cents,
        currency=amount.currency,
        reason=reason,
        requested_by=actor_id,
        idempotency_key=f"refund-{refund_id}",
        created_at=now,
        changed_at=now,
    )
    session.add(refund)
    session.flush()
    audit.record(
        session, "refund.requested", ("refund", refund.id), actor_id=actor_id, after=refund.state, reason=reason
    )
    outbox.queue(session, "payments.refund", {"refund": str(refund.id)}, now=now)
    return refund
