"""Reads about money that goes back by bank."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.paging import Page, paginate
from app.invoicing.models import BilledPayment, Paper, Payout
from app.invoicing.states import PayoutState
from app.payments.models import Payment, Refund


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A payout as lists and pages show it; the account only as a hint."""

    id: UUID
    payment_id: UUID
    payer_name: str
    description: str
    state: PayoutState
    amount_cents: int
    currency: str
    account_hint: str
    reason: str
    asked_at: datetime
    paid_on: date | None

    @property
    def words_with(self) -> str:
        """Return what to write with the transfer, so that the statement tells which payout it was."""
        return f"Rendezvous {str(self.id).replace('-', '')[:12].upper()}"


ROW = (
    Payout.id, Payout.payment_id, Payment.payer_name, Payment.description, Payout.state, Payout.amount_cents,
    Payout.currency, Payout.account_hint, Refund.reason, Payout.asked_at, Payout.paid_on,
)  # fmt: skip


def payouts(session: Session, *, state: PayoutState | None = None, number: int = 1) -> Page[PayoutRow]:
    """Return payouts page by page: those longest waiting first."""
    wanted = select(*ROW).join(Payment, Payment.id == Payout.payment_id).join(Refund, Refund.id == Payout.refund_id)
    if state is not None:
        wanted = wanted.where(Payout.state == state)
    return paginate(session, wanted.order_by(Payout.asked_at, Payout.id), PayoutRow, number=number)


def payout_row(session: Session, payout_id: UUID) -> PayoutRow | None:
    """Return one payout."""
    wanted = select(*ROW).join(Payment, Payment.id == Payout.payment_id).join(Refund, Refund.id == Payout.refund_id)
    return next((PayoutRow(*row) for row in session.execute(wanted.where(Payout.id == payout_id))), None)


def payouts_of(session: Session, payment_id: UUID) -> list[PayoutRow]:
    """Return the payouts of one payment, the oldest first."""
    wanted = select(*ROW).join(Payment, Payment.id == Payout.payment_id).join(Refund, Refund.id == Payout.refund_id)
    wanted = wanted.where(Payout.payment_id == payment_id).order_by(Payout.asked_at, Payout.id)
    return [PayoutRow(*row) for row in session.execute(wanted)]


def is_payee(session: Session, payout_id: UUID, person_id: UUID) -> bool:
    """Tell whether a person says where a payout goes: the payer, or whom the group invoice of it went to."""
    wanted = (
        select(Payment.payer_id, Paper.payer_id, Paper.is_group)
        .join(Payout, Payout.payment_id == Payment.id)
        .outerjoin(BilledPayment, BilledPayment.payment_id == Payment.id)
        .outerjoin(Paper, Paper.id == BilledPayment.invoice_id)
        .where(Payout.id == payout_id)
    )
    found = session.execute(wanted).one_or_none()
    return found is not None and (person_id == found[0] or (bool(found[2]) and person_id == found[1]))
