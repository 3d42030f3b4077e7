"""Invoices, receipts and credit notes: numbered without gaps, never changed, one for each cause."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.invoicing import services
from app.invoicing.models import BilledPayment, PaperPrint
from app.invoicing.rules.facts import Buyer
from app.invoicing.rules.numbers import is_reference
from app.invoicing.states import PaperKind, Treatment
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.payments import services as payments
from app.payments.models import LedgerLine, Refund
from app.payments.states import PaymentMethod, PaymentState
from tests.factories import accounts as people
from tests.factories import invoicing as make
from tests.factories import payments as money

INVOICE, RECEIPT, CREDIT = PaperKind.INVOICE, PaperKind.RECEIPT, PaperKind.CREDIT_NOTE
BUYER = Buyer("Aozora Space Development K.K.", address="1-2-3 Marunouchi\nTokyo", country="JP", tax_id="T123")


@pytest.fixture(autouse=True)
def sells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Payments of kind `test` are about something that papers are issued for."""
    with make.sells(monkeypatch):
        yield


def books(session: Session) -> dict[str, int]:
    found = session.execute(sa.select(LedgerLine.account, sa.func.sum(LedgerLine.amount_cents)).group_by("account"))
    return {account.value: int(cents) for account, cents in found if cents}


def test_a_fee_that_is_due_by_bank_is_invoiced_with_reference_account_and_deadline(session: Session):
    payment = make.due(session, 85_000)
    (paper,) = make.papers_of(session)
    assert (paper.kind, paper.number, paper.currency) == (INVOICE, "INV-2027-000001", "USD")
    assert (paper.gross_cents, paper.net_cents, paper.tax_cents) == (85_000, 78_631, 6_369)
    assert paper.reference is not None
    assert is_reference(paper.reference)
    assert paper.due_on == date(2027, 3, 29)
    assert payment.state is PaymentState.REQUIRES_ACTION
    assert payment.pay_by is not None
    assert payment.pay_by > clock.now() + timedelta(days=32)
    assert ["Routing number", "021000021"] in paper.facts["pay_to"]


def test_the_deadline_is_cut_by_the_first_day_and_said_so(session: Session, monkeypatch: pytest.MonkeyPatch):
    with make.sells(monkeypatch, first_day=date(2027, 3, 15)):
        make.due(session)
    assert make.papers_of(session)[0].due_on == date(2027, 3, 10)


def test_a_currency_without_an_account_cannot_be_invoiced(session: Session):
    with pytest.raises(Refused, match="no bank account for CHF"):
        make.due(session, currency="CHF")


def test_a_transfer_of_the_whole_sum_pays_and_gives_one_receipt(session: Session):
    payment = make.due(session)
    make.pay(session, payment, 85_000)
    assert payment.state is PaymentState.SUCCEEDED
    receipt = make.papers_of(session, RECEIPT)[0]
    assert (receipt.gross_cents, receipt.facts["refers_to"]) == (85_000, "INV-2027-000001")
    assert books(session) == {"bank": 85_000, "revenue": -85_000}


def test_parts_add_up_and_what_exceeds_is_owed_back(session: Session):
    payment = make.due(session)
    make.pay(session, payment, 40_000)
    assert payment.state is PaymentState.REQUIRES_ACTION
    assert books(session) == {"bank": 40_000, "receivable": 45_000, "revenue": -85_000}
    make.pay(session, payment, 50_000)
    assert payment.state is PaymentState.SUCCEEDED
    assert books(session) == {"bank": 90_000, "surplus": -5_000, "revenue": -85_000}
    assert session.scalars(sa.select(Refund.amount_cents)).all() == [5_000]
    assert len(make.papers_of(session, RECEIPT)) == 1


def test_money_in_another_currency_or_before_anything_is_due_is_refused(session: Session):
    payment = make.due(session)
    with pytest.raises(Refused, match="kept apart"):
        make.pay(session, payment, 85_000, "EUR")
    early = money.payment(session, method=PaymentMethod.TRANSFER)
    with pytest.raises(Refused, match="Nothing was asked for yet"):
        make.pay(session, early, 85_000)


def test_a_part_that_came_goes_back_when_nothing_is_owed_any_more(session: Session):
    payment = make.due(session)
    make.pay(session, payment, 40_000)
    payments.void_payment(session, payment.id, reason="The deadline passed.", actor_id=None, now=clock.now())
    assert books(session) == {"bank": 40_000, "surplus": -40_000}
    (note,) = make.papers_of(session, CREDIT)
    assert (note.gross_cents, note.tax_cents, note.facts["refers_to"]) == (85_000, 6_369, "INV-2027-000001")
    assert session.get(BilledPayment, payment.id) is None


def test_the_whole_sum_revives_a_payment_that_was_void(session: Session):
    payment = make.due(session)
    payments.void_payment(session, payment.id, reason="The deadline passed.", actor_id=None, now=clock.now())
    make.pay(session, payment, 85_000)
    assert payment.state is PaymentState.SUCCEEDED
    assert books(session) == {"bank": 85_000, "revenue": -85_000}


def test_an_undone_match_reverses_postings_and_the_receipt_and_leaves_both_on_record(session: Session):
    payment, actor = make.due(session), people.user(session)
    transfer = make.pay(session, payment, 85_000)
    payments.undo_transfer(session, transfer, reason="Another Tanaka.", actor_id=actor.id, now=clock.now())
    assert payment.state is PaymentState.REQUIRES_ACTION
    assert books(session) == {"receivable": 85_000, "revenue": -85_000}
    (note,) = make.papers_of(session, CREDIT)
    assert note.facts["refers_to"] == make.papers_of(session, RECEIPT)[0].number
    with pytest.raises(Refused, match="undone before"):
        payments.undo_transfer(session, transfer, reason="Again.", actor_id=actor.id, now=clock.now())
    make.pay(session, payment, 85_000)
    assert payment.state is PaymentState.SUCCEEDED
    assert len(make.papers_of(session, RECEIPT)) == 2


