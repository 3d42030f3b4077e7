"""One movement in files of two formats counts once; what may be a repeat waits for a person's word."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Refused
from app.invoicing import queries, services
from app.invoicing.models import BankEntry, Paper, StatementImport
from app.invoicing.states import EntryEvent, EntryState, PaperKind
from app.payments.models import LedgerLine
from app.payments.states import Account, PaymentState
from tests.factories import accounts as people
from tests.factories import camt
from tests.factories import invoicing as make
from tests.factories.camt import Tx

DAY = "2027-03-05"


@pytest.fixture(autouse=True)
def sells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Payments of kind `test` are about something that papers are issued for."""
    with make.sells(monkeypatch):
        yield


@pytest.fixture
def finance(session: Session) -> UUID:
    """Somebody of the finance desk."""
    return people.user(session, name="Fina Nance").id


def sheet(*rows: tuple[str, str, str]) -> bytes:
    return make.csv_of(*((DAY, amount, name, words) for amount, name, words in rows), currency="EUR")


def told(*txs: Tx, ref: str = "B1") -> bytes:
    """A CAMT file with one entry for each transaction."""
    return camt.document(camt.statement(*(camt.entry(tx.amount, tx, ref=f"{ref}-{at}") for at, tx in enumerate(txs))))


def cents(session: Session) -> list[int]:
    return [entry.amount_cents for entry in make.entries(session)]


def bank_balance(session: Session) -> int:
    wanted = sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    return int(session.scalar(wanted.where(LedgerLine.account == Account.BANK)) or 0)


def possible(session: Session) -> BankEntry:
    """The one entry that may be a repeat."""
    return session.scalars(sa.select(BankEntry).where(BankEntry.repeats_id.is_not(None))).one()


@pytest.mark.parametrize("first", ["sheet", "camt"])
def test_a_payment_told_by_a_sheet_and_by_camt_is_booked_once(session: Session, first: str):
    payment = make.due(session, 85_000, "EUR")
    paper = next(p for p in make.papers_of(session, PaperKind.INVOICE) if p.payer_id == payment.payer_id)
    files = [
        (sheet(("850.00", "AOZORA SPACE K.K.", f"SVWZ+{paper.reference} thank you")), "march.csv"),
        (told(Tx("850.00", reference=paper.reference or "")), "march.xml"),
    ]
    for content, name in files if first == "sheet" else reversed(files):
        last = make.take_in(session, content, name)
    assert (make.states(session), bank_balance(session)) == ([EntryState.BOOKED], 85_000)
    assert payment.state is PaymentState.SUCCEEDED
    row = session.get_one(StatementImport, last)
    assert (row.found, row.new) == (1, 0)


def test_two_equal_transfers_of_one_day_stay_two_in_both_formats(session: Session):
    make.take_in(session, sheet(("10.00", "Aozora", "gift"), ("10.00", "Aozora", "gift")))
    make.take_in(session, told(Tx("10.00", "gift", name="Aozora"), Tx("10.00", "gift", name="Aozora")), "m.xml")
    assert cents(session) == [1_000, 1_000]
    make.take_in(
        session, told(*(Tx("10.00", "gift", name="Aozora"),) * 3, ref="again"), "three.xml"
    )  # fmt: skip
    assert cents(session) == [1_000, 1_000, 1_000]


def test_other_money_of_the_same_day_and_sum_is_not_held_back(session: Session):
    make.take_in(session, sheet(("850.00", "Borealis Optics", "INV-2027-000007")))
    make.take_in(session, told(Tx("850.00", "INV-2027-000008", name="Borealis Optics")), "one.xml")
    make.take_in(session, told(Tx("850.00", "summit fee", name="Quite Another Ltd"), ref="C"), "two.xml")
    assert cents(session) == [85_000] * 3
    assert not session.scalar(sa.select(sa.func.count()).where(BankEntry.repeats_id.is_not(None)))


def test_equal_movements_are_paired_across_batches(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.invoicing.services.statements.BATCH", 1)
    make.take_in(session, sheet(("10.00", "A Company", "x1"), ("10.00", "B Other", "y2"), ("10.00", "A Company", "x1")))
    txs = (Tx("10.00", "x1", name="A Company"), Tx("10.00", "y2", name="B Other"), Tx("10.00", "x1", name="A Company"))
    make.take_in(session, told(*txs), "m.xml")
    assert cents(session) == [1_000] * 3


@pytest.fixture
def held(session: Session) -> BankEntry:
    """An entry that pays an invoice exactly and may be one that a sheet told of with fewer words."""
    payment = make.due(session, 85_000, "EUR")
    paper = next(p for p in make.papers_of(session, PaperKind.INVOICE) if p.payer_id == payment.payer_id)
    make.take_in(session, sheet(("850.00", "", "transfer")))
    make.take_in(session, told(Tx("850.00", reference=paper.reference or "")), "m.xml")
    return possible(session)


def test_what_may_be_a_repeat_is_parked_not_counted_and_cannot_be_booked(
    session: Session, finance: UUID, held: BankEntry
):
    assert (held.state, bank_balance(session)) == (EntryState.PARKED, 0)
    assert "another file" in held.reason
    assert [row.came for row in queries.sums(session)] == [85_000]
    paper = session.scalars(sa.select(Paper)).one()
    with pytest.raises(Refused, match="may be a repeat"):
        services.assign(session, held.id, paper.number, cents=None, actor_id=finance, now=clock.now())
    with pytest.raises(Refused, match="may be a repeat"):
        services.set_aside(session, held.id, EntryEvent.DISOWN, reason="x", actor_id=finance, now=clock.now())


def test_a_person_says_it_is_the_same_money_and_may_think_again(session: Session, finance: UUID, held: BankEntry):
    services.settle_repeat(session, held.id, is_same=True, actor_id=finance, now=clock.now())
    assert (held.state, [row.came for row in queries.sums(session)]) == (EntryState.REPEAT, [85_000])
    with pytest.raises(Refused, match="settled meanwhile"):
        services.settle_repeat(session, held.id, is_same=False, actor_id=finance, now=clock.now())
    services.set_aside(session, held.id, EntryEvent.REOPEN, reason="Look.", actor_id=finance, now=clock.now())
    assert (held.state, held.repeats_id is not None) == (EntryState.PARKED, True)


def test_a_person_says_it_is_other_money_and_it_is_booked_as_any(session: Session, finance: UUID, held: BankEntry):
    services.settle_repeat(session, held.id, is_same=False, actor_id=finance, now=clock.now())
    assert (held.state, bank_balance(session)) == (EntryState.BOOKED, 85_000)
    assert [(row.came, row.is_whole) for row in queries.sums(session)] == [(170_000, True)]
