"""Statements of the bank: read and shown first, then taken in by a job, every movement once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit, ids, sealed
from app.core.db import explained
from app.core.errors import NotFound, Refused
from app.core.states import advance
from app.documents import services as documents
from app.documents.rules.texts import decoded
from app.documents.states import Kind, Purpose
from app.invoicing.models import BankEntry, BankStatement, Payout, StatementImport
from app.invoicing.queries.opens import open_invoices
from app.invoicing.rules.match import Candidates, Verdict
from app.invoicing.rules.statements.camt import read_camt
from app.invoicing.rules.statements.movements import Movement, StatementRead, keys_of
from app.invoicing.rules.statements.repeats import Sameness, Told, pair
from app.invoicing.rules.statements.sheets import Columns, columns_from, guess, read_sheet
from app.invoicing.services.entries import look_at
from app.invoicing.states import (
    IMPORT_TRANSITIONS,
    EntryState,
    FileKind,
    ImportEvent,
    ImportState,
    PayoutState,
)
from app.notifications import outbox
from app.notifications.states import MessageState

IMPORT_JOB = "invoicing.import"
BATCH = 20
"""How many movements one transaction takes in: others who write wait for less than a second meanwhile."""
POSSIBLE_REPEAT = "Possible repeat: another file may have told of this money before. Say whether it did."
TWICE = Refused("This file was handed in before. Its entries are here already.")


def hand_in(session: Session, checked: documents.Checked, *, actor_id: UUID, now: datetime) -> StatementImport:
    """Keep a file of the bank and guess how it is written; nothing is taken in before a person has looked at it.

    Raises Refused for a file that was handed in before, BadStatement for one that is no statement.
    """
    kind = FileKind.CSV if checked.kind is Kind.CSV else FileKind.CAMT
    columns = guess(decoded(checked.content)).to_plain() if kind is FileKind.CSV else {}
    if kind is FileKind.CAMT:
        read_camt(checked.content)
    if session.scalar(select(StatementImport.id).where(StatementImport.sha256 == checked.sha256)):
        raise TWICE
    kept = documents.keep_file(session, checked, purpose=Purpose.STATEMENT, owner_id=actor_id, now=now)
    made = StatementImport(
        file_id=kept.id, name=checked.name, sha256=checked.sha256, kind=kind, state=ImportState.READ, mapping=columns,
        made_by=actor_id, made_at=now,
    )  # fmt: skip
    with explained({"uq_statement_imports_sha256": TWICE}):
        session.add(made)
        session.flush()
    audit.record(session, "statement.handed_in", ("statement_import", made.id), actor_id=actor_id, after=made.state,
                 detail={"kind": kind, "sha256": checked.sha256})  # fmt: skip
    return made


def read_import(session: Session, import_id: UUID, *, columns: Columns | None = None) -> list[StatementRead]:
    """Return the statements of a file, under other columns if given. Raises BadStatement, NotFound."""
    row = session.get(StatementImport, import_id)
    if row is None:
        raise NotFound("That import does not exist.")
    content = documents.open_file(session, row.file_id)
    if row.kind is FileKind.CAMT:
        return read_camt(content)
    return [read_sheet(decoded(content), columns or columns_from(row.mapping))]


def sheet_of(session: Session, import_id: UUID) -> tuple[dict[str, Any], str]:
    """Return how a sheet is read so far, and its text. Raises NotFound."""
    row = session.get(StatementImport, import_id)
    if row is None:
        raise NotFound("That import does not exist.")
    return row.mapping, decoded(documents.open_file(session, row.file_id))


def start_import(
    session: Session, import_id: UUID, columns: Columns | None, *, return_to: str, actor_id: UUID, now: datetime
) -> UUID:
    """Take the entries of a file in, under these columns; return the job to watch."""
    row = _locked(session, import_id)
    if columns is not None:
        row.mapping = columns.to_plain()
    read_import(session, import_id, columns=columns)
    _move(session, row, ImportEvent.START, actor_id=actor_id)
    row.job_id = outbox.queue(
        session, IMPORT_JOB, {"import": str(row.id)}, now=now, starter_id=actor_id, title=f"Take in {row.name}"[:120],
        return_to=return_to,
    )  # fmt: skip
    return row.job_id


class Intake:
    """Takes the movements of one import in, a batch at a time; what was taken in before is passed over."""

    def __init__(self, import_id: UUID, kind: FileKind, statements: Sequence[StatementRead]) -> None:
        self.import_id, self.kind = import_id, kind
        self.statements = statements
        keys = keys_of(statements)
        listed = (
            (number, key, movement)
            for number, statement in enumerate(statements)
            for key, movement in zip(keys[number], statement.movements, strict=True)
        )
        self.movements = list({key: (number, key, movement) for number, key, movement in listed}.values())
        self.alike: dict[tuple[date, int, str], list[tuple[int, str, Movement]]] = defaultdict(list)
        for one in self.movements:
            self.alike[_figures(one[2])].append(one)

    def batches(self) -> list[list[tuple[int, str, Movement]]]:
        """Return the movements in batches, each for a transaction of its own."""
        rest = iter(self.movements)
        return list(iter(lambda: list(islice(rest, BATCH)), []))

    def take(self, session: Session, batch: list[tuple[int, str, Movement]], now: datetime) -> int:
        """Take a batch in and judge what came in; return how many movements were new."""
        _one_at_a_time(session)
        known, repeats = self._came_before(session, batch)
        fresh = [one for one in batch if one[1] not in known]
        homes = {number: self._statement(session, number) for number in {one[0] for one in fresh}}
        others = Candidates.of(open_invoices(session) if any(one[2].amount_cents > 0 for one in fresh) else [])
        for number, key, movement in fresh:
            entry = self._keep(session, homes[number], number, key, movement, now, repeats.get(key))
            if entry.repeats_id is None and entry.state is EntryState.PARKED and entry.amount_cents > 0:
                said = look_at(session, entry, others, now=now)
                if said.verdict is Verdict.MATCH and said.paper_id:
                    others = others.without(said.paper_id)
        self._count(session, found=len(batch), new=len(fresh))
        return len(fresh)

    def _came_before(
        self, session: Session, batch: list[tuple[int, str, Movement]]
    ) -> tuple[set[str], dict[str, UUID]]:
        """Return the keys of this batch that are here already, and which entry each other one may repeat.

        All movements of the file with the same day, sum and currency are looked at together, whichever batch they are
        in: one earlier entry stands for one movement, so two equal ones of a file are never both the same earlier one.
        """
        figures = {_figures(one[2]) for one in batch}
        rows = _entries_with(session, figures)
        known, repeats = {row.key for row, _kind in rows}, {}
        for figure in figures:
            new = [one for one in self.alike[figure] if one[1] not in known]
            own = {key for _number, key, _movement in self.alike[figure]}
            mine = [row for row, _kind in rows if row.key in own]
            spoken_for = {row.id for row in mine} | {row.repeats_id for row in mine}
            others = [
                (row, kind) for row, kind in rows
                if _figures(row) == figure and row.id not in spoken_for and row.import_id != self.import_id
            ]  # fmt: skip
            told = [self._told(number, movement) for number, _key, movement in new]
            for at, (place, said) in pair(told, [_told_before(row, kind) for row, kind in others]).items():
                if said >= Sameness.CERTAIN:
                    known.add(new[at][1])
                else:
                    repeats[new[at][1]] = others[place][0].id
        return known, repeats

    def _told(self, number: int, one: Movement) -> Told:
        statement, kind = self.statements[number], self.kind
        return Told(kind, statement.account, one.bank_ref, one.end_to_end, one.other_name, one.remittance)

    def _keep(
        self, session: Session, statement_id: UUID, number: int, key: str, one: Movement, now: datetime,
        repeats_id: UUID | None,
    ) -> BankEntry:  # fmt: skip
        statement = self.statements[number]
        entry_id = ids.new_id()
        account = sealed.seal(one.other_account, context=sealed.place("bank_entries", "other_account", entry_id))
        entry = BankEntry(
            id=entry_id, import_id=self.import_id, statement_id=statement_id, key=key,
            account=statement.account, bank_ref=one.bank_ref, end_to_end=one.end_to_end, booked_on=one.booked_on,
            amount_cents=one.amount_cents, currency=one.currency, other_name=one.other_name,
            other_account=account if one.other_account else None, remittance=one.remittance,
            is_reversal=one.is_reversal, state=EntryState.PARKED, reason="", changed_at=now,
        )  # fmt: skip
        if one.amount_cents < 0:
            _place_debit(session, entry)
        if repeats_id is not None and entry.state is EntryState.PARKED:
            entry.repeats_id, entry.reason = repeats_id, POSSIBLE_REPEAT
        session.add(entry)
        session.flush()
        audit.record(session, "bank_entry.taken_in", ("bank_entry", entry.id), actor_id=None, after=entry.state,
                     detail={"cents": entry.amount_cents, "currency": entry.currency})  # fmt: skip
        return entry

    def _statement(self, session: Session, number: int) -> UUID:
        read = self.statements[number]
        wanted = select(BankStatement.id).where(BankStatement.account == read.account, BankStatement.ref == read.ref)
        if found := session.scalar(wanted):
            return found
        made = BankStatement(
            import_id=self.import_id, account=read.account, ref=read.ref, currency=read.currency,
            starts_on=read.starts_on, ends_on=read.ends_on, opening_cents=read.opening_cents,
            closing_cents=read.closing_cents, entries_cents=read.sum_cents,
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made.id

    def _count(self, session: Session, *, found: int, new: int) -> None:
        row = _locked(session, self.import_id)
        row.found, row.new = row.found + found, row.new + new

    def finish(self, session: Session, *, now: datetime) -> None:
        """Note that everything is taken in; statements without a movement are kept too, for their balances."""
        for number in range(len(self.statements)):
            self._statement(session, number)
        row = _locked(session, self.import_id)
        row.finished_at = now
        _move(session, row, ImportEvent.FINISH, actor_id=None)


def _one_at_a_time(session: Session) -> None:
    """Let two imports take turns: the same movement may be in both, told in two ways that no constraint sees."""
    first = select(StatementImport.id).order_by(StatementImport.made_at, StatementImport.id).limit(1)
    session.execute(first.with_for_update())


def _figures(one: Movement | BankEntry) -> tuple[date, int, str]:
    return one.booked_on, one.amount_cents, one.currency


def _entries_with(session: Session, figures: set[tuple[date, int, str]]) -> list[tuple[BankEntry, FileKind]]:
    wanted = select(BankEntry, StatementImport.kind).join(StatementImport, StatementImport.id == BankEntry.import_id)
    wanted = wanted.where(
        BankEntry.booked_on.in_({day for day, _cents, _currency in figures}),
        BankEntry.amount_cents.in_({cents for _day, cents, _currency in figures}),
    )
    rows = session.execute(wanted.order_by(BankEntry.id))
    return [(row, kind) for row, kind in rows if _figures(row) in figures]


def _told_before(row: BankEntry, kind: FileKind) -> Told:
    return Told(kind, row.account, row.bank_ref, row.end_to_end, row.other_name, row.remittance)


def _place_debit(session: Session, debit: BankEntry) -> None:
    """Say what money that went out was: a payout of ours, a credit that the bank takes back, or something else."""
    debit.state, debit.reason = EntryState.OUTGOING, "Money that went out."
    if debit.is_reversal:
        debit.reverses_id = _credit_taken_back(session, debit)
        debit.reason = "The bank takes back money that had come in."
        debit.state = EntryState.PARKED
        if debit.reverses_id is None:
            debit.reason += " Which is not known here: look at the bank's message."
        return
    wanted = select(Payout).where(
        Payout.state == PayoutState.PAID, Payout.currency == debit.currency, Payout.amount_cents == -debit.amount_cents
    )
    taken = select(BankEntry.payout_id).where(BankEntry.payout_id.is_not(None))
    for payout in session.scalars(wanted.where(Payout.id.not_in(taken)).order_by(Payout.paid_on, Payout.id).limit(20)):
        if str(payout.id).replace("-", "")[:12].upper() in debit.remittance.replace(" ", "").upper():
            debit.payout_id, debit.reason = payout.id, "A payout of ours."
            return


def _credit_taken_back(session: Session, debit: BankEntry) -> UUID | None:
    wanted = select(BankEntry.id).where(
        BankEntry.account == debit.account, BankEntry.currency == debit.currency,
        BankEntry.amount_cents == -debit.amount_cents, BankEntry.state != EntryState.REVERSED,
        BankEntry.repeats_id.is_(None),
    )  # fmt: skip
    named = []
    for column, value in ((BankEntry.bank_ref, debit.bank_ref), (BankEntry.end_to_end, debit.end_to_end)):
        if value and (found := session.scalar(wanted.where(column == value).limit(1))):
            return found
    if debit.remittance:
        named = list(session.scalars(wanted.where(BankEntry.remittance == debit.remittance).limit(2)))
    return named[0] if len(named) == 1 else None


def follow_stopped(session: Session, payload: Mapping[str, Any], _state: MessageState, _now: datetime) -> None:
    """Note that an import was cancelled or failed; starting it again takes in what is missing."""
    row = _locked(session, UUID(payload["import"]))
    if row.state is ImportState.QUEUED:
        _move(session, row, ImportEvent.STOP, actor_id=None)


def _locked(session: Session, import_id: UUID) -> StatementImport:
    row = session.get(StatementImport, import_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("That import does not exist.")
    return row


def _move(session: Session, row: StatementImport, event: ImportEvent, *, actor_id: UUID | None) -> None:
    before, row.state = row.state, advance(IMPORT_TRANSITIONS, row.state, event, thing="import")
    session.flush()
    audit.record(
        session, f"statement.{row.state}", ("statement_import", row.id), actor_id=actor_id, before=before,
        after=row.state, detail={"found": row.found, "new": row.new},
    )  # fmt: skip