def test_a_card_charge_gets_its_receipt_once_and_each_refund_its_credit_note(app: Any, now: Any):
    with money.desk(app) as desk:
        payment_id = desk.paid()
        desk.refund(payment_id, 30_000)
        desk.settle()
        desk.refund(payment_id, 55_000)
        desk.settle()
        with transaction() as session:
            assert [p.kind for p in make.papers_of(session)] == [CREDIT, CREDIT, RECEIPT]
            receipt = make.papers_of(session, RECEIPT)[0]
            notes = make.papers_of(session, CREDIT)
            assert [note.gross_cents for note in notes] == [30_000, 55_000]
            assert sum(note.tax_cents for note in notes) == receipt.tax_cents
            assert receipt.facts["paid"].startswith("Received by card ending in 4242")


def test_a_mistake_is_reversed_and_replaced_and_the_old_reference_still_counts(session: Session):
    payment, actor = make.due(session), people.user(session)
    old = make.papers_of(session)[0]
    new = services.reissue(
        session, old.id, BUYER, treatment=Treatment.REVERSE_CHARGE, reason="Wrong name.", actor_id=actor.id,
        now=clock.now(),
    )  # fmt: skip
    assert (new.number, new.buyer_name, new.tax_cents) == ("INV-2027-000002", BUYER.name, 0)
    assert new.facts["tax"]["note"].startswith("Reverse charge")
    assert new.facts["buyer"]["contact"] == "Aiko Tanaka"
    assert old.facts["buyer"]["name"] == "Aozora Space K.K."
    assert session.get_one(BilledPayment, payment.id).invoice_id == new.id
    with pytest.raises(Refused, match="reversed before"):
        services.reissue(
            session, old.id, BUYER, treatment=Treatment.STANDARD, reason="x", actor_id=actor.id, now=clock.now()
        )
    content = make.csv_of(("2027-03-05", "850.00", "Someone", f"{old.reference}"))
    make.take_in(session, content)
    assert payment.state is PaymentState.SUCCEEDED


@pytest.mark.answers("ask 4")
def test_issued_papers_are_refused_any_change_by_the_database(session: Session):
    make.due(session)
    for statement in (
        "UPDATE papers SET gross_cents = 1", "DELETE FROM papers", "UPDATE paper_lines SET text = 'x'",
        "DELETE FROM paper_lines",
    ):  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError, match="never changed"), session.begin_nested():
            session.execute(sa.text(statement))


def test_the_pdf_is_the_same_bytes_again_and_goes_out_with_the_mail(session: Session):
    make.due(session, 85_000, "EUR")
    paper = make.papers_of(session)[0]
    first = services.make_pdf(paper)
    assert first.startswith(b"%PDF")
    assert services.make_pdf(paper) == first
    session.commit()
    make.settle()
    session.expire_all()
    assert services.open_pdf(session, paper.id) == ("INV-2027-000001.pdf", first)
    assert session.get_one(PaperPrint, paper.id).sha256
    mail = session.scalars(sa.select(MailboxMessage).where(MailboxMessage.subject.startswith("Invoice"))).one()
    assert "RF" in mail.text


def test_choosing_another_way_reverses_the_invoice_and_a_group_invoice_holds_its_members(session: Session):
    payment = make.due(session)
    payer = payment.payer_id
    assert payer is not None
    services.choose(session, payment.id, PaymentMethod.CARD, actor_id=payer, now=clock.now())
    assert [paper.kind for paper in make.papers_of(session)] == [CREDIT, INVOICE]
    with pytest.raises(NotFound):
        services.choose(session, payment.id, PaymentMethod.TRANSFER, actor_id=people.user(session).id, now=clock.now())
    services.choose(session, payment.id, PaymentMethod.TRANSFER, actor_id=payer, now=clock.now())
    assert len(make.papers_of(session, INVOICE)) == 2


@pytest.mark.answers("ask 4")
def test_the_details_of_the_buyer_hold_for_papers_from_now_on(session: Session):
    payment = money.payment(session, payer_id=people.user(session).id, method=PaymentMethod.TRANSFER)
    services.keep_details(session, BUYER, payment_id=payment.id, actor_id=people.user(session).id, now=clock.now())
    payments.request_charge(session, payment.id, amount_cents=85_000, currency="USD", now=clock.now())
    assert make.papers_of(session)[0].facts["buyer"]["tax_id"] == "T123"


def test_a_kind_of_subject_that_nobody_bills_gets_no_papers(session: Session):
    payment = make.due(session, subject_kind="other")
    make.pay(session, payment, 85_000)
    assert make.papers_of(session) == []


def test_a_reminder_goes_out_before_the_day_it_is_due_and_none_once_it_is_paid(session: Session):
    paid, waiting = make.due(session), make.due(session, 30_000)
    make.pay(session, paid, 85_000)
    session.commit()
    outbox.deliver_due(clock.now())
    outbox.deliver_due(clock.advance(timedelta(days=27)))
    subjects = session.scalars(sa.select(MailboxMessage.subject).where(MailboxMessage.subject.startswith("Reminder")))
    assert set(subjects) == {"Reminder: $300.00 for invoice INV-2027-000002 due 29 March 2027"}
    assert waiting.state is PaymentState.REQUIRES_ACTION
