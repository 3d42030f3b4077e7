"""Reads about statements and their entries: the work list, one entry, whether the sums hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.core.paging import Page, paginate
from app.invoicing.models import Allocation, BankEntry, BankStatement, Paper, StatementImport
from app.invoicing.states import WORK, EntryState, FileKind, ImportState
from app.payments.models import LedgerLine, Payment, Transfer
from app.payments.states import Account


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as the work list shows it; `left_cents` are not booked yet."""

    id: UUID
    booked_on: date
    amount_cents: int
    currency: str
    other_name: str
    remittance: str
    state: EntryState
    reason: str
    left_cents: int
    suggested_id: UUID | None
    suggested_number: str | None


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """What part of an entry was booked for whom."""

    payment_id: UUID
    payer_name: str
    reference: str
    amount: Money
    made_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything about one entry."""

    row: EntryRow
    account: str
    bank_ref: str
    end_to_end: str
    is_reversal: bool
    reverses_id: UUID | None
    has_other_account: bool
    allocations: list[AllocationRow]
    repeats: EntryRow | None = None


@dataclass(frozen=True, slots=True)
class SumsRow:
    """Where the credits of one currency are: what came is booked, on the work list, or set aside; cents."""

    currency: str
    came: int
    booked: int
    waiting: int
    aside: int
    ledger: int

    @property
    def is_whole(self) -> bool:
        return self.came == self.booked + self.waiting + self.aside


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A file that was handed in."""

    id: UUID
    name: str
    kind: FileKind
    state: ImportState
    found: int
    new: int
    made_at: datetime
    job_id: UUID | None


def _booked() -> ColumnElement[int]:
    wanted = select(func.coalesce(func.sum(Allocation.amount_cents), 0))
    wanted = wanted.where(Allocation.entry_id == BankEntry.id, Allocation.undone_at.is_(None))
    return wanted.correlate(BankEntry).scalar_subquery()


def _columns() -> tuple[Any, ...]:
    return (
        BankEntry.id, BankEntry.booked_on, BankEntry.amount_cents, BankEntry.currency, BankEntry.other_name,
        BankEntry.remittance, BankEntry.state, BankEntry.reason, BankEntry.amount_cents - _booked(),
        BankEntry.suggested_id, Paper.number,
    )  # fmt: skip


def entries(session: Session, states: Sequence[EntryState], *, search: str = "", number: int = 1) -> Page[EntryRow]:
    """Return entries in these states page by page, the oldest first; all when none is named."""
    wanted = select(*_columns()).outerjoin(Paper, Paper.id == BankEntry.suggested_id)
    if states:
        wanted = wanted.where(BankEntry.state.in_(states))
    if text := search.strip():
        columns = (BankEntry.other_name, BankEntry.remittance, BankEntry.end_to_end, BankEntry.bank_ref)
        wanted = wanted.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return paginate(session, wanted.order_by(BankEntry.booked_on, BankEntry.id), EntryRow, number=number)


def counts(session: Session) -> dict[EntryState, int]:
    """Return how many entries stand where."""
    wanted = select(BankEntry.state, func.count()).group_by(BankEntry.state)
    return {state: int(number) for state, number in session.execute(wanted)}


def entry_page(session: Session, entry_id: UUID) -> EntryPage | None:
    """Return everything about one entry, None when there is none."""
    wanted = select(*_columns()).outerjoin(Paper, Paper.id == BankEntry.suggested_id)
    found = session.execute(wanted.where(BankEntry.id == entry_id)).one_or_none()
    entry = session.get(BankEntry, entry_id)
    if found is None or entry is None:
        return None
    earlier = session.execute(wanted.where(BankEntry.id == entry.repeats_id)).one_or_none()
    made = (
        select(Allocation.payment_id, Payment.payer_name, Transfer.reference, Allocation.amount_cents,
               Allocation.made_at, Allocation.undone_at)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Transfer, Transfer.id == Allocation.transfer_id)
        .where(Allocation.entry_id == entry_id)
        .order_by(Allocation.made_at, Allocation.id)
    )  # fmt: skip
    return EntryPage(
        row=EntryRow(*found), account=entry.account, bank_ref=entry.bank_ref, end_to_end=entry.end_to_end,
        is_reversal=entry.is_reversal, reverses_id=entry.reverses_id, has_other_account=entry.other_account is not None,
        allocations=[
            AllocationRow(payment_id, name, reference, Money(cents, entry.currency), made_at, undone_at)
            for payment_id, name, reference, cents, made_at, undone_at in session.execute(made)
        ],
        repeats=EntryRow(*earlier) if earlier else None,
    )  # fmt: skip


