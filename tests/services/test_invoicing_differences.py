"""Reconciling: papers, statements and books beside each other, every difference named."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.invoicing import services
from app.invoicing.models import Allocation, BilledPayment, PaperCounter
from app.invoicing.states import PaperKind
from app.payments.compare import DifferenceKind
from app.payments.models import LedgerLine
from app.payments.states import Account
from tests.factories import camt
from tests.factories import invoicing as make


@pytest.fixture(autouse=True)
def sells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Payments of kind `test` are about something that papers are issued for."""
    with make.sells(monkeypatch):
        yield


def found(session: Session) -> dict[DifferenceKind, list[str]]:
    """Return the sentences by kind."""
    listed: dict[DifferenceKind, list[str]] = {}
    for one in services.differences(session, clock.now()):
        listed.setdefault(one.kind, []).append(one.words)
    return listed


def test_what_agrees_is_silent(session: Session):
    payment = make.due(session)
    paper = make.papers_of(session)[0]
    make.take_in(session, make.csv_of(("2027-02-28", "850.00", "Aozora", paper.number)))
    assert payment.succeeded_at is not None
    assert found(session) == {}


def test_a_transfer_that_no_statement_shows_is_named(session: Session):
    make.pay(session, make.due(session), 85_000)
    assert "no entry of a statement says so" in found(session)[DifferenceKind.BANK][0]


def test_money_that_waits_too_long_is_named(session: Session):
    make.take_in(session, make.csv_of(("2027-02-20", "12.00", "Nobody", "x"), ("2027-02-28", "13.00", "Nobody", "y")))
    assert found(session) == {
        DifferenceKind.UNMATCHED: ["$12.00 of 2027-02-20 came by bank and belong to nothing yet."]
    }


def test_books_that_say_another_sum_than_the_statements_are_named(session: Session):
    payment = make.due(session)
    make.take_in(session, make.csv_of(("2027-02-28", "850.00", "Aozora", make.papers_of(session)[0].number)))
    for account, cents in ((Account.BANK, 100), (Account.REVENUE, -100)):
        session.add(
            LedgerLine(
                posting="transfer:by-hand", account=account, amount_cents=cents, currency="USD", payment_id=payment.id,
                at=clock.now(),
            )
        )  # fmt: skip
    session.flush()
    assert (
        "By bank came $850.00; booked are $850.00, in the books stand $851.00." in found(session)[DifferenceKind.BANK]
    )


def test_a_gap_in_the_numbers_is_named(session: Session):
    make.due(session)
    session.execute(sa.update(PaperCounter).values(last=5))
    make.due(session)
    said = "Invoice numbers of 2027: 2 issued, the last 6, the counter says 6."
    assert found(session)[DifferenceKind.NUMBER_GAP] == [said]


def test_a_fee_without_an_invoice_and_a_payment_without_a_receipt_are_named(session: Session):
    payment = make.due(session)
    session.execute(sa.delete(BilledPayment))
    assert "stands on no invoice" in found(session)[DifferenceKind.INVOICE][0]
    clock.advance(timedelta(days=1))
    services.billed.pop("test")
    make.pay(session, payment, 85_000)
    services.billed["test"] = lambda _session, _subject: make.SOLD
    assert "has no receipt" in found(session)[DifferenceKind.INVOICE][0]
    assert make.papers_of(session, PaperKind.RECEIPT) == []


def test_statements_that_do_not_follow_from_one_another_are_named(session: Session):
    first = camt.statement(camt.entry("10.00", ref="A"), ref="S1", opening="0.00", closing="10.00")
    third = camt.statement(camt.entry("5.00", ref="C", day="2027-03-07"), ref="S3", opening="17.00", closing="23.00")
    make.take_in(session, camt.document(first, third), "two.xml")
    said = found(session)[DifferenceKind.BANK]
    assert "Statement S3 opens with €17.00, the one before it, S1, closed with €10.00." in said[1]
    assert said[0] == "The entries of statement S3 miss its closing balance by €1.00."
    assert session.scalars(sa.select(Allocation.id)).all() == []
