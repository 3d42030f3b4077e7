"""Choosing how to pay, as far as it touches papers and deadlines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import NotFound, Refused
from app.invoicing.models import BilledPayment, Paper
from app.invoicing.services.bill import reverse_void
from app.invoicing.services.context import billed_of, is_billed
from app.invoicing.services.group import forget_due
from app.payments import services as payments
from app.payments.models import Payment
from app.payments.moves import lock_payment
from app.payments.states import PaymentMethod


def ways_to_pay(session: Session, payment_id: UUID) -> list[PaymentMethod]:
    """Return how a payment can be paid: by bank only in a currency with an account, together only with others."""
    payment = session.get(Payment, payment_id)
    if payment is None or not is_billed(payment):
        return [PaymentMethod.CARD]
    sold = billed_of(session, payment)
    ways = [PaymentMethod.CARD]
    if sold.account(payment.currency or sold.currency) is not None:
        ways.append(PaymentMethod.TRANSFER)
        if sold.organization_id is not None:
            ways.append(PaymentMethod.GROUP)
    return ways


def choose(session: Session, payment_id: UUID, method: PaymentMethod, *, actor_id: UUID, now: datetime) -> None:
    """Pay by `method` from now on; an invoice that does not fit it any more is reversed, one that it needs is issued.

    Raises NotFound for anybody but the payer; Refused when no account takes the currency, when the fee stands on an
    invoice for the delegation, or once money is on its way.
    """
    payment = lock_payment(session, payment_id)
    if payment.payer_id != actor_id:
        raise NotFound("That payment does not exist.")
    if payment.method is method:
        return
    found = session.get(BilledPayment, payment.id)
    if found is not None and session.get_one(Paper, found.invoice_id).is_group:
        raise Refused("This fee stands on your delegation's invoice. Ask your focal point before you pay another way.")
    if method is not PaymentMethod.CARD:
        _refuse_without_account(session, payment)
    forget_due(session, payment, now)
    payments.choose_method(session, payment_id, method, actor_id=actor_id, now=now)
    if found is not None and method is not PaymentMethod.TRANSFER:
        reverse_void(session, payment, now)


def _refuse_without_account(session: Session, payment: Payment) -> None:
    if not is_billed(payment):
        raise Refused("This can only be paid by card.")
    sold = billed_of(session, payment)
    if payment.currency and sold.account(payment.currency) is None:
        raise Refused(f"The organizers take no transfers in {payment.currency}. Pay by card.")
