"""A place paid for by bank: invoiced on approval, held for the money, confirmed by a statement, asked for again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.core.errors import NotFound
from app.invoicing import services as invoicing
from app.invoicing.models import Paper, Payout
from app.invoicing.states import PaperKind
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.payments import services as payments
from app.payments.models import LedgerLine, Payment
from app.payments.states import Account, PaymentMethod, PaymentState
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


def in_group(session: Session, summit: Any, house: Any, name: str) -> Registration:
    """An approved application of somebody of the house, whose fee the house pays."""
    person = accounts.user(session, name=name)
    made = places.in_review(session, summit=summit, organization=house, person=person)
    made_by = accounts.staff(session, Role.REVIEWER).id
    payments.choose_method(
        session, payment_of(session, made).id, PaymentMethod.GROUP, actor_id=made_by, now=clock.now(), payer_only=False
    )
    services.approve(session, made.id, actor_id=made_by, now=clock.now(), max_list_age_days=None)
    return made


@pytest.mark.answers("ask 11")
def test_one_of_a_paid_delegation_leaves_and_their_part_goes_back_to_the_house_that_paid(session: Session):
    summit = places.summit(session, bank_accounts=(ACCOUNT,), tax=TAX)
    house = accounts.organization(session, name="Kibo Trading")
    lead = accounts.member(session, organization=house, role=Role.FOCAL_POINT).user_id
    leaves, stays = (in_group(session, summit, house, name) for name in ("Aiko Tanaka", "Ren Sato"))
    paper = invoicing.issue_group_invoice(session, house.id, "USD", actor_id=lead, now=clock.now())
    make.take_in(session, make.csv_of(("2027-03-05", "1850.00", "Kibo Trading", paper.number)))
    assert (leaves.state, stays.state) == (S.CONFIRMED, S.CONFIRMED)

    back = services.withdraw(session, leaves.id, actor_id=leaves.user_id, now=clock.now(), shown_refund_cents=80_000)
    payout = session.scalars(sa.select(Payout)).one()
    assert (back, payout.amount_cents, payout.payment_id) == (80_000, 80_000, payment_of(session, leaves).id)
    held = sa.select(Place.registration_id).where(Place.released_at.is_(None)).distinct()
    assert session.scalars(held).all() == [stays.id]
    payee = invoicing.checked_payee("Kibo Trading", make.IBAN, "", "", "")
    with pytest.raises(NotFound):
        invoicing.name_account(session, payout.id, payee, actor_id=leaves.user_id, now=clock.now())
    invoicing.name_account(session, payout.id, payee, actor_id=lead, now=clock.now())
    finance = accounts.staff(session, Role.FINANCE).id
    invoicing.note_paid(session, payout.id, paid_on=date(2027, 3, 1), actor_id=finance, now=clock.now())

    (note,) = make.papers_of(session, PaperKind.CREDIT_NOTE)
    assert (note.gross_cents, note.refers_to_id) == (80_000, paper.id)
    assert (payment_of(session, leaves).refunded_cents, payment_of(session, stays).refunded_cents) == (80_000, 0)
    assert (leaves.state, stays.state) == (S.WITHDRAWN, S.CONFIRMED)
    balances = sa.select(LedgerLine.account, sa.func.sum(LedgerLine.amount_cents)).group_by(LedgerLine.account)
    assert {account: cents for account, cents in session.execute(balances) if cents} == {
        Account.BANK: 105_000, Account.REFUNDS: 80_000, Account.REVENUE: -185_000,
    }  # fmt: skip


def test_who_leads_the_house_is_asked_for_the_account_and_whoever_left_is_told_so(session: Session, signed_in: Any):
    summit = places.summit(session, bank_accounts=(ACCOUNT,))
    house = accounts.organization(session, name="Kibo Trading")
    lead = accounts.user(session, name="Fumi Ota").id
    accounts.member(session, organization=house, person=session.get_one(accounts.User, lead), role=Role.FOCAL_POINT)
    leaves = in_group(session, summit, house, "Aiko Tanaka")
    paper = invoicing.issue_group_invoice(session, house.id, "USD", actor_id=lead, now=clock.now())
    make.take_in(session, make.csv_of(("2027-03-05", "925.00", "Kibo Trading", paper.number)))
    session.commit()
    outbox.deliver_due(clock.now())
    visitor = signed_in(leaves.user_id)
    assert "$800.00 would go back to your organization" in visitor.get("/apply/status").text
    assert "$800.00 goes back to your organization" in visitor.get("/apply/withdraw").text
    visitor.post("/apply/withdraw", {"shown_refund_cents": "80000"})
    outbox.deliver_due(clock.now())
    session.expire_all()
    payout = session.scalars(sa.select(Payout.id)).one()
    told = {(mail.subject, mail.recipients): mail.text for mail in session.scalars(sa.select(MailboxMessage))}
    address = {one: session.get_one(accounts.User, one).email for one in (lead, leaves.user_id)}
    assert told["To which account may we send $800.00?", address[lead]].startswith("Dear Fumi Ota,")
    said = told[f"You have withdrawn from {summit.settings.name}", address[leaves.user_id]]
    assert "goes back to your organization, which paid" in said
    where = f"/payouts/{payout}/account"
    assert where not in visitor.get("/apply/status").html
    visitor.get(where, status=404)
    assert where in signed_in(lead).get(f"/organizations/{house.id}/invoices").html
    signed_in(lead).get(where)


@pytest.mark.answers("ask 11")
def test_money_of_the_house_that_comes_after_one_left_is_the_houses_to_call_back(session: Session):
    summit = places.summit(session, bank_accounts=(ACCOUNT,))
    house = accounts.organization(session, name="Kibo Trading")
    lead = accounts.member(session, organization=house, role=Role.FOCAL_POINT).user_id
    leaves = in_group(session, summit, house, "Aiko Tanaka")
    paper = invoicing.issue_group_invoice(session, house.id, "USD", actor_id=lead, now=clock.now())
    services.withdraw(session, leaves.id, actor_id=leaves.user_id, now=clock.now())
    make.take_in(session, make.csv_of(("2027-03-05", "925.00", "Kibo Trading", paper.number)))
    (entry,) = make.entries(session)
    by = accounts.staff(session, Role.FINANCE).id
    invoicing.confirm_match(session, entry.id, seen_paper_id=paper.id, actor_id=by, now=clock.now())
    services.settle_late_money(session, leaves.id, now=clock.now())
    payout = session.scalars(sa.select(Payout)).one()
    payee = invoicing.checked_payee("Kibo Trading", make.IBAN, "", "", "")
    with pytest.raises(NotFound):
        invoicing.name_account(session, payout.id, payee, actor_id=leaves.user_id, now=clock.now())
    invoicing.name_account(session, payout.id, payee, actor_id=lead, now=clock.now())
    assert (payout.amount_cents, leaves.state) == (92_500, S.WITHDRAWN)
