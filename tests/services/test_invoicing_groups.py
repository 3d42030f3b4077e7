"""One invoice for a delegation, and money that goes back by bank."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.invoicing import services
from app.invoicing.models import GroupDue, Payout
from app.invoicing.rules.facts import Buyer
from app.invoicing.states import PaperKind, PayoutState
from app.notifications import outbox
from app.payments import services as payments
from app.payments.models import LedgerLine, Payment, Refund
from app.payments.states import Account, PaymentMethod, PaymentState, RefundState
from tests.factories import accounts as people
from tests.factories import invoicing as make

INVOICE, CREDIT = PaperKind.INVOICE, PaperKind.CREDIT_NOTE


@pytest.fixture
def house(session: Session) -> Any:
    """An organization with a focal point."""
    place = people.organization(session, name="Aozora Space K.K.")
    people.member(session, organization=place, role=Role.FOCAL_POINT)
    return place


@pytest.fixture(autouse=True)
def sells(monkeypatch: pytest.MonkeyPatch, house: Any) -> Iterator[None]:
    """Payments of kind `test` are places of members of that organization."""
    with make.sells(monkeypatch, organization_id=house.id):
        yield


@pytest.fixture
def finance(session: Session) -> UUID:
    """Somebody of the finance desk."""
    return people.user(session, name="Fina Nance").id


def member(session: Session, cents: int = 85_000) -> Payment:
    clock.advance(timedelta(minutes=1))
    return make.due(session, cents, method=PaymentMethod.GROUP)


def issue(session: Session, house: Any, actor_id: UUID | None = None) -> Any:
    return services.issue_group_invoice(session, house.id, "USD", actor_id=actor_id, now=clock.now())


def test_fees_of_a_delegation_are_gathered_and_invoiced_together_with_one_deadline(session: Session, house: Any):
    first, second = member(session), member(session, 92_500)
    assert make.papers_of(session) == []
    clock.advance(timedelta(days=2))
    buyer = Buyer("Aozora Space Development K.K.", tax_id="T123", order_number="PO-7", country="JP")
    services.keep_details(session, buyer, organization_id=house.id, actor_id=people.user(session).id, now=clock.now())
    paper = issue(session, house)
    assert (paper.is_group, paper.gross_cents, paper.buyer_name) == (True, 177_500, buyer.name)
    assert [line["gross_cents"] for line in paper.facts["lines"]] == [85_000, 92_500]
    assert paper.facts["buyer"]["order_number"] == "PO-7"
    assert paper.due_on == date(2027, 3, 31)
    assert first.pay_by == second.pay_by
    assert session.scalars(sa.select(GroupDue.payment_id)).all() == []
    with pytest.raises(Refused, match="No fee waits"):
        issue(session, house)


def test_nobody_asking_the_invoice_is_issued_by_itself_after_three_days(session: Session, house: Any):
    member(session)
    session.commit()
    outbox.deliver_due(clock.now())
    assert make.papers_of(session) == []
    outbox.deliver_due(clock.advance(timedelta(days=3)))
    assert [paper.is_group for paper in make.papers_of(session)] == [True]


def test_paying_it_pays_every_member_and_a_part_pays_the_first_first(session: Session, house: Any, finance: UUID):
    first, second = member(session), member(session, 92_500)
    paper = issue(session, house)
    make.take_in(session, make.csv_of(("2027-03-05", "1000.00", "Aozora", paper.number)))
    (entry,) = make.entries(session)
    assert "a part payment" in entry.reason
    services.confirm_match(session, entry.id, seen_paper_id=paper.id, actor_id=finance, now=clock.now())
    assert (first.state, second.state) == (PaymentState.SUCCEEDED, PaymentState.REQUIRES_ACTION)
    make.take_in(session, make.csv_of(("2027-03-06", "775.00", "Aozora", paper.number)))
    assert second.state is PaymentState.SUCCEEDED
    assert len(make.papers_of(session, PaperKind.RECEIPT)) == 2


@pytest.mark.answers("ask 11")
def test_a_member_who_leaves_is_credited_and_the_rest_is_still_to_be_paid(session: Session, house: Any):
    first, second = member(session), member(session, 92_500)
    paper = issue(session, house)
    payments.void_payment(session, first.id, reason="Withdrew.", actor_id=None, now=clock.now())
    (note,) = make.papers_of(session, CREDIT)
    assert (note.gross_cents, note.refers_to_id) == (85_000, paper.id)
    make.take_in(session, make.csv_of(("2027-03-06", "925.00", "Aozora", paper.number)))
    assert second.state is PaymentState.SUCCEEDED


def test_who_stands_on_the_delegations_invoice_cannot_pay_alone_and_who_does_not_can(session: Session, house: Any):
    alone, both = member(session), member(session)
    payer = alone.payer_id
    assert payer is not None
    services.choose(session, alone.id, PaymentMethod.CARD, actor_id=payer, now=clock.now())
    paper = issue(session, house)
    assert paper.gross_cents == 85_000
    assert both.payer_id is not None
    with pytest.raises(Refused, match="delegation's invoice"):
        services.choose(session, both.id, PaymentMethod.CARD, actor_id=both.payer_id, now=clock.now())


def payout_of(session: Session) -> Payout:
    return session.scalars(sa.select(Payout)).one()


def overpaid(session: Session) -> Payment:
    """A payment of which 50.00 are owed back."""
    payment = make.due(session)
    make.pay(session, payment, 90_000)
    return payment


def named(session: Session, payment: Payment) -> Payout:
    payee = services.checked_payee("Aiko Tanaka", make.IBAN, "", "", "")
    assert payment.payer_id
    services.name_account(session, payout_of(session).id, payee, actor_id=payment.payer_id, now=clock.now())
    return payout_of(session)


def bank(session: Session, account: Account) -> int:
    wanted = sa.select(sa.func.sum(LedgerLine.amount_cents)).where(LedgerLine.account == account)
    return int(session.scalar(wanted) or 0)


def test_money_goes_back_to_an_account_that_the_payer_names_and_that_stays_sealed(session: Session, finance: UUID):
    payment = overpaid(session)
    with pytest.raises(NotFound):
        services.name_account(
            session, payout_of(session).id, services.Payee("X", make.IBAN), actor_id=finance, now=clock.now()
        )
    payout = named(session, payment)
    assert (payout.state, payout.account_hint) == (PayoutState.READY, "… 3000")
    assert make.IBAN not in (payout.account or "")
    assert services.account_of(session, payout.id, actor_id=finance, reason="Pay it out.").iban == make.IBAN
    services.note_paid(session, payout.id, paid_on=date(2027, 3, 1), actor_id=finance, now=clock.now())
    assert (bank(session, Account.BANK), bank(session, Account.SURPLUS)) == (85_000, 0)
    assert session.scalars(sa.select(Refund.state)).one() is RefundState.SUCCEEDED
    assert make.papers_of(session, CREDIT) == []


def test_nobody_pays_out_to_themselves_or_ahead_of_time(session: Session, finance: UUID):
    payment = overpaid(session)
    payout = named(session, payment)
    assert payment.payer_id
    with pytest.raises(Refused, match="to themselves"):
        services.note_paid(session, payout.id, paid_on=date(2027, 3, 1), actor_id=payment.payer_id, now=clock.now())
    with pytest.raises(InvalidInput, match="lies ahead"):
        services.note_paid(session, payout.id, paid_on=date(2027, 3, 2), actor_id=finance, now=clock.now())


@pytest.mark.parametrize(
    ("iban", "bic", "number", "bank_name", "said"),
    [
        ("DE89370400440532013001", "", "", "", "IBAN is not right"),
        ("", "", "", "", "Write an IBAN, or an account number"),
        ("", "", "123", "", "Write an IBAN, or an account number"),
        (make.IBAN, "NOTABIC", "", "", "BIC is not right"),
    ],
)
def test_an_account_with_wrong_check_digits_is_refused(iban: str, bic: str, number: str, bank_name: str, said: str):
    with pytest.raises(InvalidInput, match=said):
        services.checked_payee("Aiko Tanaka", iban, bic, number, bank_name)


def test_a_payout_that_came_back_is_money_here_again_and_sent_again_is_credited_once(session: Session, finance: UUID):
    payment = make.due(session)
    make.pay(session, payment, 85_000)
    payments.request_refund(
        session, payment.id, amount_cents=20_000, reason="Agreed.", actor_id=finance, now=clock.now()
    )
    payout = named(session, payment)
    services.note_paid(session, payout.id, paid_on=date(2027, 3, 1), actor_id=finance, now=clock.now())
    services.note_came_back(session, payout.id, reason="Account closed.", actor_id=finance, now=clock.now())
    assert (payment.refunded_cents, bank(session, Account.BANK)) == (0, 85_000)
    assert payment.attention is not None
    assert [note.gross_cents for note in make.papers_of(session, CREDIT)] == [20_000]
    again = payments.request_refund(
        session, payment.id, amount_cents=20_000, reason="Again.", actor_id=finance, now=clock.now()
    )
    payments.note_paid_out(session, again.id, actor_id=finance, now=clock.now())
    assert [note.gross_cents for note in make.papers_of(session, CREDIT)] == [20_000]


def test_a_match_is_not_undone_while_its_money_goes_back_and_is_once_the_payout_is_called_off(
    session: Session, finance: UUID
):
    payment = make.due(session)
    transfer = make.pay(session, payment, 90_000)
    with pytest.raises(Refused, match="Call that payout off"):
        payments.undo_transfer(session, transfer, reason="Wrong.", actor_id=finance, now=clock.now())
    services.call_off(session, payout_of(session).id, reason="Matched wrongly.", actor_id=finance, now=clock.now())
    payments.undo_transfer(session, transfer, reason="Wrong.", actor_id=finance, now=clock.now())
    assert (payment.state, bank(session, Account.BANK)) == (PaymentState.REQUIRES_ACTION, 0)
