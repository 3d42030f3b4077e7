"""Carrying over: what one person paid for a place pays for the place of whoever replaces them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Refused
from app.core.money import Money
from app.payments import ledger, letters
from app.payments.kept import left_cents
from app.payments.models import Payment
from app.payments.moves import lock_payment, move_payment, on_paid
from app.payments.refund import request_refund
from app.payments.services import request_charge
from app.payments.states import PaymentEvent, PaymentState

UNASKED = frozenset({PaymentState.CREATED, PaymentState.CARD_SAVED})
DIFFERENCE = "The successor's fee is lower: this is the difference."
ANOTHER_CURRENCY = "The successor pays in another currency, so what was paid goes back."


def charge_difference(
    session: Session, payment_id: UUID, *, price: Money, from_payment_id: UUID, now: datetime,
    pay_by: datetime | None = None,
) -> None:  # fmt: skip
    """Ask for `price` less what is kept of the predecessor's payment; what exceeds the price goes back.

    Both subjects are locked by the caller. When nothing is left to ask for, the payment is settled at once. Money
    in another currency is not carried over: it goes back, and the whole price is asked for.
    """
    predecessor, successor = lock_payment(session, from_payment_id), lock_payment(session, payment_id)
    if successor.state not in UNASKED or predecessor.passed_on_cents:
        raise Refused("What was paid has been carried over already, or the successor's fee was asked for.")
    kept = max(0, left_cents(session, predecessor))
    carried = min(kept, price.cents) if predecessor.currency == price.currency else 0
    if carried:
        _carry(session, predecessor, successor, price, carried, now=now)
    if kept > carried:
        same = predecessor.currency == price.currency
        request_refund(
            session, predecessor.id, amount_cents=kept - carried, reason=DIFFERENCE if same else ANOTHER_CURRENCY,
            actor_id=None, now=now,
        )  # fmt: skip
    if carried == price.cents:
        _settle(session, successor, now=now)
    else:
        request_charge(session, successor.id, amount_cents=price.cents, currency=price.currency, now=now, pay_by=pay_by)
    if carried:
        ledger.book_carry(session, predecessor, successor, carried, now=now)


def _carry(
    session: Session, predecessor: Payment, successor: Payment, price: Money, cents: int, *, now: datetime
) -> None:
    predecessor.passed_on_cents = cents
    successor.amount_cents, successor.currency = price.cents, price.currency
    successor.carried_cents, successor.carried_from_id = cents, predecessor.id
    predecessor.changed_at = successor.changed_at = now
    session.flush()
    audit.record(
        session, "payment.carried_over", ("payment", successor.id), actor_id=None,
        detail={"from": str(predecessor.id), "cents": cents, "currency": price.currency},
    )  # fmt: skip


def _settle(session: Session, payment: Payment, *, now: datetime) -> None:
    ledger.book_due(session, payment, now=now)
    payment.succeeded_at = now
    letters.tell_paid(session, payment, now=now)
    move_payment(session, payment, PaymentEvent.SETTLE, actor_id=None, now=now)
    for follower in on_paid:
        follower(session, payment, now)
