"""What is done with money that came in: booked, taken back, set aside, sent back. The ledger is only ever added to."""

from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.core.states import advance
from app.invoicing.models import Allocation, BankEntry, BilledPayment, Paper, PaperLine
from app.invoicing.queries.opens import meant_by, open_invoices
from app.invoicing.rules.match import Candidates, Incoming, Judgement, Verdict, judge, named_in
from app.invoicing.states import ENTRY_TRANSITIONS, WORK, EntryEvent, EntryState, PaperKind
from app.payments import services as payments
from app.payments.models import Payment
from app.payments.moves import lock_payment
from app.payments.transfers import open_cents_of


def look_at(session: Session, entry: BankEntry, others: Candidates, *, now: datetime) -> Judgement:
    """Judge a parked entry: book it, suggest an invoice for it, or leave it parked with the reason."""
    words = f"{entry.remittance} {entry.end_to_end}"
    incoming = Incoming(entry.amount_cents, entry.currency, words, entry.other_name)
    verdict = judge(incoming, meant_by(session, named_in(words)), others)
    entry.reason, entry.suggested_id = verdict.reason[:300], verdict.paper_id
    if verdict.verdict is Verdict.MATCH and verdict.paper_id:
        try:
            with session.begin_nested():
                book(session, entry, verdict.paper_id, entry.amount_cents, actor_id=None, now=now)
        except Refused as refusal:
            entry.reason = refusal.message[:300]
            return Judgement(Verdict.PARK, entry.reason)
    elif verdict.verdict is Verdict.SUGGEST:
        _move(session, entry, EntryEvent.SUGGEST, actor_id=None, now=now)
    return verdict


def settle_repeat(session: Session, entry_id: UUID, *, is_same: bool, actor_id: UUID, now: datetime) -> None:
    """Note whether a possible repeat is the money it resembles; if it is other money, judge it as any that comes in.

    Raises Refused when the entry is no possible repeat, or not any more.
    """
    entry = _locked(session, entry_id)
    if entry.repeats_id is None or entry.state is not EntryState.PARKED:
        raise Refused("Whether this entry is a repeat was settled meanwhile. Reload the page.")
    if is_same:
        entry.reason = "The same money as another entry, which counts."
        _move(session, entry, EntryEvent.SAME, actor_id=actor_id, now=now)
        return
    before, entry.repeats_id = entry.repeats_id, None
    entry.reason, entry.changed_at = "Not the same money as another entry like it.", now
    audit.record(
        session, "bank_entry.no_repeat", ("bank_entry", entry.id), actor_id=actor_id, detail={"of": str(before)}
    )
    if entry.amount_cents > 0:
        look_at(session, entry, Candidates.of(open_invoices(session)), now=now)


def confirm_match(session: Session, entry_id: UUID, *, seen_paper_id: UUID, actor_id: UUID, now: datetime) -> None:
    """Book a suggested match. Raises Refused when another invoice is suggested by now."""
    entry = _locked(session, entry_id)
    if entry.state is not EntryState.SUGGESTED or entry.suggested_id != seen_paper_id:
        raise Refused("The suggestion has changed since you opened the page. Look at it again.")
    book(session, entry, seen_paper_id, left_of(session, entry), actor_id=actor_id, now=now)


def assign(session: Session, entry_id: UUID, number: str, *, cents: int | None, actor_id: UUID, now: datetime) -> None:
    """Book an entry, or `cents` of it, on the invoice with that number or reference.

    What is not divided out stays parked. Raises InvalidInput for an unknown number or more than the entry has left.
    """
    entry = _locked(session, entry_id)
    found = meant_by(session, named_in(number))
    if not found:
        raise InvalidInput("No invoice has this number or reference. Write it as INV-2027-000123.")
    left = left_of(session, entry)
    wanted = left if cents is None else cents
    if not 0 < wanted <= left:
        raise InvalidInput(f"Of this entry {Money(left, entry.currency)} are left. Enter a sum up to that.")
    book(session, entry, found[0].paper_id, wanted, actor_id=actor_id, now=now)


