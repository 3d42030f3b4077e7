"""Statements of the bank: every movement once, matched, part-matched or parked, and every sum accounted for."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import InvalidInput, Refused
from app.invoicing import services
from app.invoicing.models import Allocation, BankEntry, BankStatement, Paper, StatementImport
from app.invoicing.states import EntryEvent, EntryState, ImportState, PaperKind
from app.payments.models import LedgerLine, Payment, Refund
from app.payments.states import Account, PaymentState
from tests.factories import accounts as people
from tests.factories import camt
from tests.factories import invoicing as make
from tests.factories.camt import Tx

PARKED, SUGGESTED, BOOKED = EntryState.PARKED, EntryState.SUGGESTED, EntryState.BOOKED


@pytest.fixture(autouse=True)
def sells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Payments of kind `test` are about something that papers are issued for."""
    with make.sells(monkeypatch):
        yield


@pytest.fixture
def finance(session: Session) -> UUID:
    """Somebody of the finance desk."""
    return people.user(session, name="Fina Nance").id


def invoice_of(session: Session, payment: Payment) -> Paper:
    return next(p for p in make.papers_of(session, PaperKind.INVOICE) if p.payer_id == payment.payer_id)


def one(session: Session) -> BankEntry:
    (entry,) = make.entries(session)
    return entry


def came(session: Session, amount: str, words: str, *, name: str = "Somebody", currency: str = "USD") -> BankEntry:
    """A single entry, taken in from a sheet."""
    make.take_in(session, make.csv_of(("2027-03-05", amount, name, words), currency=currency))
    return one(session)


def bank_balance(session: Session) -> int:
    wanted = sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    return int(session.scalar(wanted.where(LedgerLine.account == Account.BANK)) or 0)


@pytest.mark.parametrize("written", ["{ref}", "rf {spaced} thanks", "Invoice inv 2027/1, Tanaka", "INV-2027-000001"])
def test_the_right_sum_with_the_reference_in_any_writing_is_booked_by_itself(session: Session, written: str):
    payment = make.due(session)
    ref = invoice_of(session, payment).reference or ""
    spaced = " ".join(ref[at : at + 4] for at in range(0, len(ref), 4)).lower()[2:]
    entry = came(session, "850.00", written.format(ref=ref, spaced=spaced))
    assert (entry.state, payment.state) == (BOOKED, PaymentState.SUCCEEDED)
    assert bank_balance(session) == 85_000


@pytest.mark.parametrize(
    ("amount", "name", "words", "state", "reason"),
    [
        ("500.00", "Somebody", "{ref}", SUGGESTED, "a part payment"),
        ("900.00", "Somebody", "{ref}", SUGGESTED, "$50.00 more"),
        ("850.00", "Aozora Space KK", "for the summit", SUGGESTED, "payer's name fit"),
        ("850.00", "Somebody Else", "for the summit", SUGGESTED, "only open invoice over this sum"),
        ("123.45", "Aozora Space K.K.", "hello", SUGGESTED, "another sum"),
        ("123.45", "Nobody Known", "hello", PARKED, "neither sum nor name"),
        ("850.00", "Somebody", "RF00 1234 5678", SUGGESTED, "only open invoice"),
    ],
)
def test_what_is_not_certain_is_suggested_with_the_reason_or_parked(
    session: Session, amount: str, name: str, words: str, state: EntryState, reason: str
):
    payment = make.due(session)
    entry = came(session, amount, words.format(ref=invoice_of(session, payment).reference), name=name)
    assert entry.state is state
    assert reason in entry.reason
    assert payment.state is PaymentState.REQUIRES_ACTION
    assert bank_balance(session) == 0


