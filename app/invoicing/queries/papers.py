"""Reads about papers: the list, one paper, what has become of an invoice."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.core.money import Money
from app.core.paging import Page, paginate
from app.invoicing.models import BilledPayment, Paper, PaperLine
from app.invoicing.queries.opens import received
from app.invoicing.states import PaperKind, Standing
from app.payments.models import Payment
from app.payments.states import PaymentState
from app.payments.transfers import OWES


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as lists show it; `standing` only of invoices."""

    id: UUID
    kind: PaperKind
    number: str
    buyer_name: str
    currency: str
    gross_cents: int
    net_cents: int
    tax_cents: int
    issued_at: datetime
    due_on: date | None
    is_group: bool
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Everything the desk sees of a paper; `others` are the papers that refer to it, or that it refers to."""

    row: PaperRow
    facts: dict[str, Any]
    payer_name: str
    payments: list[tuple[UUID, str]]
    others: list[PaperRow]
    open_cents: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers a list shows."""

    kind: PaperKind | None = None
    standing: Standing | None = None
    search: str = ""
    payment_ids: tuple[UUID, ...] = field(default=())
    payer_id: UUID | None = None
    organization_id: UUID | None = None


CREDIT = aliased(Paper)


def _standing() -> ColumnElement[str]:
    """Return what has become of an invoice: reversed whole, paid, paid in part, or open."""
    credited = select(func.coalesce(func.sum(CREDIT.gross_cents), 0)).where(CREDIT.refers_to_id == Paper.id)
    billed = select(func.count()).select_from(BilledPayment).where(BilledPayment.invoice_id == Paper.id)
    owing = billed.join(Payment, Payment.id == BilledPayment.payment_id).where(Payment.state.in_(OWES))
    parts = select(func.coalesce(func.sum(received()), 0)).select_from(BilledPayment)
    parts = parts.join(Payment, Payment.id == BilledPayment.payment_id).where(BilledPayment.invoice_id == Paper.id)
    paid = billed.join(Payment, Payment.id == BilledPayment.payment_id).where(Payment.state == PaymentState.SUCCEEDED)
    return case(
        (Paper.kind != PaperKind.INVOICE, None),
        (billed.correlate(Paper).scalar_subquery() == 0, Standing.REVERSED.value),
        ((owing.correlate(Paper).scalar_subquery() == 0), Standing.PAID.value),
        ((paid.correlate(Paper).scalar_subquery() > 0), Standing.PART_PAID.value),
        ((parts.correlate(Paper).scalar_subquery() > 0), Standing.PART_PAID.value),
        (credited.correlate(Paper).scalar_subquery() >= Paper.gross_cents, Standing.REVERSED.value),
        else_=Standing.OPEN.value,
    )


def _columns() -> tuple[Any, ...]:
    return (
        Paper.id, Paper.kind, Paper.number, Paper.buyer_name, Paper.currency, Paper.gross_cents, Paper.net_cents,
        Paper.tax_cents, Paper.issued_at, Paper.due_on, Paper.is_group, _standing(),
    )  # fmt: skip


def _row(*columns: Any) -> PaperRow:
    *rest, standing = columns
    return PaperRow(*[*rest, Standing(standing) if standing else None])