def book(
    session: Session, entry: BankEntry, paper_id: UUID, cents: int, *, actor_id: UUID | None, now: datetime
) -> None:
    """Book cents of a locked entry on an invoice: line by line, the first first, until each is paid.

    What exceeds the invoice goes to its last line and is owed back from there. Raises Refused for another currency,
    for one's own payment, or for an entry that is no longer on the work list.
    """
    paper = session.get(Paper, paper_id)
    if paper is None or paper.kind is not PaperKind.INVOICE:
        raise NotFound("That invoice does not exist.")
    if entry.state not in WORK:
        raise Refused("This entry is not on the work list any more. Reload the page.")
    _refuse_undecided(entry)
    if entry.currency != paper.currency:
        raise Refused(f"{paper.number} is in {paper.currency} and this money in {entry.currency}: they are kept apart.")
    lines = [lock_payment(session, payment_id) for payment_id in _payments_on(session, paper)]
    if actor_id is not None and any(payment.payer_id == actor_id for payment in lines):
        raise Refused("Nobody books money on their own invoice. Ask a colleague of the finance desk.")
    ordered = _in_order(session, paper, lines)
    for payment, part in _divided(session, ordered, cents):
        _allocate(session, entry, payment, part, paper, actor_id=actor_id, now=now)
    entry.suggested_id = paper.id
    if left := left_of(session, entry):
        entry.reason = f"{Money(left, entry.currency)} of it are not booked yet."
        return
    entry.reason = f"Booked on {paper.number}."
    _move(session, entry, EntryEvent.BOOK, actor_id=actor_id, now=now)


def _payments_on(session: Session, paper: Paper) -> list[UUID]:
    wanted = select(PaperLine.payment_id).where(PaperLine.paper_id == paper.id, PaperLine.payment_id.is_not(None))
    return sorted({payment_id for payment_id in session.scalars(wanted) if payment_id})


def _in_order(session: Session, paper: Paper, locked: list[Payment]) -> list[Payment]:
    """Return the payments in the order of the invoice's lines; those that stand on another invoice by now come last."""
    wanted = select(PaperLine.payment_id).where(PaperLine.paper_id == paper.id).order_by(PaperLine.position)
    place = {payment_id: number for number, payment_id in enumerate(session.scalars(wanted))}
    moved = {
        payment.id for payment in locked
        if (billed := session.get(BilledPayment, payment.id)) is not None and billed.invoice_id != paper.id
    }  # fmt: skip
    return sorted(locked, key=lambda payment: (payment.id in moved, place[payment.id]))


def _divided(session: Session, payments_: list[Payment], cents: int) -> list[tuple[Payment, int]]:
    parts: list[tuple[Payment, int]] = []
    for payment in payments_:
        part = min(cents, open_cents_of(session, payment))
        if part:
            parts.append((payment, part))
            cents -= part
    if cents and parts:
        payment, part = parts[-1]
        parts[-1] = (payment, part + cents)
    elif cents:
        parts.append((payments_[-1], cents))
    return parts


def _allocate(
    session: Session, entry: BankEntry, payment: Payment, cents: int, paper: Paper, *, actor_id: UUID | None,
    now: datetime,
) -> None:  # fmt: skip
    at = datetime.combine(entry.booked_on, time(12), UTC)
    transfer = payments.note_transfer(
        session, payment.id, Money(cents, entry.currency), reference=paper.number, at=at, now=now, actor_id=actor_id
    )
    session.add(
        Allocation(
            entry_id=entry.id, payment_id=payment.id, transfer_id=transfer.id, amount_cents=cents, made_by=actor_id,
            made_at=now,
        )
    )  # fmt: skip
    session.flush()


