"""Reads of this room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.payments.models import Payment
from app.payments.states import PaymentState


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment as other rooms and lists see it; amounts in the smallest unit of the currency."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    payer_id: UUID | None
    payer_name: str
    description: str
    state: PaymentState
    amount_cents: int | None
    currency: str | None
    refunded_cents: int
    card_brand: str | None
    card_last4: str | None
    failure: str | None
    attention: str | None
    pay_by: datetime | None
    created_at: datetime
    changed_at: datetime


ROW: tuple[Any, ...] = (
    Payment.id, Payment.subject_kind, Payment.subject_id, Payment.payer_id, Payment.payer_name, Payment.description,
    Payment.state, Payment.amount_cents, Payment.currency, Payment.refunded_cents, Payment.card_brand,
    Payment.card_last4, Payment.failure, Payment.attention, Payment.pay_by, Payment.created_at, Payment.changed_at,
)  # fmt: skip


def payment_for(session: Session, subject_kind: str, subject_id: UUID) -> PaymentRow | None:
    """Return the payment of a subject, None when none was opened."""
    wanted = select(*ROW).where(Payment.subject_kind == subject_kind, Payment.subject_id == subject_id)
    return next((PaymentRow(*row) for row in session.execute(wanted)), None)