def test_the_wrong_currency_is_parked_and_cannot_be_assigned(session: Session, finance: UUID):
    payment = make.due(session)
    entry = came(session, "850.00", invoice_of(session, payment).number, currency="EUR")
    assert entry.state is PARKED
    assert "Currencies are kept apart" in entry.reason
    with pytest.raises(Refused, match="kept apart"):
        services.assign(session, entry.id, "INV-2027-000001", cents=None, actor_id=finance, now=clock.now())


def test_a_person_confirms_a_part_payment_and_the_rest_pays_by_itself(session: Session, finance: UUID):
    payment = make.due(session)
    paper = invoice_of(session, payment)
    entry = came(session, "500.00", paper.number)
    services.confirm_match(session, entry.id, seen_paper_id=paper.id, actor_id=finance, now=clock.now())
    assert (entry.state, payment.state) == (BOOKED, PaymentState.REQUIRES_ACTION)
    make.take_in(session, make.csv_of(("2027-03-06", "350.00", "Somebody", paper.number)))
    assert payment.state is PaymentState.SUCCEEDED
    assert make.states(session) == [BOOKED, BOOKED]


def test_a_surplus_is_owed_back_once_a_person_confirms(session: Session, finance: UUID):
    payment = make.due(session)
    paper = invoice_of(session, payment)
    entry = came(session, "900.00", paper.number)
    services.confirm_match(session, entry.id, seen_paper_id=paper.id, actor_id=finance, now=clock.now())
    assert payment.state is PaymentState.SUCCEEDED
    assert session.scalars(sa.select(Refund.amount_cents)).all() == [5_000]


def test_an_entry_is_divided_between_invoices_by_hand(session: Session, finance: UUID):
    first, second = make.due(session, 85_000), make.due(session, 30_000)
    numbers = [invoice_of(session, one).number for one in (first, second)]
    entry = came(session, "1150.00", " and ".join(numbers))
    assert (entry.state, "Divide it by hand" in entry.reason) == (PARKED, True)
    services.assign(session, entry.id, numbers[0], cents=85_000, actor_id=finance, now=clock.now())
    assert (entry.state, first.state) == (PARKED, PaymentState.SUCCEEDED)
    with pytest.raises(InvalidInput, match="left"):
        services.assign(session, entry.id, numbers[1], cents=30_001, actor_id=finance, now=clock.now())
    services.assign(session, entry.id, numbers[1], cents=None, actor_id=finance, now=clock.now())
    assert (entry.state, second.state) == (BOOKED, PaymentState.SUCCEEDED)


def test_nobody_books_money_on_their_own_invoice(session: Session, finance: UUID):
    payment = make.due(session, payer_id=finance)
    entry = came(session, "850.00", "for me", name="Nobody Known")
    with pytest.raises(Refused, match="own invoice"):
        services.assign(
            session, entry.id, invoice_of(session, payment).number, cents=None, actor_id=finance, now=clock.now()
        )


def test_undoing_a_wrong_match_parks_the_entry_again_and_what_was_paid_is_owed_again(session: Session, finance: UUID):
    payment = make.due(session)
    entry = came(session, "850.00", invoice_of(session, payment).number)
    services.undo_match(session, entry.id, reason="Another Tanaka.", actor_id=finance, now=clock.now())
    assert (entry.state, payment.state, bank_balance(session)) == (PARKED, PaymentState.REQUIRES_ACTION, 0)
    assert session.scalars(sa.select(Allocation.undone_at)).one() is not None
    services.assign(session, entry.id, "INV-2027-000001", cents=None, actor_id=finance, now=clock.now())
    assert (entry.state, bank_balance(session)) == (BOOKED, 85_000)


def test_an_entry_is_set_aside_with_a_reason_and_taken_up_again(session: Session, finance: UUID):
    entry = came(session, "12.00", "rent")
    with pytest.raises(InvalidInput, match="Say why"):
        services.set_aside(session, entry.id, EntryEvent.DISOWN, reason=" ", actor_id=finance, now=clock.now())
    services.set_aside(session, entry.id, EntryEvent.DISOWN, reason="Rent.", actor_id=finance, now=clock.now())
    assert entry.state is EntryState.NOT_OURS
    services.set_aside(session, entry.id, EntryEvent.REOPEN, reason="Ours.", actor_id=finance, now=clock.now())
    assert entry.state is PARKED