def _select(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = select(*_columns())
    if wanted.kind is not None:
        found = found.where(Paper.kind == wanted.kind)
    if wanted.standing is not None:
        found = found.where(_standing() == wanted.standing.value)
    if wanted.organization_id is not None:
        found = found.where(Paper.organization_id == wanted.organization_id, Paper.is_group)
    if wanted.payer_id is not None:
        found = found.where(Paper.payer_id == wanted.payer_id)
    if wanted.payment_ids:
        lines = select(PaperLine.paper_id).where(PaperLine.payment_id.in_(wanted.payment_ids))
        found = found.where(Paper.id.in_(lines))
    if text := wanted.search.strip():
        payer = select(User.id).where(or_(*(c.icontains(text, autoescape=True) for c in (User.name, User.email))))
        columns = (Paper.number, Paper.buyer_name, Paper.reference)
        found = found.where(
            or_(*(column.icontains(text, autoescape=True) for column in columns), Paper.payer_id.in_(payer))
        )
    return found.order_by(Paper.issued_at.desc(), Paper.number.desc())


def papers(session: Session, wanted: Wanted, *, number: int = 1) -> Page[PaperRow]:
    """Return papers page by page, the newest first."""
    return paginate(session, _select(wanted), _row, number=number)


def every_paper(session: Session, wanted: Wanted, *, most: int = 20_000) -> list[PaperRow]:
    """Return the papers of a list for an export, at most so many."""
    return [_row(*columns) for columns in session.execute(_select(wanted).limit(most))]


def paper_page(session: Session, paper_id: UUID) -> PaperPage | None:
    """Return everything about one paper, None when there is none."""
    found = session.execute(select(*_columns()).where(Paper.id == paper_id)).one_or_none()
    paper = session.get(Paper, paper_id)
    if found is None or paper is None:
        return None
    lines = select(Payment.id, Payment.payer_name).join(PaperLine, PaperLine.payment_id == Payment.id)
    lines = lines.where(PaperLine.paper_id == paper_id).order_by(PaperLine.position)
    near = or_(Paper.refers_to_id == paper_id, Paper.id == paper.refers_to_id)
    others = session.execute(select(*_columns()).where(near).order_by(Paper.issued_at, Paper.number))
    owed = select(Payment.amount_cents - Payment.carried_cents - received())
    owed = owed.join(BilledPayment, BilledPayment.payment_id == Payment.id)
    owed = owed.where(BilledPayment.invoice_id == paper_id, Payment.state.in_(OWES))
    payer = session.scalar(select(User.name).where(User.id == paper.payer_id)) if paper.payer_id else None
    return PaperPage(
        row=_row(*found), facts=paper.facts, payer_name=payer or "",
        payments=[(payment_id, name) for payment_id, name in session.execute(lines)],
        others=[_row(*columns) for columns in others], open_cents=sum(int(one or 0) for one in session.scalars(owed)),
    )  # fmt: skip


def may_open(session: Session, paper_id: UUID, *, reader_id: UUID, leads: frozenset[UUID]) -> bool:
    """Tell whether somebody may open a paper: its payer, a payer on its lines who is billed alone, or for a group
    whoever leads the organization (`leads`).
    """
    paper = session.get(Paper, paper_id)
    if paper is None:
        return False
    if paper.payer_id == reader_id:
        return True
    return paper.is_group and paper.organization_id in leads


def receipt_of(session: Session, payment_id: UUID) -> UUID | None:
    """Return the newest receipt of a payment, None when it has none."""
    wanted = select(Paper.id).join(PaperLine, PaperLine.paper_id == Paper.id)
    wanted = wanted.where(PaperLine.payment_id == payment_id, Paper.kind == PaperKind.RECEIPT)
    return session.scalar(wanted.order_by(Paper.issued_at.desc(), Paper.sequence.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class HowToPay:
    """What a payer needs for a transfer."""

    paper_id: UUID
    number: str
    open: Money
    due: str
    held_until: datetime | None
    reference: str
    account: list[tuple[str, str]]
    is_group: bool


def how_to_pay(session: Session, payment_id: UUID) -> HowToPay | None:
    """Return how to pay the invoice that a payment stands on, None when it stands on none."""
    wanted = select(Paper, Payment).join(BilledPayment, BilledPayment.invoice_id == Paper.id)
    wanted = wanted.join(Payment, Payment.id == BilledPayment.payment_id).where(Payment.id == payment_id)
    found = session.execute(wanted).one_or_none()
    if found is None:
        return None
    paper, payment = found
    owed = select(func.coalesce(func.sum(Payment.amount_cents - Payment.carried_cents - received()), 0))
    owed = owed.join(BilledPayment, BilledPayment.payment_id == Payment.id)
    owed = owed.where(BilledPayment.invoice_id == paper.id, Payment.state.in_(OWES))
    return HowToPay(
        paper_id=paper.id, number=paper.number, open=Money(int(session.scalar(owed) or 0), paper.currency),
        due=paper.facts["due"], held_until=payment.pay_by, reference=paper.facts["reference_shown"],
        account=[(label, value) for label, value in paper.facts["pay_to"]], is_group=paper.is_group,
    )  # fmt: skip
