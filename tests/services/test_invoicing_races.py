"""A hundred papers at the same moment, some of them rolled back: numbers without a gap and without a twin."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.clock import now as real_now
from app.core.db import transaction
from app.invoicing import services
from app.invoicing.models import Paper, PaperCounter
from app.invoicing.rules.facts import Draft, Line
from app.invoicing.states import PaperKind
from app.payments.models import LedgerLine, Payment, Transfer
from app.payments.states import PaymentState
from tests.factories import invoicing as make
from tests.services import test_scheduling_races

own_app = test_scheduling_races.own_app
CLIENTS, FAILING = 100, 20


class Changed(Exception):
    """Somebody thought better of it after the number was taken."""


@pytest.mark.answers("ask 4")
def test_a_hundred_at_once_are_numbered_without_a_gap_though_some_roll_back(own_app: Flask):
    draft = Draft(
        PaperKind.RECEIPT, "USD", make.SOLD.seller, make.SOLD.buyer, (Line("A place", 100),), "VAT", 810, "UTC"
    )
    start = threading.Barrier(CLIENTS)

    def client(number: int) -> None:
        with own_app.app_context():
            start.wait(30)
            try:
                with transaction() as session:
                    services.issue(session, draft, cause=f"race:{number}", payer_id=None, actor_id=None, now=real_now())
                    if number < FAILING:
                        raise Changed
            except Changed:
                pass

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with own_app.app_context(), transaction() as session:
        numbers = list(session.scalars(sa.select(Paper.sequence).order_by(Paper.sequence)))
        assert numbers == list(range(1, CLIENTS - FAILING + 1))
        assert session.scalar(sa.select(PaperCounter.last)) == CLIENTS - FAILING
        assert len(set(session.scalars(sa.select(Paper.number)))) == CLIENTS - FAILING


def test_two_transfers_of_the_whole_sum_at_once_pay_once_and_owe_one_back(own_app: Flask):
    with own_app.app_context(), transaction() as session:
        payment_id = make.due(session).id
    start = threading.Barrier(2)

    def bank() -> None:
        with own_app.app_context():
            start.wait(30)
            with transaction() as session:
                make.pay(session, session.get_one(Payment, payment_id), 85_000)

    threads = [threading.Thread(target=bank) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with own_app.app_context(), transaction() as session:
        assert session.get_one(Payment, payment_id).state is PaymentState.SUCCEEDED
        assert sorted(session.scalars(sa.select(Transfer.applied_cents))) == [0, 85_000]
        sums = dict(
            session.execute(
                sa.select(LedgerLine.account, sa.func.sum(LedgerLine.amount_cents)).group_by("account")
            ).all()
        )
        assert {account.value: int(cents) for account, cents in sums.items() if cents} == {
            "bank": 170_000, "surplus": -85_000, "revenue": -85_000,
        }  # fmt: skip