def sums(session: Session) -> list[SumsRow]:
    """Return where the credits of every currency are, and what the ledger's bank account says of them.

    An entry that repeats another, or may, did not come in until a person says that it did.
    """
    wanted = select(BankEntry.currency, BankEntry.state, func.sum(BankEntry.amount_cents), func.sum(_booked()))
    wanted = wanted.where(BankEntry.amount_cents > 0, BankEntry.repeats_id.is_(None)).group_by(
        BankEntry.currency, BankEntry.state
    )
    found: dict[str, list[int]] = {}
    for currency, state, came, booked in session.execute(wanted):
        row = found.setdefault(currency, [0, 0, 0, 0])
        left = int(came) - int(booked)
        row[0] += int(came)
        row[1] += int(booked)
        row[2 if state in WORK else 3] += left
    return [SumsRow(currency, *[*row, ledger_in(session, currency)]) for currency, row in sorted(found.items())]


def ledger_in(session: Session, currency: str) -> int:
    """Return what the ledger says came by bank in a currency, less what was undone."""
    wanted = select(func.coalesce(func.sum(LedgerLine.amount_cents), 0)).where(
        LedgerLine.account == Account.BANK, LedgerLine.currency == currency,
        or_(LedgerLine.posting.startswith("transfer:"), LedgerLine.posting.startswith("transfer_undone:")),
    )  # fmt: skip
    return int(session.scalar(wanted) or 0)


def gaps(session: Session) -> list[str]:
    """Return, in words, where the balances of statements do not follow from one another or from their entries."""
    wanted = select(BankStatement).where(BankStatement.ends_on.is_not(None))
    wanted = wanted.order_by(BankStatement.account, BankStatement.currency, BankStatement.ends_on, BankStatement.ref)
    found, before = [], None
    for one in session.scalars(wanted):
        if one.opening_cents is not None and one.closing_cents is not None:
            off = one.closing_cents - one.opening_cents - one.entries_cents
            if off:
                found.append(
                    f"The entries of statement {one.ref} miss its closing balance by {Money(off, one.currency)}."
                )
        if before and (before.account, before.currency) == (one.account, one.currency):
            found += _between(before, one)
        before = one
    return found


def _between(before: BankStatement, one: BankStatement) -> list[str]:
    if before.closing_cents is None or one.opening_cents is None or before.closing_cents == one.opening_cents:
        return []
    if one.starts_on and before.ends_on and one.starts_on <= before.ends_on:
        return []  # they overlap, so the one need not begin where the other ends
    return [
        f"Statement {one.ref} opens with {Money(one.opening_cents, one.currency)}, the one before it, {before.ref}, "
        f"closed with {Money(before.closing_cents, one.currency)}. A statement between them is missing."
    ]


def imports(session: Session, *, number: int = 1) -> Page[ImportRow]:
    """Return the files that were handed in, the newest first."""
    row = StatementImport
    wanted = select(row.id, row.name, row.kind, row.state, row.found, row.new, row.made_at, row.job_id)
    return paginate(session, wanted.order_by(row.made_at.desc(), row.id), ImportRow, number=number)


def import_row(session: Session, import_id: UUID) -> ImportRow | None:
    """Return one file that was handed in."""
    row = session.get(StatementImport, import_id)
    if row is None:
        return None
    return ImportRow(row.id, row.name, row.kind, row.state, row.found, row.new, row.made_at, row.job_id)
