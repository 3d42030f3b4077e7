"""A place paid for by bank: invoiced on approval, held for the money, confirmed by a statement, asked for again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.invoicing import services as invoicing
from app.invoicing.models import Paper
from app.invoicing.states import PaperKind
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.payments.models import Payment
from app.payments.states import PaymentMethod, PaymentState
from app.registration import services
from app.registration.models import Place, Registration
from app.registration.rules.summit import BankAccount, TaxRule
from app.registration.states import RegistrationState
from tests.factories import accounts
from tests.factories import invoicing as make
from tests.factories import registration as places

S = RegistrationState
ACCOUNT = BankAccount("USD", "Summit Office", account_number="000123456789", routing_number="021000021", bank="First")
TAX = TaxRule("Sales tax", 600, "Commercial LEO Summit Office", "1 Orbit Way\nWashington, DC", "US-1")


@pytest.fixture
def approved(session: Session) -> Registration:
    """An approved application whose fee comes by bank."""
    summit = places.summit(session, bank_accounts=(ACCOUNT,), tax=TAX)
    made = places.in_review(session, summit=summit)
    payment = payment_of(session, made)
    invoicing.choose(session, payment.id, PaymentMethod.TRANSFER, actor_id=made.user_id, now=clock.now())
    by = accounts.staff(session, Role.REVIEWER).id
    services.approve(session, made.id, actor_id=by, now=clock.now(), max_list_age_days=100_000)
    return made


def payment_of(session: Session, registration: Registration) -> Payment:
    return session.scalars(sa.select(Payment).where(Payment.subject_id == registration.id)).one()


def invoice_of(session: Session) -> Paper:
    return session.scalars(sa.select(Paper).where(Paper.kind == PaperKind.INVOICE)).one()


def statement(session: Session, registration: Registration, amount: str = "925.00") -> None:
    make.take_in(session, make.csv_of(("2027-03-05", amount, "Aozora", invoice_of(session).number)))


@pytest.mark.answers("ask 4")
def test_approval_issues_the_invoice_and_holds_the_place_until_the_money_can_be_there(
    session: Session, approved: Registration
):
    paper, payment = invoice_of(session), payment_of(session, approved)
    assert (approved.state, payment.state) == (S.PAYMENT_DUE, PaymentState.REQUIRES_ACTION)
    assert (paper.due_on, approved.pay_until) == (date(2027, 3, 29), datetime(2027, 4, 4, 4, tzinfo=UTC))
    assert paper.facts["seller"] == {"name": TAX.seller_name, "address": TAX.seller_address, "tax_id": "US-1"}
    assert (paper.tax_cents, paper.facts["tax"]["label"]) == (5_236, "Sales tax")
    assert ["Account number", "000123456789"] in paper.facts["pay_to"]
    session.commit()
    outbox.deliver_due(clock.now())
    told = {mail.subject: mail.text for mail in session.scalars(sa.select(MailboxMessage))}
    approval = next(text for subject, text in told.items() if "is approved" in subject)
    assert "by bank transfer, with the invoice that comes in a second mail" in approval
    assert any(subject.startswith("Invoice INV-2027-000001: $925.00 due 29 March 2027") for subject in told)


def test_a_statement_confirms_the_place_and_gives_a_receipt(session: Session, approved: Registration):
    statement(session, approved)
    assert (approved.state, payment_of(session, approved).state) == (S.CONFIRMED, PaymentState.SUCCEEDED)
    kinds = [paper.kind for paper in make.papers_of(session)]
    assert kinds.count(PaperKind.RECEIPT) == 1


def test_undoing_the_match_asks_for_the_fee_again_and_keeps_the_place_meanwhile(
    session: Session, approved: Registration
):
    statement(session, approved)
    (entry,) = make.entries(session)
    by = accounts.staff(session, Role.FINANCE).id
    invoicing.undo_match(session, entry.id, reason="Another Tanaka.", actor_id=by, now=clock.now())
    assert approved.state is S.PAYMENT_DUE
    assert approved.pay_until is not None
    assert approved.pay_until > clock.now() + timedelta(days=20)
    held = session.scalars(sa.select(Place.released_at).where(Place.registration_id == approved.id)).all()
    assert held
    assert set(held) == {None}


def test_the_deadline_frees_the_place_and_reverses_the_invoice_and_late_money_gets_it_back(
    session: Session, approved: Registration
):
    clock.advance(timedelta(days=40))
    assert services.expire(session, approved.id, now=clock.now())
    assert (approved.state, payment_of(session, approved).state) == (S.EXPIRED, PaymentState.VOIDED)
    assert [paper.kind for paper in make.papers_of(session)] == [PaperKind.INVOICE, PaperKind.CREDIT_NOTE]
    make.take_in(session, make.csv_of(("2027-04-10", "925.00", "Aozora", invoice_of(session).number)))
    (entry,) = make.entries(session)
    by = accounts.staff(session, Role.FINANCE).id
    invoicing.confirm_match(session, entry.id, seen_paper_id=invoice_of(session).id, actor_id=by, now=clock.now())
    services.settle_late_money(session, approved.id, now=clock.now())
    assert (approved.state, payment_of(session, approved).state) == (S.CONFIRMED, PaymentState.SUCCEEDED)


def test_an_open_choice_of_method_is_changed_while_the_fee_is_due(session: Session, approved: Registration):
    payment = payment_of(session, approved)
    invoicing.choose(session, payment.id, PaymentMethod.CARD, actor_id=approved.user_id, now=clock.now())
    assert payment.method is PaymentMethod.CARD
    assert [paper.kind for paper in make.papers_of(session)] == [PaperKind.CREDIT_NOTE, PaperKind.INVOICE]


def test_the_money_part_of_ones_own_page_tells_what_to_pay_and_leads_to_the_papers(
    session: Session, approved: Registration, signed_in: Any
):
    session.commit()
    page = signed_in(approved.user_id).get("/apply/status")
    assert "Bank transfer, by invoice" in page.text
    assert "INV-2027-000001" in page.links()