def left_of(session: Session, entry: BankEntry) -> int:
    """Return how much of an entry is not booked, in cents."""
    wanted = select(func.coalesce(func.sum(Allocation.amount_cents), 0))
    booked = session.scalar(wanted.where(Allocation.entry_id == entry.id, Allocation.undone_at.is_(None)))
    return max(0, entry.amount_cents - int(booked or 0))


def undo_match(session: Session, entry_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Take a wrong match back: reversing postings are added, payments are owed again, the entry is parked anew.

    Raises Refused while money of it is on its way back to a payer, InvalidInput without a reason.
    """
    if not reason.strip():
        raise InvalidInput("Say why the match is wrong: it stays in the record.")
    entry = _locked(session, entry_id)
    _undo_allocations(session, entry, reason=reason.strip(), actor_id=actor_id, now=now)
    entry.reason, entry.suggested_id = "A match was undone. Assign it by hand.", None
    if entry.state is not EntryState.PARKED:
        _move(session, entry, EntryEvent.UNDO, actor_id=actor_id, now=now, reason=reason.strip())


def _undo_allocations(session: Session, entry: BankEntry, *, reason: str, actor_id: UUID, now: datetime) -> None:
    wanted = select(Allocation).where(Allocation.entry_id == entry.id, Allocation.undone_at.is_(None))
    made = list(session.scalars(wanted.order_by(Allocation.payment_id)))
    for allocation in made:
        payments.undo_transfer(session, allocation.transfer_id, reason=reason, actor_id=actor_id, now=now)
        allocation.undone_at = now
    session.flush()


def set_aside(
    session: Session, entry_id: UUID, event: EntryEvent, *, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Note that an entry is not ours, was sent back at the bank, or (REOPEN) is to be looked at again."""
    if event not in (EntryEvent.DISOWN, EntryEvent.RETURN, EntryEvent.REOPEN):
        raise InvalidInput("Choose what happens with this entry.")
    if not reason.strip():
        raise InvalidInput("Say why: it stays with the entry.")
    entry = _locked(session, entry_id)
    if event is not EntryEvent.REOPEN:
        _refuse_undecided(entry)
    if left_of(session, entry) != entry.amount_cents:
        raise Refused("Part of this entry is booked. Undo that first.")
    entry.reason, entry.suggested_id = reason.strip()[:300], None
    _move(session, entry, event, actor_id=actor_id, now=now, reason=reason.strip())


def confirm_reversal(session: Session, entry_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Follow the bank, which took back an earlier credit: its match is undone and both entries are closed."""
    debit = _locked(session, entry_id)
    if debit.reverses_id is None or debit.state is not EntryState.PARKED:
        raise Refused("This entry takes nothing back that is known here.")
    _refuse_undecided(debit)
    credit = _locked(session, debit.reverses_id)
    _undo_allocations(session, credit, reason="The bank took the money back.", actor_id=actor_id, now=now)
    if credit.state is EntryState.BOOKED:
        _move(session, credit, EntryEvent.UNDO, actor_id=actor_id, now=now)
    for entry in (credit, debit):
        entry.reason = "The bank took this money back."
        _move(session, entry, EntryEvent.REVERSE, actor_id=actor_id, now=now)


def _refuse_undecided(entry: BankEntry) -> None:
    if entry.repeats_id is not None:
        raise Refused("This entry may be a repeat of another. First say whether it is the same money.")


def _locked(session: Session, entry_id: UUID) -> BankEntry:
    entry = session.get(BankEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotFound("That entry does not exist.")
    return entry


def _move(
    session: Session, entry: BankEntry, event: EntryEvent, *, actor_id: UUID | None, now: datetime, reason: str = ""
) -> None:
    before, entry.state = entry.state, advance(ENTRY_TRANSITIONS, entry.state, event, thing="entry")
    entry.changed_at = now
    session.flush()
    audit.record(
        session, f"bank_entry.{entry.state}", ("bank_entry", entry.id), actor_id=actor_id, before=before,
        after=entry.state, reason=reason or entry.reason,
    )  # fmt: skip
