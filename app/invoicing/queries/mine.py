"""What a participant reads about their money: what was asked, paid and given back, and the papers about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.invoicing.models import PaperLine
from app.invoicing.queries.papers import HowToPay, PaperRow, Wanted, every_paper, how_to_pay
from app.invoicing.queries.payouts import PayoutRow, payees, payouts_of
from app.payments.models import Payment, Refund
from app.payments.states import NOT_GOING_BACK, RefundState


@dataclass(frozen=True, slots=True)
class GoneBack:
    """Money that goes back, or has gone."""

    amount: Money
    is_done: bool
    reason: str


@dataclass(frozen=True, slots=True)
class MyMoney:
    """The money side of one payment, as its payer reads it; `payouts` are those of which they name the account."""

    payment: Payment
    asked: Money | None
    how: HowToPay | None
    papers: list[PaperRow]
    back: list[GoneBack]
    payouts: list[PayoutRow]


@dataclass(frozen=True, slots=True)
class PastMoney:
    """What is left to read of a payment that is over: its papers, what went back, what the payer must still answer."""

    papers: list[PaperRow]
    back: list[GoneBack]
    payouts: list[PayoutRow]


def past_money(session: Session, payer_id: UUID, payment_ids: Sequence[UUID]) -> dict[UUID, PastMoney]:
    """Return what a payer reads of several payments at once, by payment; one that nothing is told of is left out."""
    found: dict[UUID, PastMoney] = {}

    def of(payment_id: UUID) -> PastMoney:
        return found.setdefault(payment_id, PastMoney([], [], []))

    lines = select(PaperLine.payment_id, PaperLine.paper_id).where(PaperLine.payment_id.in_(payment_ids)).distinct()
    listed = every_paper(session, Wanted(payment_ids=tuple(payment_ids), payer_id=payer_id), most=50)
    shown = {row.id: row for row in listed}
    for payment_id, paper_id in session.execute(lines.order_by(PaperLine.payment_id, PaperLine.paper_id)):
        if payment_id and paper_id in shown:
            of(payment_id).papers.append(shown[paper_id])
    for row in found.values():
        row.papers.sort(key=lambda paper: (paper.issued_at, paper.number), reverse=True)
    gone = select(Refund).where(Refund.payment_id.in_(payment_ids), Refund.state.not_in(NOT_GOING_BACK))
    for one in session.scalars(gone.order_by(Refund.created_at)):
        of(one.payment_id).back.append(_gone_back(one))
    for payout in payouts_of(session, *payment_ids):
        if payer_id in payees(session, payout.payment_id):
            of(payout.payment_id).payouts.append(payout)
    return found


def _gone_back(one: Refund) -> GoneBack:
    return GoneBack(Money(one.amount_cents, one.currency), one.state is RefundState.SUCCEEDED, one.reason)


def my_money(session: Session, payment_id: UUID) -> MyMoney | None:
    """Return what a payer reads about a payment, None when there is none."""
    payment = session.get(Payment, payment_id)
    if payment is None:
        return None
    if payment.amount_cents is None:  # nothing was asked for yet
        return MyMoney(payment=payment, asked=None, how=None, papers=[], back=[], payouts=[])
    currency = payment.currency or ""
    asked = Money(payment.amount_cents - payment.carried_cents, currency) if payment.amount_cents else None
    wanted = select(Refund).where(Refund.payment_id == payment_id, Refund.state.not_in(NOT_GOING_BACK))
    return MyMoney(
        payment=payment, asked=asked,
        how=how_to_pay(session, payment_id) if payment.method != "card" else None,
        papers=every_paper(session, Wanted(payment_ids=(payment_id,), payer_id=payment.payer_id), most=20),
        back=[_gone_back(one) for one in session.scalars(wanted.order_by(Refund.created_at))],
        payouts=_to_name(session, payment) if payment.method != "card" else [],
    )  # fmt: skip


def _to_name(session: Session, payment: Payment) -> list[PayoutRow]:
    """Return what goes back by bank, when it is the payer who says to which account."""
    found = payouts_of(session, payment.id)
    return found if found and payment.payer_id in payees(session, payment.id) else []
