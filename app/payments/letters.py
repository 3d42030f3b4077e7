"""The words this room sends to payers; each is queued in the transaction of what it tells."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.core.access import Role
from app.core.money import Money
from app.notifications import mail
from app.payments.links import make_pay_link
from app.payments.models import Payment, Refund
from app.payments.states import BACK_BY, PaymentMethod

RECEIPT = "receipt"
"""Under this name the mail about money that arrived attaches the receipt, where there is one."""


def follow_merge(session: Session, kept_id: UUID, addresses: tuple[str, ...]) -> None:
    """Write to the address of the record that is kept where payments name one that either record had."""
    address = select(User.email).where(User.id == kept_id).scalar_subquery()
    theirs = update(Payment).where(Payment.payer_id == kept_id, Payment.payer_email.in_(addresses))
    session.execute(theirs.values(payer_email=address))


def _queue(session: Session, template: str, payment: Payment, context: dict[str, Any], now: datetime) -> None:
    mail.queue_mail(session, template, to=[payment.payer_email], context=context, now=now)


def _about(payment: Payment) -> dict[str, Any]:
    amount = None
    if payment.amount_cents and payment.currency:
        amount = str(Money(payment.amount_cents - payment.carried_cents or payment.amount_cents, payment.currency))
    return {
        "name": payment.payer_name,
        "payment_id": str(payment.id),
        "description": payment.description,
        "amount": amount,
        "pay_by": payment.pay_by.isoformat() if payment.pay_by else None,
    }


def tell_pay_link(session: Session, payment: Payment, *, now: datetime) -> None:
    """Ask the payer to pay, or to confirm with the bank, on the provider's page before the deadline."""
    context = {**_about(payment), "failure": payment.failure, "secret": make_pay_link(session, payment, now=now)}
    _queue(session, "payment_pay_link", payment, context, now)


def tell_pay_reminder(session: Session, payment: Payment, *, now: datetime) -> None:
    """Remind the payer that the deadline is near, with a new link."""
    context = {**_about(payment), "secret": make_pay_link(session, payment, now=now)}
    _queue(session, "payment_reminder", payment, context, now)


def tell_card_reminder(session: Session, payment: Payment, *, deadline: datetime, now: datetime) -> None:
    """Remind the payer to save a card before the decision, due by `deadline`."""
    _queue(session, "payment_card_reminder", payment, {**_about(payment), "deadline": deadline.isoformat()}, now)


def tell_paid(session: Session, payment: Payment, *, now: datetime) -> None:
    """Tell the payer that the money arrived and where the receipt is."""
    mail.queue_mail(
        session, "payment_receipt", to=[payment.payer_email], context=_about(payment), now=now,
        attachments=[(RECEIPT, str(payment.id))],
    )  # fmt: skip


def tell_refunded(session: Session, payment: Payment, refund: Refund, *, now: datetime) -> None:
    """Tell the payer that money is on its way back, how much and why."""
    context = {
        **_about(payment), "refund": str(Money(refund.amount_cents, refund.currency)), "reason": refund.reason,
        "back_by": BACK_BY[payment.method], "is_theirs": payment.method is not PaymentMethod.GROUP,
    }  # fmt: skip
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
