"""What is left of a price."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments.models import Payment
from app.payments.vouchers.models import LIVE, FeeWaiver, VoucherUse
from app.payments.vouchers.states import WaiverState


def amount_due(session: Session, subject_kind: str, subject_id: UUID, price: Money) -> Money:
    """Return `price` less the voucher and the waiver that the subject has, never below zero."""
    off = discounts(session, subject_kind, subject_id, price.currency)
    return Money(max(0, price.cents - sum(off)), price.currency)


def discounts(session: Session, subject_kind: str, subject_id: UUID, currency: str) -> tuple[int, int]:
    """Return the cents that the subject's voucher and its waiver take off."""
    use = select(VoucherUse.discount_cents).where(
        VoucherUse.subject_kind == subject_kind, VoucherUse.subject_id == subject_id, LIVE,
        VoucherUse.currency == currency,
    )  # fmt: skip
    waiver = (
        select(FeeWaiver.amount_cents)
        .join(Payment, Payment.id == FeeWaiver.payment_id)
        .where(Payment.subject_kind == subject_kind, Payment.subject_id == subject_id)
        .where(FeeWaiver.state == WaiverState.GRANTED, FeeWaiver.currency == currency)
    )
    off, waived = session.execute(select(use.scalar_subquery(), waiver.scalar_subquery())).one()
    return off or 0, waived or 0
