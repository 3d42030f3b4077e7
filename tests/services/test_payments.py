"""A payment from opening to refund, through the provider's client and signed events, in every way it can go."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, ids
from app.core.access import Role
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.core.money import Money
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.payments import moves, services
from app.payments.models import Attempt, LedgerLine, ProviderEvent
from app.payments.rules import OverRefund
from app.payments.sandbox.cards import CARDS
from app.payments.sandbox.faults import Fault, FaultKind
from app.payments.states import AttemptKind, AttemptState, EventState, PaymentState, RefundState
from tests.factories import accounts as people
from tests.factories import payments as make
from tests.factories.payments import Desk

ASKS, BROKE, DECLINES = "4000002500003155", "4000000000009995", "4000000000000341"
LATER, RETURNED, DISPUTED = "4000000000007726", "4000000000005126", "4000000000000259"
FEE = 85_000
PAID = {"provider_clearing": FEE, "revenue": -FEE}


@pytest.fixture
def desk(app: Flask, now: Any) -> Iterator[Desk]:
    """The application with a provider beside it."""
    with make.desk(app) as opened:
        yield opened


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[PaymentState]:
    """The states that whoever follows payments of kind `test` was told of."""
    heard: list[PaymentState] = []
    monkeypatch.setitem(services.on_change, "test", lambda _session, payment, _now: heard.append(payment.state))
    return heard


def mails(desk: Desk) -> list[str]:
    outbox.deliver_due(clock.now())
    with transaction() as session:
        return list(session.scalars(sa.select(MailboxMessage.subject).order_by(MailboxMessage.received_at)))


def attempts(desk: Desk) -> list[tuple[AttemptKind, AttemptState]]:
    with transaction() as session:
        found = session.execute(sa.select(Attempt.kind, Attempt.state).order_by(Attempt.created_at, Attempt.number))
        return [(kind, state) for kind, state in found]


def test_a_card_is_saved_only_when_the_provider_says_so_and_only_its_last_digits_are_kept(desk, told):
    payment_id = desk.open()
    url = desk.page(payment_id, AttemptKind.CARD_PAGE)
    desk.sandbox.fill_in(url)
    assert desk.row(payment_id).state is PaymentState.CREATED
    desk.settle()
    row = desk.row(payment_id)
    assert (row.state, row.card_brand, row.card_last4) == (PaymentState.CARD_SAVED, "visa", "4242")
    assert told == [PaymentState.CARD_SAVED]


@pytest.mark.answers("ask 9")
def test_the_answer_to_a_charge_marks_nothing_paid_the_event_does(desk, told):
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    outbox.deliver_due(clock.now())
    assert desk.row(payment_id).state is PaymentState.PROCESSING
    assert desk.books(payment_id) == {"receivable": FEE, "revenue": -FEE}
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED
    assert desk.books(payment_id) == PAID
    assert told == [PaymentState.CARD_SAVED, PaymentState.PROCESSING, PaymentState.SUCCEEDED]
    assert set(desk.posted) == {200}


def test_a_payer_is_told_of_the_money_once(desk):
    desk.paid()
    assert mails(desk) == ["We received your payment for Place at the summit"]


@pytest.mark.parametrize(("card", "words"), [(BROKE, "insufficient funds"), (DECLINES, "declined")])
def test_a_declined_card_fails_the_charge_and_a_pay_page_settles_it(desk, told, card, words):
    payment_id = desk.paid(card)
    row = desk.row(payment_id)
    assert row.state is PaymentState.FAILED
    assert words in str(row.failure)
    assert mails(desk) == ["Please pay for Place at the summit"]
    desk.sandbox.fill_in(desk.page(payment_id, AttemptKind.PAY_PAGE))
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED
    assert desk.books(payment_id) == PAID
    assert told[-2:] == [PaymentState.FAILED, PaymentState.SUCCEEDED]


def test_a_bank_that_wants_the_cardholder_gets_them_on_a_pay_page_before_a_deadline(desk):
    payment_id = desk.paid(ASKS)
    row = desk.row(payment_id)
    assert row.state is PaymentState.REQUIRES_ACTION
    assert row.pay_by == clock.now() + timedelta(days=7)
    assert mails(desk) == ["Please pay for Place at the summit"]
    url = desk.page(payment_id, AttemptKind.PAY_PAGE)
    assert desk.sandbox.fill_in(url, ASKS).location.endswith("/authenticate")
    desk.sandbox.authenticate(url, agreed=False)
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.REQUIRES_ACTION
    desk.sandbox.fill_in(url, ASKS)
    desk.sandbox.authenticate(url)
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED
    assert desk.books(payment_id) == PAID


def test_without_a_saved_card_the_payer_is_asked_to_pay(desk):
    payment_id = desk.open()
    desk.charge(payment_id)
    assert desk.row(payment_id).state is PaymentState.REQUIRES_ACTION
    assert mails(desk) == ["Please pay for Place at the summit"]


def test_a_page_that_is_still_open_is_offered_again_and_an_old_one_is_not(desk):
    payment_id = desk.open()
    first = desk.page(payment_id, AttemptKind.CARD_PAGE)
    assert desk.page(payment_id, AttemptKind.CARD_PAGE) == first
    clock.advance(timedelta(hours=23))
    assert desk.page(payment_id, AttemptKind.CARD_PAGE) != first


def test_only_the_payer_goes_to_the_provider_and_only_when_there_is_something_to_do(desk):
    payment_id = desk.open()
    with transaction() as session, pytest.raises(NotFound):
        services.open_page(session, payment_id, AttemptKind.CARD_PAGE, payer_id=ids.new_id(), now=clock.now())
    with pytest.raises(Refused):
        desk.page(payment_id, AttemptKind.PAY_PAGE)
    paid = desk.paid()
    for kind in (AttemptKind.CARD_PAGE, AttemptKind.PAY_PAGE):
        with pytest.raises(Refused):
            desk.page(paid, kind)


def test_the_newest_card_is_used_whichever_news_comes_first(desk):
    payment_id = desk.open()
    first = desk.page(payment_id, AttemptKind.CARD_PAGE)
    clock.advance(timedelta(hours=23))
    second = desk.page(payment_id, AttemptKind.CARD_PAGE)
    desk.sandbox.fill_in(first, "5555555555554444")
    desk.sandbox.fill_in(second)
    desk.sandbox.faults.add(Fault(FaultKind.WEBHOOK_REORDER))
    desk.settle()
    assert desk.row(payment_id).card_last4 == "4242"


@pytest.mark.check("L2")
def test_a_payment_is_charged_once_for_one_amount(desk):
    payment_id = desk.paid()
    with pytest.raises(TransitionRefused):
        desk.charge(payment_id)
    with pytest.raises(Refused):
        desk.charge(payment_id, 90_000)
    broke = desk.paid(BROKE)
    with pytest.raises(Refused, match="was asked for before"):
        desk.charge(broke, 1)


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_is_not_charged(desk, cents):
    payment_id = desk.open()
    with pytest.raises(InvalidInput):
        desk.charge(payment_id, cents)


@pytest.mark.check("I7")
def test_a_charge_whose_answer_is_lost_until_we_give_up_is_made_once(desk):
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    desk.sandbox.faults.add(Fault(FaultKind.RESET_AFTER, "payment_intents", times=3))
    outbox.deliver_due(clock.now())
    assert desk.row(payment_id).state is PaymentState.PROCESSING
    clock.advance(timedelta(minutes=10))
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED
    assert len(desk.sandbox.store.all("charge")) == 1


def test_a_provider_that_will_not_try_the_card_sends_the_payer_a_pay_link(desk):
    payment_id = desk.open()
    desk.save_card(payment_id)
    with transaction() as session:
        session.get_one(make.Payment, payment_id).card_ref = "pm_gone"
    desk.charge(payment_id)
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.FAILED
    assert mails(desk) == ["Please pay for Place at the summit"]


def test_money_goes_back_in_steps_and_is_booked_when_the_provider_says_it_went(desk):
    payment_id = desk.paid()
    desk.refund(payment_id, 12_500)
    assert [r.state for r in desk.look(payment_id).refunds] == [RefundState.REQUESTED]
    outbox.deliver_due(clock.now())
    assert [r.state for r in desk.look(payment_id).refunds] == [RefundState.PENDING]
    assert desk.row(payment_id).refunded_cents == 0
    desk.settle()
    page = desk.look(payment_id)
    assert [r.state for r in page.refunds] == [RefundState.SUCCEEDED]
    assert (page.payment.state, page.payment.refunded_cents, page.left_cents) == (
        PaymentState.SUCCEEDED,
        12_500,
        72_500,
    )
    assert desk.books(payment_id) == {"provider_clearing": 72_500, "refunds": 12_500, "revenue": -FEE}
    assert "$125.00 goes back to you" in mails(desk)


def test_refunds_asked_for_together_never_exceed_the_charge(desk):
    payment_id = desk.paid()
    desk.refund(payment_id, 80_000)
    with pytest.raises(OverRefund, match=r"At most \$50.00"):
        desk.refund(payment_id, 5_001)
    desk.refund(payment_id, 5_000)
    desk.settle()
    assert desk.books(payment_id) == {"refunds": FEE, "revenue": -FEE}


def test_the_database_itself_refuses_more_refunded_than_charged(desk):
    payment_id = desk.paid()
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.get_one(make.Payment, payment_id).refunded_cents = FEE + 1


@pytest.mark.parametrize("amount", [0, -5])
def test_a_refund_needs_an_amount_a_reason_and_a_payment_that_succeeded(desk, amount):
    payment_id = desk.paid()
    with pytest.raises(InvalidInput):
        desk.refund(payment_id, amount)
    with transaction() as session, pytest.raises(InvalidInput):
        services.request_refund(session, payment_id, amount_cents=1, reason=" ", actor_id=None, now=clock.now())
    with pytest.raises(Refused):
        desk.refund(desk.open(), 1)


def test_nobody_refunds_their_own_payment_or_on_an_old_page(desk):
    with transaction() as session:
        finance = people.staff(session, Role.FINANCE).id
    own, other = desk.paid(payer_id=finance), desk.paid()

    def by_hand(payment_id: Any, shown: int) -> None:
        with transaction() as session:
            services.refund_by_hand(
                session, payment_id, amount_cents=1_000, reason="Kind.", shown_left_cents=shown, actor_id=finance,
                now=clock.now(),
            )  # fmt: skip

    with pytest.raises(Refused, match="own payment"):
        by_hand(own, FEE)
    by_hand(other, FEE)
    with pytest.raises(Refused, match="meanwhile"):
        by_hand(other, FEE)


def test_a_refund_may_take_its_time(desk):
    payment_id = desk.paid(LATER)
    desk.refund(payment_id, 1_000)
    desk.settle()
    assert desk.row(payment_id).refunded_cents == 1_000


def test_a_refund_the_bank_sends_back_is_money_here_again_and_finance_is_told(desk):
    with transaction() as session:
        people.staff(session, Role.FINANCE)
    payment_id = desk.paid(RETURNED)
    desk.refund(payment_id, 1_000)
    desk.settle()
    row = desk.row(payment_id)
    assert row.refunded_cents == 0
    assert "failed" in str(row.attention)
    assert desk.books(payment_id) == PAID
    assert "Place at the summit needs a look" in mails(desk)


def test_a_refund_the_provider_will_not_make_fails_and_says_so(desk):
    payment_id = desk.paid()
    desk.sandbox.faults.add(Fault(FaultKind.WEBHOOK_DROP, times=9))
    desk.sandbox.provider.create_refund(desk.sandbox.store.all("charge")[0], {})
    desk.refund(payment_id, 1_000)
    desk.settle()
    page = desk.look(payment_id)
    assert [r.state for r in page.refunds] == [RefundState.FAILED]
    assert page.left_cents == FEE


def test_money_that_is_disputed_is_not_refunded_as_well(desk):
    payment_id = desk.paid(DISPUTED)
    with pytest.raises(Refused, match="dispute"):
        desk.refund(payment_id, 1_000)
    assert (desk.look(payment_id).left_cents, desk.row(payment_id).disputed_cents) == (0, FEE)


def test_a_refund_made_at_the_providers_desk_is_taken_into_the_books(desk):
    payment_id = desk.paid()
    [charge] = desk.sandbox.store.all("charge")
    desk.sandbox.provider.create_refund(charge, {"amount": 2_000})
    desk.settle()
    page = desk.look(payment_id)
    assert page.payment.refunded_cents == 2_000
    assert [r.reason for r in page.refunds] == ["Made at the payment provider, not here."]


@pytest.mark.parametrize(("won", "books"), [(True, PAID), (False, {"disputes": FEE, "revenue": -FEE})])
def test_a_dispute_holds_the_money_back_and_winning_brings_it_home(desk, won, books):
    payment_id = desk.paid(DISPUTED)
    assert desk.books(payment_id) == {"disputes": FEE, "revenue": -FEE}
    [dispute] = desk.sandbox.store.all("dispute")
    desk.sandbox.provider.close_dispute(dispute, won=won)
    desk.settle()
    assert desk.books(payment_id) == books
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED


def void(payment_id: Any) -> None:
    with transaction() as session:
        services.void_payment(session, payment_id, reason="Withdrawn.", actor_id=None, now=clock.now())


def test_a_void_payment_owes_nothing_and_its_pages_take_no_money(desk):
    payment_id = desk.paid(BROKE)
    url = desk.page(payment_id, AttemptKind.PAY_PAGE)
    void(payment_id)
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.VOIDED
    assert desk.books(payment_id) == {}
    assert desk.sandbox.fill_in(url).status == 410
    with pytest.raises(TransitionRefused):
        void(payment_id)


def test_a_charge_voided_before_it_left_is_never_made(desk):
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    void(payment_id)
    desk.settle()
    assert desk.sandbox.store.all("charge") == []


def test_money_that_arrives_after_voiding_is_a_fact_and_its_follower_may_send_it_back(desk, monkeypatch):
    def send_back(session: Any, payment: Any, now: Any) -> None:
        if payment.state is PaymentState.SUCCEEDED:
            services.request_refund(
                session,
                payment.id,
                amount_cents=payment.amount_cents,
                reason="The place is gone.",
                actor_id=None,
                now=now,
            )

    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    outbox.deliver_due(clock.now())
    void(payment_id)
    monkeypatch.setitem(services.on_change, "test", send_back)
    desk.settle()
    row = desk.row(payment_id)
    assert (row.state, row.refunded_cents) == (PaymentState.SUCCEEDED, FEE)
    assert desk.books(payment_id) == {"refunds": FEE, "revenue": -FEE}


@pytest.mark.answers("bug 2")
@pytest.mark.parametrize("turned", [False, True])
def test_money_that_comes_twice_pays_once_and_the_rest_goes_back_by_itself(desk, turned):
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    with transaction() as session:
        payment = session.get_one(make.Payment, payment_id)
        second = moves.open_attempt(session, payment, AttemptKind.PAY_PAGE, now=clock.now())
    wanted = make.calls.page_wanted(db(), second.id, success_url="http://ours/r", cancel_url="http://ours/b")
    desk.sandbox.fill_in(make.door.gateway().open_page(wanted).url)
    [job] = outbox.due(clock.now())
    outbox.deliver(job, now=clock.now())
    if turned:
        desk.sandbox.faults.add(Fault(FaultKind.WEBHOOK_REORDER))
    desk.settle()
    page = desk.look(payment_id)
    assert (page.payment.state, page.payment.refunded_cents) == (PaymentState.SUCCEEDED, 0)
    assert [(r.is_surplus, r.state, r.amount) for r in page.refunds] == [
        (True, RefundState.SUCCEEDED, Money(FEE, "USD"))
    ]
    assert desk.books(payment_id) == PAID
    assert sorted(state for kind, state in attempts(desk) if kind is not AttemptKind.CARD_PAGE) == [
        "succeeded",
        "surplus",
    ]


def test_two_successful_charges_of_one_payment_are_refused_by_the_database(desk):
    payment_id = desk.paid()
    with transaction() as session:
        second = moves.open_attempt(
            session, session.get_one(make.Payment, payment_id), AttemptKind.PAY_PAGE, now=clock.now()
        ).id
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.get_one(Attempt, second).state = AttemptState.SUCCEEDED


@pytest.mark.check("I6")
def test_money_of_another_amount_parks_the_payment_and_finance_is_told(desk):
    with transaction() as session:
        people.staff(session, Role.FINANCE)
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    outbox.deliver_due(clock.now())
    [intent] = desk.sandbox.store.all("payment_intent")
    desk.sandbox.store.put("payment_intent", {**intent, "amount_received": 84_999})
    desk.settle()
    row = desk.row(payment_id)
    assert row.state is PaymentState.PROCESSING
    assert "$849.99 arrived where $850.00 was asked for" in str(row.attention)
    assert "Place at the summit needs a look" in mails(desk)


def test_an_event_about_somebody_elses_charge_is_kept_with_its_refusal(desk):
    customer = desk.sandbox.provider.create_customer({})
    method = desk.sandbox.provider.keep_card(
        CARDS["4242424242424242"], {"customer": customer["id"], "name": ""}, (1, 2099)
    )
    intent = desk.sandbox.provider.create_intent(
        {"amount": 5, "currency": "usd", "customer": customer["id"], "payment_method": method["id"]}
    )
    desk.sandbox.provider.confirm(intent, present=True)
    desk.settle()
    with transaction() as session:
        refused = session.scalars(sa.select(ProviderEvent).where(ProviderEvent.state == EventState.REFUSED)).all()
    assert [(event.kind, event.refusal) for event in refused] == [
        ("payment_intent.succeeded", "No payment of ours asked for this charge.")
    ]


@pytest.mark.parametrize("statement", ["UPDATE ledger_lines SET amount_cents = 1", "DELETE FROM ledger_lines"])
def test_the_books_cannot_be_changed(desk, statement):
    desk.paid()
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), transaction() as session:
        session.execute(sa.text(statement))


def test_every_posting_sums_to_zero(desk):
    for card in ("4242424242424242", ASKS, RETURNED, DISPUTED):
        desk.refund(desk.paid(card), 100) if card == RETURNED else desk.paid(card)
    desk.settle()
    with transaction() as session:
        wanted = sa.select(sa.func.sum(LedgerLine.amount_cents)).group_by(LedgerLine.posting, LedgerLine.currency)
        sums = set(session.scalars(wanted))
    assert sums == {0}


def test_each_move_is_in_the_record_with_before_and_after(desk):
    from app.core.audit import AuditEntry

    payment_id = desk.paid()
    with transaction() as session:
        wanted = sa.select(AuditEntry).where(AuditEntry.subject_id == str(payment_id)).order_by(AuditEntry.sequence)
        entries = session.scalars(wanted).all()
    assert [(entry.action, entry.before, entry.after) for entry in entries] == [
        ("payment.opened", None, "created"),
        ("payment.card_saved", "created", "card_saved"),
        ("payment.processing", "card_saved", "processing"),
        ("payment.succeeded", "processing", "succeeded"),
    ]
