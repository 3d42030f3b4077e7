"""What people and other rooms do with payments: open, charge, pay by page, refund, void."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.core.money import Money
from app.notifications import outbox
from app.payments import ledger
from app.payments.attend import need_person, note_reconciliation, settle_attention
from app.payments.disputes import note_reply, settle_lost
from app.payments.methods import ask_payer, choose_method
from app.payments.models import Attempt, Payment
from app.payments.moves import (
    close_open_attempts,
    is_fulfilled,
    lock_first,
    lock_payment,
    move_attempt,
    move_payment,
    on_change,
    on_dispute,
    on_due,
    on_paid,
    on_payout,
    on_refunded,
    on_reopened,
    on_void,
    open_attempt,
)
from app.payments.pay_out import call_off_payout, note_paid_out, note_payout_returned
from app.payments.refund import decide_refund, refund_by_hand, request_refund
from app.payments.rules import PAGE_LIFE, PAY_WITHIN, check_amount
from app.payments.states import (
    CARD_CAN_BE_SAVED,
    PAGE_CAN_BE_PAID,
    AttemptEvent,
    AttemptKind,
    AttemptState,
    PaymentEvent,
    PaymentMethod,
    PaymentState,
)
from app.payments.transfers import free_parts, note_transfer, undo_transfer

__all__ = [
    "call_off_payout",
    "choose_method",
    "close_open_attempts",
    "decide_refund",
    "is_fulfilled",
    "lock_first",
    "need_person",
    "note_paid_out",
    "note_payout_returned",
    "note_reconciliation",
    "note_reply",
    "note_transfer",
    "on_change",
    "on_dispute",
    "on_due",
    "on_paid",
    "on_payout",
    "on_refunded",
    "on_reopened",
    "on_void",
    "open_page",
    "open_payment",
    "refund_by_hand",
    "request_charge",
    "request_refund",
    "settle_attention",
    "settle_lost",
    "undo_transfer",
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

    A payment whose method is not the card asks nothing of it: it waits for money that comes by bank.

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
    by_card = payment.method is PaymentMethod.CARD
    if not by_card or (payment.card_ref is None and payment.state is PaymentState.CREATED):
        move_payment(session, payment, PaymentEvent.ASK_PAYER, actor_id=actor_id, now=now)
        ledger.book_due(session, payment, now=now)
        ask_payer(session, payment, now=now)
        return
    move_payment(session, payment, PaymentEvent.CHARGE, actor_id=actor_id, now=now)
    ledger.book_due(session, payment, now=now)
    attempt = open_attempt(session, payment, AttemptKind.SAVED_CARD, now=now)
    outbox.queue(session, "payments.charge", {"attempt": str(attempt.id)}, now=now)


def open_page(
    session: Session, payment_id: UUID, kind: AttemptKind, *, payer_id: UUID | None, now: datetime
) -> Attempt:
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
        free_parts(session, payment, reason=reason, now=now)
    for follower in on_void:
        follower(session, payment, now)
    close_open_attempts(session, payment, now=now)


def reopen_payment(session: Session, payment_id: UUID, *, reason: str, actor_id: UUID | None, now: datetime) -> None:
    """Let a void payment of which nothing was asked yet be asked for after all; a card kept before is kept still.

    Does nothing for a payment that is not void. Raises Refused when the fee had been asked for: those books are closed.
    """
    payment = lock_payment(session, payment_id)
    if payment.state is not PaymentState.VOIDED:
        return
    if payment.amount_cents is not None:
        raise Refused("The fee had been asked for and written off. Let the person apply again instead.")
    move_payment(session, payment, PaymentEvent.REOPEN, actor_id=actor_id, now=now, reason=reason)
    if payment.card_ref is not None:
        move_payment(session, payment, PaymentEvent.SAVE_CARD, actor_id=actor_id, now=now, reason=reason)
