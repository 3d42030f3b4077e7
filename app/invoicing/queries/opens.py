"""Invoices that wait for money, and which one a reference means today."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core.names.written import plain
from app.invoicing.models import BilledPayment, Paper, PaperLine
from app.invoicing.rules.match import Open
from app.invoicing.states import PaperKind
from app.payments.models import Payment, Transfer
from app.payments.transfers import OWES


def received() -> ColumnElement[int]:
    """Return, beside a payment, how much of what is owed has come by bank."""
    wanted = select(func.coalesce(func.sum(Transfer.applied_cents), 0))
    wanted = wanted.where(Transfer.payment_id == Payment.id, Transfer.undone_at.is_(None))
    return wanted.correlate(Payment).scalar_subquery()


def open_invoices(session: Session) -> list[Open]:
    """Return every invoice on which something is open, oldest first."""
    wanted = (
        select(Paper.id, Paper.number, Paper.reference, Paper.currency, Paper.buyer_name, Payment.payer_name,
               Payment.amount_cents - Payment.carried_cents - received())
        .join(BilledPayment, BilledPayment.invoice_id == Paper.id)
        .join(Payment, Payment.id == BilledPayment.payment_id)
        .where(Payment.state.in_(OWES))
        .order_by(Paper.issued_at, Paper.sequence)
    )  # fmt: skip
    found: dict[UUID, Open] = {}
    for paper_id, number, reference, currency, buyer, payer, cents in session.execute(wanted):
        before = found.get(paper_id)
        names = (before.names if before else (plain(buyer),)) + (plain(payer),)
        total = (before.open_cents if before else 0) + int(cents or 0)
        found[paper_id] = Open(paper_id, number, reference or "", currency, total, names)
    return list(found.values())


def meant_by(session: Session, names: Iterable[str]) -> list[Open]:
    """Return the invoices that references and numbers mean today: the one that took the place of a reversed one."""
    listed = list(names)
    if not listed:
        return []
    wanted = select(Paper).where(Paper.kind == PaperKind.INVOICE)
    wanted = wanted.where(Paper.reference.in_(listed) | Paper.number.in_(listed))
    return [as_open(session, _today(session, paper)) for paper in session.scalars(wanted.order_by(Paper.number))]


def _today(session: Session, paper: Paper) -> Paper:
    wanted = select(BilledPayment.invoice_id).join(PaperLine, PaperLine.payment_id == BilledPayment.payment_id)
    current = set(session.scalars(wanted.where(PaperLine.paper_id == paper.id)))
    return session.get_one(Paper, current.pop()) if len(current) == 1 else paper


def as_open(session: Session, paper: Paper) -> Open:
    """Return an invoice with what is open on it."""
    wanted = select(Payment.amount_cents - Payment.carried_cents - received()).join(
        BilledPayment, BilledPayment.payment_id == Payment.id
    )
    wanted = wanted.where(BilledPayment.invoice_id == paper.id, Payment.state.in_(OWES))
    cents = sum(int(one or 0) for one in session.scalars(wanted))
    return Open(paper.id, paper.number, paper.reference or "", paper.currency, cents, (plain(paper.buyer_name),))
