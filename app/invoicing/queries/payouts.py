"""Reads about money that goes back by bank."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core.paging import Page, paginate
from app.invoicing.models import Paper, PaperLine, Payout
from app.invoicing.states import LEADS, PaperKind, PayoutState
from app.payments.models import Payment, Refund
from app.payments.states import PaymentMethod

GROUP_LINES = (
    select(Paper.payer_id, Paper.organization_id)
    .join(PaperLine, PaperLine.paper_id == Paper.id)
    .where(Paper.is_group, Paper.kind == PaperKind.INVOICE)
)
"""Whom the invoices for several went to, line by line; a line stays when its fee is no longer owed."""


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


def payouts_of(session: Session, *payment_ids: UUID) -> list[PayoutRow]:
    """Return the payouts of these payments, the oldest first."""
    wanted = select(*ROW).join(Payment, Payment.id == Payout.payment_id).join(Refund, Refund.id == Payout.refund_id)
    wanted = wanted.where(Payout.payment_id.in_(payment_ids)).order_by(Payout.asked_at, Payout.id)
    return [PayoutRow(*row) for row in session.execute(wanted)]


def payouts_to(session: Session, organization_id: UUID, *, most: int = 50) -> list[PayoutRow]:
    """Return what goes back to an organization of what it paid on invoices for several, the newest first."""
    wanted = select(*ROW).join(Payment, Payment.id == Payout.payment_id).join(Refund, Refund.id == Payout.refund_id)
    theirs = GROUP_LINES.with_only_columns(PaperLine.payment_id).where(Paper.organization_id == organization_id)
    wanted = wanted.where(Payment.method == PaymentMethod.GROUP, Payment.id.in_(theirs))
    wanted = wanted.order_by(Payout.asked_at.desc(), Payout.id).limit(most)
    return [PayoutRow(*row) for row in session.execute(wanted)]


def payees(session: Session, payment_id: UUID) -> list[UUID]:
    """Return who may say where money of a payment goes, whom to ask first: its payer.

    What was paid on a group invoice was the organization's: who leads it says so, while nobody does whom the invoice
    went to, and never the member whose fee it was.
    """
    payer, method = session.execute(select(Payment.payer_id, Payment.method).where(Payment.id == payment_id)).one()
    billed = GROUP_LINES.where(PaperLine.payment_id == payment_id).order_by(Paper.issued_at.desc()).limit(1)
    found = session.execute(billed).one_or_none() if method is PaymentMethod.GROUP else None
    if found is None:
        return [payer] if payer else []
    invoiced, organization_id = found
    leads = select(Membership.user_id).where(Membership.organization_id == organization_id, Membership.role.in_(LEADS))
    leading = list(session.scalars(leads.order_by(Membership.created_at, Membership.id)))
    return sorted(leading, key=lambda user_id: user_id != invoiced) or ([invoiced] if invoiced else [])


def is_payee(session: Session, payout_id: UUID, person_id: UUID) -> bool:
    """Tell whether a person says where a payout goes."""
    payment_id = session.scalar(select(Payout.payment_id).where(Payout.id == payout_id))
    return payment_id is not None and person_id in payees(session, payment_id)
