"""How much of a payment's money is here, and in which charges it came."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.payments.models import Attempt, Payment, Refund
from app.payments.states import NOT_GOING_BACK, AttemptKind, AttemptState


@dataclass(frozen=True, slots=True)
class Source:
    """A charge out of which money can go back, and how many cents of it are left."""

    charge: Attempt
    left_cents: int


def left_cents(session: Session, payment: Payment) -> int:
    """Return the cents of a payment that arrived, or were carried over to it, and are neither gone nor on their way.

    What was passed on to a successor, and what the provider holds back for a dispute, is not here.
    """
    charge = charge_of(session, payment.id)
    paid = (charge.amount_cents or 0 if charge else 0) + payment.carried_cents
    surplus = select(Attempt.id).where(Attempt.payment_id == payment.id, Attempt.state == AttemptState.SURPLUS)
    back = select(func.coalesce(func.sum(Refund.amount_cents), 0)).where(
        Refund.payment_id == payment.id, Refund.state.not_in(NOT_GOING_BACK), Refund.attempt_id.not_in(surplus)
    )
    return paid - int(session.scalar(back) or 0) - payment.passed_on_cents - payment.disputed_cents


def sources(session: Session, payment: Payment) -> list[Source]:
    """Return the charges that hold a payment's money: its own, then those of whom the payer replaced."""
    found: list[Source] = []
    at: Payment | None = payment
    while at is not None:
        if charge := charge_of(session, at.id):
            found.append(Source(charge, (charge.amount_cents or 0) - going_back(session, charge.id)))
        at = session.get(Payment, at.carried_from_id) if at.carried_from_id else None
    return [source for source in found if source.left_cents > 0]


def charge_of(session: Session, payment_id: UUID) -> Attempt | None:
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
    wanted = wanted.where(Refund.attempt_id == attempt_id, Refund.state.not_in(NOT_GOING_BACK))
    return int(session.scalar(wanted) or 0)


def heir_of(session: Session, payment_id: UUID) -> UUID:
    """Return the payment that has a payment's money now: the last of those it was passed on to, or itself."""
    heir = payment_id
    while (successor := session.scalar(select(Payment.id).where(Payment.carried_from_id == heir))) is not None:
        heir = successor
    return heir
