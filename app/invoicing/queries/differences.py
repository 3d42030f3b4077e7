"""What does not agree between papers, statements of the bank and the books: each named in a sentence."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.invoicing.models import (
    Allocation,
    BankEntry,
    BankStatement,
    BilledPayment,
    Paper,
    PaperCounter,
    PaperLine,
    Payout,
)
from app.invoicing.queries.bank import gaps, sums
from app.invoicing.queries.credited import lines_left
from app.invoicing.states import KIND_LABELS, WORK, PaperKind, PayoutState
from app.payments.compare import Difference, DifferenceKind
from app.payments.models import Payment, Transfer
from app.payments.moves import asked_cents
from app.payments.states import PaymentMethod, PaymentState
from app.payments.transfers import OWES

PATIENCE = timedelta(days=5)
"""So long money that came in may wait on the work list, and a payout for its statement, before it is a difference."""


def differences(session: Session, kinds: Collection[str], now: datetime) -> list[Difference]:
    """Return every difference; `kinds` are the kinds of subjects that papers are issued for."""
    return [
        *_numbers(session),
        *_transfers_without_entries(session),
        *_sums(session),
        *_waiting(session, now),
        *_payouts(session, now),
        *_invoices(session),
        *_receipts(session, kinds),
    ]


def _numbers(session: Session) -> list[Difference]:
    """Return series of numbers with a gap, or whose counter does not stand at its last paper."""
    wanted = select(Paper.kind, Paper.year, func.count(), func.max(Paper.sequence)).group_by(Paper.kind, Paper.year)
    issued = {(kind, year): (int(n), int(last)) for kind, year, n, last in session.execute(wanted)}
    counted = {(row.kind, row.year): row.last for row in session.scalars(select(PaperCounter))}
    found = []
    for kind, year in sorted(issued.keys() | counted.keys()):
        number, last = issued.get((kind, year), (0, 0))
        if not number == last == counted.get((kind, year), 0):
            said = counted.get((kind, year), 0)
            words = f"{KIND_LABELS[kind]} numbers of {year}: {number} issued, the last {last}, the counter says {said}."
            found.append(Difference(DifferenceKind.NUMBER_GAP, f"{kind}:{year}", words))
    return found


def _transfers_without_entries(session: Session) -> list[Difference]:
    backed = select(Allocation.transfer_id).where(Allocation.undone_at.is_(None))
    wanted = (
        select(Transfer).where(Transfer.undone_at.is_(None), Transfer.id.not_in(backed)).order_by(Transfer.noted_at)
    )
    return [
        Difference(
            DifferenceKind.BANK, str(one.id),
            f"{Money(one.amount_cents, one.currency)} are booked as come by bank, and no entry of a statement says so.",
            one.payment_id,
        )
        for one in session.scalars(wanted)
    ]  # fmt: skip


def _sums(session: Session) -> list[Difference]:
    """Return currencies whose credits, or whose booked part, do not add up; and statements that do not follow."""
    by_hand = select(func.coalesce(func.sum(Transfer.amount_cents), 0)).where(
        Transfer.undone_at.is_(None), Transfer.id.not_in(select(Allocation.transfer_id))
    )
    found = []
    for row in sums(session):
        apart = row.ledger - row.booked - int(session.scalar(by_hand.where(Transfer.currency == row.currency)) or 0)
        if apart or not row.is_whole:
            words = (
                f"By bank came {Money(row.came, row.currency)}; booked are {Money(row.booked, row.currency)}, in the "
                f"books stand {Money(row.ledger, row.currency)}."
            )
            found.append(Difference(DifferenceKind.BANK, row.currency, words))
    return found + [Difference(DifferenceKind.BANK, words[:60], words) for words in gaps(session)]


def _waiting(session: Session, now: datetime) -> list[Difference]:
    wanted = select(BankEntry).where(
        BankEntry.state.in_(WORK), BankEntry.amount_cents > 0, BankEntry.booked_on < (now - PATIENCE).date()
    )
    return [
        Difference(
            DifferenceKind.UNMATCHED, str(one.id),
            f"{Money(one.amount_cents, one.currency)} of {one.booked_on} came by bank and belong to nothing yet.",
        )
        for one in session.scalars(wanted.order_by(BankEntry.booked_on, BankEntry.id).limit(200))
    ]  # fmt: skip


def _payouts(session: Session, now: datetime) -> list[Difference]:
    """Return payouts that the bank was told of and that later statements do not show."""
    seen = select(BankEntry.payout_id).where(BankEntry.payout_id.is_not(None))
    newest = dict(
        session.execute(
            select(BankStatement.currency, func.max(BankStatement.ends_on)).group_by(BankStatement.currency)
        ).all()
    )
    wanted = select(Payout).where(Payout.state == PayoutState.PAID, Payout.id.not_in(seen))
    return [
        Difference(
            DifferenceKind.BANK, str(one.id),
            f"A payout of {Money(one.amount_cents, one.currency)}, noted for {one.paid_on}, is on no statement.",
            one.payment_id,
        )
        for one in session.scalars(wanted.order_by(Payout.paid_on, Payout.id))
        if one.paid_on and (last := newest.get(one.currency)) and one.paid_on + PATIENCE < last
    ]  # fmt: skip


def _invoices(session: Session) -> list[Difference]:
    """Return what is due by bank without an invoice, and invoices that ask for another sum than is owed."""
    billed = select(BilledPayment.payment_id)
    bare = select(Payment).where(
        Payment.state.in_(OWES), Payment.method == PaymentMethod.TRANSFER, Payment.id.not_in(billed)
    )
    found = [
        Difference(
            DifferenceKind.INVOICE, str(one.id), f"{one.description} is due by bank and stands on no invoice.", one.id
        )
        for one in session.scalars(bare.order_by(Payment.created_at, Payment.id))
    ]
    wanted = select(Payment, Paper).join(BilledPayment, BilledPayment.payment_id == Payment.id)
    wanted = wanted.join(Paper, Paper.id == BilledPayment.invoice_id).where(Payment.state.in_(OWES))
    for payment, paper in session.execute(wanted.order_by(Paper.issued_at, Payment.id)):
        asked = sum(line.gross_cents for line in lines_left(session, paper) if line.payment_id == payment.id)
        if (asked, paper.currency) != (asked_cents(payment), payment.currency):
            words = f"{paper.number} asks for {Money(asked, paper.currency)}, owed are {asked_cents(payment)} cents."
            found.append(Difference(DifferenceKind.INVOICE, paper.number, words, payment.id))
    stray = select(Paper.number).join(PaperLine, PaperLine.paper_id == Paper.id)
    stray = stray.where(PaperLine.payment_id.is_(None), Paper.kind == PaperKind.INVOICE).distinct()
    return found + [
        Difference(DifferenceKind.INVOICE, number, f"{number} has a line that belongs to no payment.")
        for number in session.scalars(stray.order_by(Paper.number))
    ]


def _receipts(session: Session, kinds: Collection[str]) -> list[Difference]:
    """Return payments that succeeded, since papers are issued at all, without a receipt."""
    first = session.scalar(select(func.min(Paper.issued_at)))
    if first is None:
        return []
    given = select(PaperLine.payment_id).join(Paper, Paper.id == PaperLine.paper_id)
    given = given.where(Paper.kind == PaperKind.RECEIPT, PaperLine.payment_id.is_not(None))
    wanted = select(Payment).where(
        Payment.state == PaymentState.SUCCEEDED, Payment.subject_kind.in_(kinds), Payment.succeeded_at > first,
        Payment.id.not_in(given), Payment.amount_cents > Payment.carried_cents,
    )  # fmt: skip
    return [
        Difference(DifferenceKind.INVOICE, str(one.id), f"{one.description} was paid and has no receipt.", one.id)
        for one in session.scalars(wanted.order_by(Payment.succeeded_at, Payment.id))
    ]
