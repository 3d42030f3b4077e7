"""What people and other rooms do with payments: open, charge, pay by page, refund, void."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.notifications import outbox
from app.payments import ledger, letters
from app.payments.compare import Difference
from app.payments.models import Attempt, Payment, Refund
from app.payments.moves import (
    is_fulfilled,
    lock_first,
    lock_payment,
    move_attempt,
    move_payment,
    on_change,
    open_attempt,
)
from app.payments.rules import PAGE_LIFE, PAY_WITHIN, check_amount, check_refund
from app.payments.states import (
    CARD_CAN_BE_SAVED,
    PAGE_CAN_BE_PAID,
    AttemptEvent,
    AttemptKind,
    AttemptState,
    PaymentEvent,
    PaymentState,
    RefundState,
)

__all__ = [
    "is_fulfilled",
    "lock_first",
    "note_reconciliation",
    "on_change",
    "open_page",
    "open_payment",
    "refund_by_hand",
    "request_charge",
    "request_refund",
    "settle_attention",
    "void_payment",
]


def open_payment(
    session: Session,
    *,
    subject_kind: str,
    subject_id: UUID,
    payer_name: str,
    payer_email: str,
    description: str,
    now: datetime,
    payer_id: UUID | None = None,
) -> Payment:
    """Return the subject's payment, opening one the first time; nothing is owed yet.

    `payer_id` is the person (users.id) who may see the payment's pages and save a card.
    """
    wanted = select(Payment).where(Payment.subject_kind == subject_kind, Payment.subject_id == subject_id)
    if existing := session.scalars(wanted).one_or_none():
        return existing
    payment = Payment(
        subject_kind=subject_kind,
        subject_id=subject_id,
        payer_id=payer_id,
        payer_name=payer_name,
        payer_email=payer_email,
        description=description,
        state=PaymentState.CREATED,
        created_at=now,
        changed_at=now,
    )
    session.add(payment)
    session.flush()
    audit.record(session, "payment.opened", ("payment", payment.id), actor_id=payer_id, after=payment.state)
    return payment


def request_charge(
    session: Session,
    payment_id: UUID,
    *,
    amount_cents: int,
    currency: str,
    now: datetime,
    actor_id: UUID | None = None,
    pay_by: datetime | None = None,
) -> None:
    """Ask for the money: from the saved card, or from the payer by a pay link when no card is saved.

    The amount is in the currency's smallest unit and, once asked for, stays. `pay_by` (7 days from now when
    left out) is what the payer is told if a pay link is needed; letting it pass is the caller's to act on.
    Raises InvalidInput for an amount of zero or less, Refused for another amount than before or a payment
    that is being charged, succeeded or void.
    """
    wanted = check_amount(amount_cents, currency)
    payment = lock_payment(session, payment_id)
    if payment.amount_cents is not None and (payment.amount_cents, payment.currency) != (amount_cents, currency):
        asked = Money(payment.amount_cents, payment.currency or currency)
        raise Refused(f"{asked} was asked for before; void this payment before asking for {wanted}.")
    payment.amount_cents, payment.currency = amount_cents, currency
    payment.pay_by = pay_by or now + PAY_WITHIN
    payment.failure = None
    if payment.card_ref is None and payment.state is PaymentState.CREATED:
        move_payment(session, payment, PaymentEvent.ASK_PAYER, actor_id=actor_id, now=now)
        ledger.book_due(session, payment, now=now)
        letters.tell_pay_link(session, payment, now=now)
        return
    move_payment(session, payment, PaymentEvent.CHARGE, actor_id=actor_id, now=now)
    ledger.book_due(session, payment, now=now)
    attempt = open_attempt(session, payment, AttemptKind.SAVED_CARD, now=now)
    outbox.queue(session, "payments.charge", {"attempt": str(attempt.id)}, now=now)


def open_page(session: Session, payment_id: UUID, kind: AttemptKind, *, payer_id: UUID, now: datetime) -> Attempt:
    """Return the attempt whose hosted page the payer goes to, opening one unless a young one is open.

    CARD_PAGE keeps a card and needs a payment nothing was asked for yet; PAY_PAGE pays and needs one that
    waits for the payer. Raises Refused otherwise, NotFound for anybody but the payer.
    """
    payment = lock_payment(session, payment_id)
    if payment.payer_id != payer_id:
        raise NotFound("That payment does not exist.")
    if kind is AttemptKind.CARD_PAGE and payment.state not in CARD_CAN_BE_SAVED:
        raise Refused("The card can no longer be changed here. Open the payment to see what can be done.")
    if kind is AttemptKind.PAY_PAGE and payment.state not in PAGE_CAN_BE_PAID:
        raise Refused("There is nothing to pay here now. Open the payment to see where it stands.")
    open_ones = select(Attempt).where(
        Attempt.payment_id == payment_id, Attempt.kind == kind, Attempt.state == AttemptState.OPEN
    )
    for attempt in session.scalars(open_ones.order_by(Attempt.number)):
        if now - attempt.created_at < PAGE_LIFE:
            return attempt
        move_attempt(session, attempt, AttemptEvent.ABANDON, now=now)
    return open_attempt(session, payment, kind, now=now)


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


def void_payment(session: Session, payment_id: UUID, *, reason: str, actor_id: UUID | None, now: datetime) -> None:
    """Let the payer owe nothing; open pages are closed at the provider after commit.

    Money already on its way may still arrive: the payment then succeeds after all and its followers are told.
    Raises TransitionRefused for a payment that succeeded (refund it instead) or is void.
    """
    payment = lock_payment(session, payment_id)
    was_due = payment.amount_cents is not None
    move_payment(session, payment, PaymentEvent.VOID, actor_id=actor_id, now=now, reason=reason)
    if was_due:
        ledger.book_void(session, payment, now=now)
    close_open_attempts(session, payment, now=now)


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
    """Record that the books were compared; mark the payments concerned and tell the finance desk."""
    audit.record(
        session, "payments.reconciled", ("payments", "books"), actor_id=None, after=f"{len(found)} differences",
        detail={"differences": [f"{one.kind} {one.ref}" for one in found]},
    )  # fmt: skip
    if not found:
        return
    for one in found:
        payment = None if one.payment_id is None else lock_payment(session, one.payment_id)
        if payment is not None:
            payment.attention = one.words
    lines = [f"{one.words} ({one.ref})" for one in found]
    letters.tell_finance(
        session, about="The books do not agree", lines=lines, path="/payments?state=attention", now=now
    )


def close_open_attempts(session: Session, payment: Payment, *, now: datetime) -> None:
    """Queue the closing, at the provider, of whatever could still take money for a locked payment."""
    wanted = select(Attempt).where(Attempt.payment_id == payment.id, Attempt.state == AttemptState.OPEN)
    for attempt in session.scalars(wanted.order_by(Attempt.number)):
        outbox.queue(session, "payments.close", {"attempt": str(attempt.id)}, now=now)