def test_the_same_file_is_refused_and_overlapping_ones_take_each_movement_in_once(session: Session):
    rows = [("2027-03-05", "10.00", "A", "x"), ("2027-03-05", "10.00", "A", "x"), ("2027-03-06", "20.00", "B", "y")]
    make.take_in(session, make.csv_of(*rows))
    with pytest.raises(Refused, match="handed in before"):
        make.take_in(session, make.csv_of(*rows))
    again = make.take_in(session, make.csv_of(*rows, ("2027-03-07", "30.00", "C", "z")), "more.csv")
    assert len(make.entries(session)) == 4
    row = session.get_one(StatementImport, again)
    assert (row.found, row.new, row.state) == (4, 1, ImportState.DONE)


def test_a_camt_file_is_taken_apart_and_a_reversal_waits_for_a_person(session: Session, finance: UUID):
    payment = make.due(session, 85_000, "EUR")
    paper = invoice_of(session, payment)
    content = camt.document(
        camt.statement(
            camt.entry("900.00", Tx("850.00", reference=paper.reference or ""), Tx("50.00", "gift"), ref="B1"),
            camt.entry("3.50", way="DBIT", ref="F1"),
            camt.entry("77.00", Tx("77.00"), ref="P1", status="PDNG"),
            closing="896.50",
        )
    )
    make.take_in(session, content, "march.xml")
    assert sorted(entry.amount_cents for entry in make.entries(session)) == [-350, 5_000, 85_000]
    assert payment.state is PaymentState.SUCCEEDED
    taken_back = camt.document(
        camt.statement(
            camt.entry("850.00", Tx("850.00", reference=paper.reference or ""), ref="B1", way="DBIT", reversal=True,
                       day="2027-03-08"),
            ref="S2", opening="896.50", closing="46.50",
        )
    )  # fmt: skip
    make.take_in(session, taken_back, "later.xml")
    debit = next(entry for entry in make.entries(session) if entry.is_reversal)
    assert (debit.state, debit.reverses_id is not None) == (PARKED, True)
    services.confirm_reversal(session, debit.id, actor_id=finance, now=clock.now())
    assert payment.state is PaymentState.REQUIRES_ACTION
    assert bank_balance(session) == 0
    assert [s.closing_cents for s in session.scalars(sa.select(BankStatement).order_by(BankStatement.ref))] == [
        89_650, 4_650,
    ]  # fmt: skip


def test_money_for_an_invoice_that_is_paid_or_reversed_waits_for_a_word_and_is_then_owed_back(
    session: Session, finance: UUID
):
    payment = make.due(session)
    paper = invoice_of(session, payment)
    make.pay(session, payment, 85_000)
    entry = came(session, "850.00", paper.number)
    assert (entry.state, "nothing is open" in entry.reason) == (SUGGESTED, True)
    services.confirm_match(session, entry.id, seen_paper_id=paper.id, actor_id=finance, now=clock.now())
    assert session.scalars(sa.select(Refund.amount_cents)).all() == [85_000]


def test_a_suggestion_that_is_wrong_is_declined_and_one_that_changed_is_not_confirmed(session: Session, finance: UUID):
    payment = make.due(session)
    entry = came(session, "850.00", "for the summit")
    assert entry.state is SUGGESTED
    with pytest.raises(Refused, match="has changed"):
        services.confirm_match(session, entry.id, seen_paper_id=make.new_id(), actor_id=finance, now=clock.now())
    services.undo_match(session, entry.id, reason="Somebody else.", actor_id=finance, now=clock.now())
    assert (entry.state, payment.state) == (PARKED, PaymentState.REQUIRES_ACTION)
