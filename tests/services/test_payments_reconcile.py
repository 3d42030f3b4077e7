"""The books beside the provider's: what was lost is found, and fetched when asked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.access import Role
from app.core.db import transaction
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.payments import services
from app.payments.compare import DifferenceKind
from app.payments.gateway import ProviderRefused
from app.payments.models import Payment
from app.payments.sandbox.faults import Fault, FaultKind
from app.payments.states import PaymentState
from tests.factories import accounts as people
from tests.factories import payments as make
from tests.factories.payments import Desk


@pytest.fixture
def desk(app: Flask, now: Any) -> Iterator[Desk]:
    """The application with a provider beside it."""
    with make.desk(app) as opened:
        yield opened


def reconcile(desk: Desk, *options: str) -> tuple[int, str]:
    """Run the command an hour later and return its exit code and what it printed."""
    clock.advance(timedelta(hours=1))
    result = desk.app.test_cli_runner().invoke(args=["payments", "reconcile", *options])
    return result.exit_code, result.output


def lose_the_news(desk: Desk) -> Any:
    """A payment charged at the provider whose events never arrived."""
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    desk.sandbox.faults.add(Fault(FaultKind.WEBHOOK_DROP, times=99))
    desk.settle()
    desk.sandbox.faults.clear()
    assert desk.row(payment_id).state is PaymentState.PROCESSING
    return payment_id


def test_books_that_agree_exit_0(desk):
    desk.refund(desk.paid(), 1_000)
    desk.settle()
    desk.paid("4000000000000341")
    assert reconcile(desk) == (0, "The books agree.\n")


@pytest.mark.answers("ask 16")
@pytest.mark.check("I8")
def test_a_lost_webhook_is_named_and_with_apply_fetched(desk):
    payment_id = lose_the_news(desk)
    code, said = reconcile(desk)
    assert (code, said.split("\t")[0]) == (1, DifferenceKind.LOST_WEBHOOK)
    assert desk.row(payment_id).state is PaymentState.PROCESSING
    assert reconcile(desk, "--apply") == (0, "The books agree.\n")
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED


@pytest.mark.check("I8")
def test_a_stray_refund_is_named_and_with_apply_taken_into_the_books(desk):
    payment_id = desk.paid()
    desk.sandbox.faults.add(Fault(FaultKind.WEBHOOK_DROP, times=99))
    desk.sandbox.provider.create_refund(desk.sandbox.store.all("charge")[0], {"amount": 500})
    desk.settle()
    desk.sandbox.faults.clear()
    code, said = reconcile(desk)
    assert (code, said.split("\t")[0]) == (1, DifferenceKind.STRAY_REFUND)
    assert reconcile(desk, "--apply")[0] == 0
    assert desk.row(payment_id).refunded_cents == 500


@pytest.mark.check("I8")
def test_what_was_paid_but_not_given_is_named(desk, monkeypatch):
    monkeypatch.setitem(services.is_fulfilled, "test", lambda _session, _subject_id: False)
    payment_id = desk.paid()
    code, said = reconcile(desk)
    assert (code, said.split("\t")[:2]) == (1, [DifferenceKind.PAID_BUT_UNFULFILLED, str(payment_id)])
    desk.refund(payment_id, 85_000)
    desk.settle()
    assert reconcile(desk)[0] == 0


def test_a_charge_that_is_nobodys_is_named(desk):
    sandbox = desk.sandbox
    method = sandbox.provider.keep_card(make_card(), {"customer": None, "name": ""}, (1, 2099))
    intent = sandbox.provider.create_intent({"amount": 700, "currency": "usd", "payment_method": method["id"]})
    sandbox.provider.confirm(intent, present=True)
    code, said = reconcile(desk)
    assert (code, said.split("\t")[0]) == (1, DifferenceKind.STRAY_CHARGE)


def make_card() -> Any:
    from app.payments.sandbox.cards import CARDS

    return CARDS["4242424242424242"]


def test_books_that_contradict_a_payment_are_named(desk):
    payment_id = desk.paid()
    with transaction() as session:
        session.get_one(Payment, payment_id).refunded_cents = 1
    code, said = reconcile(desk)
    assert (code, said.split("\t")[0]) == (1, DifferenceKind.LEDGER)


@pytest.mark.answers("ask 16")
def test_the_hourly_job_fetches_what_was_lost_and_tells_finance_what_is_left(desk, monkeypatch):
    monkeypatch.setitem(services.is_fulfilled, "test", lambda _session, _subject_id: False)
    with transaction() as session:
        people.staff(session, Role.FINANCE)
    payment_id = lose_the_news(desk)
    clock.advance(timedelta(hours=1))
    for _ in range(3):
        with transaction() as session:
            outbox.queue(session, "payments.reconcile", {}, now=clock.now())
        desk.settle()
        clock.advance(timedelta(hours=1))
    row = desk.row(payment_id)
    assert row.state is PaymentState.SUCCEEDED
    assert "not given" in str(row.attention)
    with transaction() as session:
        subjects = list(session.scalars(sa.select(MailboxMessage.subject)))
    assert subjects.count("The books do not agree") == 1


def test_a_provider_that_does_not_answer_is_a_refusal_not_a_crash(desk, monkeypatch):
    def silent(*_: Any) -> Any:
        raise ProviderRefused("The payment provider would not do this.")

    monkeypatch.setattr(make.door.Gateway, "intents_since", silent)
    result = desk.app.test_cli_runner().invoke(args=["payments", "reconcile"])
    assert (result.exit_code, result.output) == (1, "The payment provider would not do this.\n")
