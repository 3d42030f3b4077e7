"""News of the provider that cannot be kept, cannot be applied, was lost, or comes under another name."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.core import clock
from app.core.access import Role
from app.core.db import db, transaction
from app.notifications import outbox
from app.payments import calls, moves, services
from app.payments import events as news
from app.payments import gateway as door
from app.payments.models import Payment, ProviderEvent
from app.payments.sandbox.faults import Fault, FaultKind
from app.payments.sandbox.webhooks import signature
from app.payments.states import AttemptKind, EventState, PaymentState, RefundState
from app.registration import services as admission
from app.registration.models import Place, Registration
from app.registration.states import RegistrationState
from tests.factories import accounts
from tests.factories import payments as make
from tests.factories import registration as places
from tests.factories.payments import Desk

FEE = 85_000
LATER = "4000000000007726"


@pytest.fixture
def desk(app: Flask, now: Any) -> Iterator[Desk]:
    """The application with a provider beside it."""
    with make.desk(app) as opened:
        yield opened


def failing_once(work: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """Return `work`, which fails with `error` the first time it is asked to do something."""
    waiting = [error]

    def work_or_fail(*args: Any, **named: Any) -> Any:
        if waiting:
            raise waiting.pop()
        return work(*args, **named)

    return work_or_fail


def charged(desk: Desk) -> Any:
    """A payment that the provider has charged; its news has not left the provider."""
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    outbox.deliver_due(clock.now())
    desk.posted.clear()
    return payment_id


@pytest.mark.answers("bug 8")
def test_news_that_cannot_be_kept_is_not_thanked_for_and_comes_again(desk, monkeypatch):
    payment_id = charged(desk)
    busy = OperationalError("INSERT", {}, Exception("database is locked"))
    monkeypatch.setattr(news, "keep_event", failing_once(news.keep_event, busy))
    desk.settle()
    assert desk.posted.count(503) == 1
    clock.advance(timedelta(minutes=1))
    desk.settle()
    assert desk.posted.count(503) == 1
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED
    assert desk.books(payment_id) == {"provider_clearing": FEE, "revenue": -FEE}


@pytest.mark.answers("bug 8", "ask 16")
def test_news_that_is_kept_is_applied_until_it_holds(desk, monkeypatch):
    payment_id = charged(desk)
    failing = failing_once(lambda _session, _payment, _now: None, RuntimeError("a follower fails"))
    monkeypatch.setitem(services.on_change, "test", failing)
    desk.settle()
    assert set(desk.posted) == {200}
    with transaction() as session:
        waiting = session.scalars(sa.select(ProviderEvent.kind).where(ProviderEvent.state == EventState.KEPT)).all()
    assert len(waiting) == 1, "what failed was rolled back whole, and the event still waits"
    clock.advance(timedelta(minutes=10))
    desk.settle()
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED
    assert desk.books(payment_id) == {"provider_clearing": FEE, "revenue": -FEE}
    with transaction() as session:
        assert EventState.KEPT not in session.scalars(sa.select(ProviderEvent.state)).all()


def only(desk: Desk, kind: str) -> None:
    """Let one kind of the provider's news arrive and lose every other."""

    def post(body: bytes, headers: dict[str, str]) -> int:
        told = json.loads(body)
        if kind == "charge.refund.updated" and told["type"] == "refund.updated":
            told["type"] = kind  # what the provider still says to receivers set up long ago
        if told["type"] != kind:
            return 200
        content = json.dumps(told).encode()
        signed = {**headers, "Stripe-Signature": signature(content, "whsec_test", int(clock.now().timestamp()))}
        return desk.app.test_client().post("/payments/events", data=content, headers=signed).status_code

    while outbox.deliver_due(clock.now()) + desk.sandbox.deliver_pending(post):
        pass


@pytest.mark.answers("bug 9")
@pytest.mark.parametrize("kind", ["refund.created", "refund.updated", "charge.refunded", "charge.refund.updated"])
@pytest.mark.parametrize("whose", ["asked for here", "made at the provider"])
def test_a_refund_counts_whichever_of_its_events_arrives(desk, kind, whose):
    payment_id = desk.paid(LATER)
    if whose == "asked for here":
        desk.refund(payment_id, 20_000)
    else:
        desk.sandbox.provider.create_refund(desk.sandbox.store.all("charge")[0], {"amount": 20_000})
    only(desk, kind)
    page = desk.look(payment_id)
    assert [(refund.state, refund.amount.cents) for refund in page.refunds] == [(RefundState.SUCCEEDED, 20_000)]
    assert (page.payment.refunded_cents, page.payment.state) == (20_000, PaymentState.SUCCEEDED)
    assert desk.books(payment_id) == {"provider_clearing": FEE - 20_000, "refunds": 20_000, "revenue": -FEE}


@pytest.mark.answers("ask 16")
def test_a_refund_whose_news_was_lost_is_settled_by_the_hourly_job(desk):
    payment_id = desk.paid(LATER)
    desk.sandbox.faults.add(Fault(FaultKind.WEBHOOK_DROP, times=99))
    desk.refund(payment_id, 20_000)
    desk.settle()
    desk.sandbox.faults.clear()
    assert [refund.state for refund in desk.look(payment_id).refunds] == [RefundState.PENDING]
    clock.advance(timedelta(hours=1))
    with transaction() as session:
        outbox.queue(session, "payments.reconcile", {}, now=clock.now())
    desk.settle()
    assert [refund.state for refund in desk.look(payment_id).refunds] == [RefundState.SUCCEEDED]
    assert desk.row(payment_id).attention is None


def approved(desk: Desk) -> tuple[Any, Any]:
    """An application that was approved and whose card is being charged, and its payment."""
    with transaction() as session:
        made = places.cleared(session, places.registration(session, state=RegistrationState.IN_REVIEW))
        payment = make.payment(
            session, subject_kind="registration", subject_id=made.id, payer_id=made.user_id
        )  # fmt: skip
        by = accounts.staff(session, Role.REVIEWER).id
        registration_id, payment_id = made.id, payment.id
    desk.save_card(payment_id)
    with transaction() as session:
        admission.approve(session, registration_id, actor_id=by, now=clock.now(), max_list_age_days=None)
    return registration_id, payment_id


@pytest.mark.answers("bug 2")
def test_a_second_payment_given_back_leaves_the_place_confirmed(desk):
    registration_id, payment_id = approved(desk)
    with transaction() as session:
        again = moves.open_attempt(session, session.get_one(Payment, payment_id), AttemptKind.PAY_PAGE, now=clock.now())
    wanted = calls.page_wanted(db(), again.id, success_url="http://ours/r", cancel_url="http://ours/b")
    desk.sandbox.fill_in(door.gateway().open_page(wanted).url)
    desk.settle()
    with transaction() as session:
        found = session.get_one(Registration, registration_id)
        held = session.scalars(sa.select(Place.released_at).where(Place.registration_id == registration_id)).all()
        assert admission.is_paid_for(session, registration_id)
    assert (found.state, set(held)) == (RegistrationState.CONFIRMED, {None})
    page = desk.look(payment_id)
    sent_back = [(refund.is_surplus, refund.state, refund.amount.cents) for refund in page.refunds]
    assert sent_back == [(True, RefundState.SUCCEEDED, 92_500)]
    assert (page.payment.state, page.payment.refunded_cents) == (PaymentState.SUCCEEDED, 0)
    assert len(desk.sandbox.store.all("charge")) == 2
