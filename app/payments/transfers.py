"""Money that came by bank: noted, adding up to what is owed, and undone when it had been matched wrongly."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.core.money import Money
from app.payments import ledger, letters
from app.payments.models import Attempt, Payment, Refund, Transfer
from app.payments.moves import (
    asked_cents,
    close_open_attempts,
    lock_payment,
    move_attempt,
    move_payment,
    on_paid,
    on_reopened,
    open_attempt,
)
from app.payments.refund import queue_refund
from app.payments.rules import check_amount
from app.payments.states import (
    NOT_GOING_BACK,
    AttemptEvent,
    AttemptKind,
    AttemptState,
    PaymentEvent,
    PaymentState,
)

OWES = frozenset({PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION, PaymentState.FAILED})


def note_transfer(
    session: Session,
    payment_id: UUID,
    amount: Money,
    *,
    reference: str,
    at: datetime,
    now: datetime,
    actor_id: UUID | None = None,
) -> Transfer:
    """Book money that came by bank `at` that moment for a payment, and pay the payment once all of it is there.

    Parts add up; what exceeds the debt is owed back and goes out as a refund. Money for a payment that was void
    revives it when it is the whole sum, as a late charge does. Raises Refused for another currency, or while
    nothing was asked for yet.
    """
    check_amount(amount.cents, amount.currency)
    payment = lock_payment(session, payment_id)
    if payment.amount_cents is None or payment.currency is None:
        raise Refused("Nothing was asked for yet, so this cannot be paid. Keep the money aside until it is due.")
    if payment.currency != amount.currency:
        raise Refused(f"The payment is in {payment.currency} and the money in {amount.currency}: they are kept apart.")
    if payment.state is PaymentState.VOIDED and amount.cents >= asked_cents(payment):
        ledger.book_revival(session, payment, now=now)
        open_cents = asked_cents(payment)
    else:
        open_cents = open_cents_of(session, payment)
    transfer = Transfer(
        payment_id=payment.id, amount_cents=amount.cents, applied_cents=min(amount.cents, open_cents),
        currency=amount.currency, reference=reference[:140], received_at=at, noted_at=now,
    )  # fmt: skip
    session.add(transfer)
    session.flush()
    audit.record(
        session, "payment.transfer_noted", ("payment", payment.id), actor_id=actor_id, after=payment.state,
        detail={"transfer": str(transfer.id), "cents": amount.cents, "currency": amount.currency},
    )  # fmt: skip
    ledger.book_transfer(session, payment, transfer, now=now)
    if transfer.applied_cents and transfer.applied_cents == open_cents:
        _pay(session, payment, now=now)
    if exceeding := transfer.amount_cents - transfer.applied_cents:
        _owe_back(session, payment, transfer, exceeding, reason="More came than was owed.", now=now)
    return transfer


def received_cents(session: Session, payment_id: UUID) -> int:
    """Return how much of what is owed for a payment has come by bank."""
    wanted = select(func.coalesce(func.sum(Transfer.applied_cents), 0))
    return int(session.scalar(wanted.where(Transfer.payment_id == payment_id, Transfer.undone_at.is_(None))) or 0)


def open_cents_of(session: Session, payment: Payment) -> int:
    """Return how much is still owed for a payment, in cents."""
    if payment.state not in OWES:
        return 0
    return max(0, asked_cents(payment) - received_cents(session, payment.id))


def _pay(session: Session, payment: Payment, *, now: datetime) -> None:
    attempt = open_attempt(session, payment, AttemptKind.TRANSFER, now=now)
    move_attempt(session, attempt, AttemptEvent.SUCCEED, now=now)
    payment.succeeded_at, payment.failure = now, None
    letters.tell_paid(session, payment, now=now)
    close_open_attempts(session, payment, now=now)
    move_payment(session, payment, PaymentEvent.SUCCEED, actor_id=None, now=now)
    for follower in on_paid:
        follower(session, payment, now)


def _owe_back(
    session: Session, payment: Payment, transfer: Transfer, cents: int, *, reason: str, now: datetime
) -> None:
    """Let money that came by bank and is not owed go back to whoever sent it."""
    attempt = open_attempt(session, payment, AttemptKind.TRANSFER, now=now)
    attempt.amount_cents = cents
    move_attempt(session, attempt, AttemptEvent.EXCEED, now=now)
    transfer.surplus_attempt_id = attempt.id
    amount = Money(cents, transfer.currency)
    queue_refund(session, payment, attempt, amount, reason=reason, actor_id=None, now=now)


def free_parts(session: Session, payment: Payment, *, reason: str, now: datetime) -> None:
    """Owe back the parts of a locked payment that came by bank, since nothing is owed any more."""
    wanted = select(Transfer).where(
        Transfer.payment_id == payment.id, Transfer.undone_at.is_(None), Transfer.applied_cents > 0
    )
    for transfer in session.scalars(wanted.order_by(Transfer.noted_at, Transfer.id)):
        cents, transfer.applied_cents = transfer.applied_cents, 0
        ledger.book_part_freed(session, payment, transfer, cents, now=now)
        _owe_back(session, payment, transfer, cents, reason=reason, now=now)


def undo_transfer(session: Session, transfer_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> Transfer:
    """Take back a transfer that had been matched with the wrong payment; postings are reversed, never changed.

    A payment that it had paid is owed again. Raises Refused when money of it is on its way back to the payer.
    """
    found = session.get(Transfer, transfer_id)
    if found is None:
        raise NotFound("That transfer does not exist.")
    payment = lock_payment(session, found.payment_id)
    transfer = session.get_one(Transfer, transfer_id, with_for_update=True, populate_existing=True)
    if transfer.undone_at is not None:
        raise Refused("This match was undone before. Reload the page.")
    paid_by = _success_of(session, payment) if transfer.applied_cents else None
    touched = [paid_by.id if paid_by else None, transfer.surplus_attempt_id]
    _refuse_while_going_back(session, [attempt_id for attempt_id in touched if attempt_id])
    transfer.undone_at = now
    ledger.book_transfer_undone(session, payment, transfer, now=now)
    audit.record(
        session, "payment.transfer_undone", ("payment", payment.id), actor_id=actor_id, before=payment.state,
        reason=reason, detail={"transfer": str(transfer.id)},
    )  # fmt: skip
    if transfer.surplus_attempt_id:
        surplus = session.get_one(Attempt, transfer.surplus_attempt_id)
        move_attempt(session, surplus, AttemptEvent.UNDO, now=now)
    if paid_by is not None:
        _reopen(session, payment, paid_by, reason=reason, actor_id=actor_id, now=now)
    return transfer


def _reopen(
    session: Session, payment: Payment, paid_by: Attempt, *, reason: str, actor_id: UUID, now: datetime
) -> None:
    move_attempt(session, paid_by, AttemptEvent.UNDO, now=now)
    payment.succeeded_at = None
    move_payment(session, payment, PaymentEvent.REOPEN, actor_id=actor_id, now=now, reason=reason)
    for follower in on_reopened:
        follower(session, payment, now)


def _success_of(session: Session, payment: Payment) -> Attempt | None:
    wanted = select(Attempt).where(
        Attempt.payment_id == payment.id,
        Attempt.kind == AttemptKind.TRANSFER,
        Attempt.state == AttemptState.SUCCEEDED,
    )
    return session.scalars(wanted).one_or_none()


def _refuse_while_going_back(session: Session, attempt_ids: list[UUID]) -> None:
    wanted = select(Refund.id).where(Refund.attempt_id.in_(attempt_ids), Refund.state.not_in(NOT_GOING_BACK))
    if attempt_ids and session.scalar(wanted.limit(1)) is not None:
        raise Refused("Money of this transfer is going back, or has gone. Call that payout off first.")
