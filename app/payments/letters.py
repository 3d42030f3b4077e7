"""The words this room sends to payers; each is queued in the transaction of what it tells."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.core.access import Role
from app.core.money import Money
from app.notifications import mail
from app.payments.models import Payment, Refund


def _queue(session: Session, template: str, payment: Payment, context: dict[str, Any], now: datetime) -> None:
    mail.queue_mail(session, template, to=[payment.payer_email], context=context, now=now)


def _about(payment: Payment) -> dict[str, Any]:
    amount = None
    if payment.amount_cents and payment.currency:
        amount = str(Money(payment.amount_cents, payment.currency))
    return {
        "name": payment.payer_name,
        "payment_id": str(payment.id),
        "description": payment.description,
        "amount": amount,
        "pay_by": payment.pay_by.isoformat() if payment.pay_by else None,
    }


def tell_pay_link(session: Session, payment: Payment, *, now: datetime) -> None:
    """Ask the payer to pay, or to confirm with the bank, on the provider's page before the deadline."""
    context = {**_about(payment), "failure": payment.failure}
    _queue(session, "payment_pay_link", payment, context, now)


def tell_paid(session: Session, payment: Payment, *, now: datetime) -> None:
    """Tell the payer that the money arrived and where the receipt is."""
    _queue(session, "payment_receipt", payment, _about(payment), now)


def tell_refunded(session: Session, payment: Payment, refund: Refund, *, now: datetime) -> None:
    """Tell the payer that money is on its way back, how much and why."""
    context = {**_about(payment), "refund": str(Money(refund.amount_cents, refund.currency)), "reason": refund.reason}
    _queue(session, "payment_refund", payment, context, now)


def tell_finance(session: Session, *, about: str, lines: list[str], path: str, now: datetime) -> None:
    """Tell everybody of the finance desk, one mail each, that a person must look at something at `path`."""
    finance = (
        select(User.email)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role == Role.FINANCE, RoleGrant.revoked_at.is_(None), User.suspended_at.is_(None))
    )
    for address in sorted(set(session.scalars(finance))):
        context = {"about": about, "lines": lines, "path": path}
        mail.queue_mail(session, "payment_attention", to=[address], context=context, now=now)


def raise_attention(session: Session, payment: Payment, sentence: str, *, now: datetime) -> None:
    """Mark a locked payment for a person to look at, and tell the finance desk."""
    payment.attention = sentence
    tell_finance(
        session, about=f"{payment.description} needs a look", lines=[sentence], path=f"/payments/{payment.id}", now=now
    )
