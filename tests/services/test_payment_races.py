"""One event sent fifty times at once to a real PostgreSQL, and the control that shows that the key matters."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.core import clock
from app.core.db import Database, transaction
from app.core.errors import Refused
from app.notifications.models import OutboxMessage
from app.payments.models import LedgerLine, ProviderEvent
from app.payments.sandbox.webhooks import signature
from app.payments.states import PaymentState
from tests.conftest import settings_for
from tests.databases import empty_tables, postgres_answers
from tests.factories import payments as make
from tests.factories.payments import Desk

COPIES = 50


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a PostgreSQL database of this test's own, so that its constraints can be taken away."""
    if not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with empty_tables("postgresql", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        database: Database = app.extensions["database"]
        yield app
        database.engine.dispose()


@pytest.fixture
def desk(own_app: Flask) -> Iterator[Desk]:
    """That application with a provider beside it."""
    with make.desk(own_app) as opened:
        yield opened


def charged(desk: Desk) -> tuple[make.UUID, bytes]:
    """A payment whose charge succeeded at the provider, and the event that says so, not yet received."""
    payment_id = desk.open()
    desk.save_card(payment_id)
    desk.charge(payment_id)
    make.outbox.deliver_due(clock.now())
    [event] = [e for e in desk.sandbox.store.all("event") if e["type"] == "payment_intent.succeeded"]
    return payment_id, json.dumps(event).encode()


def post_copies(app: Flask, body: bytes) -> list[int]:
    """Send a signed body fifty times at the same moment and return the fifty answers."""
    header = {"Stripe-Signature": signature(body, "whsec_test", int(time.time())), "Content-Type": "application/json"}
    together, answers = threading.Barrier(COPIES), []

    def send() -> None:
        client = app.test_client()
        together.wait(30)
        answers.append(client.post("/payments/events", data=body, headers=header).status_code)

    threads = [threading.Thread(target=send) for _ in range(COPIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def kept_and_queued(body: bytes) -> tuple[int, int]:
    """Return how many rows of the event were kept and how many jobs wait to apply it."""
    with transaction() as session:
        of_event = sa.select(sa.func.count()).where(ProviderEvent.provider_ref == json.loads(body)["id"])
        of_jobs = sa.select(sa.func.count()).where(
            OutboxMessage.kind == "payments.event", OutboxMessage.state == "queued"
        )
        return session.scalar(of_event) or 0, session.scalar(of_jobs) or 0


@pytest.mark.check("I4")
def test_fifty_copies_of_one_event_are_all_thanked_for_and_have_one_effect(desk, own_app, monkeypatch):
    told: list[PaymentState] = []
    monkeypatch.setitem(make.services.on_change, "test", lambda _session, payment, _now: told.append(payment.state))
    payment_id, body = charged(desk)
    told.clear()
    assert post_copies(own_app, body) == [200] * COPIES
    assert kept_and_queued(body) == (1, 1)
    desk.settle()
    assert told == [PaymentState.SUCCEEDED]
    with transaction() as session:
        booked = session.scalar(sa.select(sa.func.count()).where(LedgerLine.posting.startswith("charge:")))
    assert booked == 2
    assert desk.books(payment_id) == {"provider_clearing": 85_000, "revenue": -85_000}


@pytest.mark.check("I4")
def test_without_the_unique_event_id_the_same_fifty_copies_are_kept_more_than_once(desk, own_app):
    _payment_id, body = charged(desk)
    database: Database = own_app.extensions["database"]
    with database.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE provider_events DROP CONSTRAINT uq_provider_events_provider_ref"))
    post_copies(own_app, body)
    kept, queued = kept_and_queued(body)
    assert kept > 1
    assert queued > 1


@pytest.mark.check("I4")
def test_workers_that_apply_one_event_at_the_same_moment_book_it_once(desk, own_app):
    from app.payments import tasks

    payment_id, body = charged(desk)
    post_copies(own_app, body)
    with transaction() as session:
        event_id = session.scalars(
            sa.select(ProviderEvent.id).where(ProviderEvent.provider_ref == json.loads(body)["id"])
        ).one()
    together = threading.Barrier(8)

    def work() -> None:
        with own_app.app_context():
            together.wait(30)
            tasks.settle_event(event_id)

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert desk.books(payment_id) == {"provider_clearing": 85_000, "revenue": -85_000}
    assert desk.row(payment_id).state is PaymentState.SUCCEEDED


@pytest.mark.check("L1")
def test_refunds_asked_for_at_the_same_moment_never_exceed_the_charge(desk, own_app):
    payment_id = desk.paid()
    together, outcomes = threading.Barrier(8), []

    def ask() -> None:
        with own_app.app_context():
            together.wait(30)
            try:
                desk.refund(payment_id, 30_000)
                outcomes.append("asked")
            except Refused:
                outcomes.append("refused")

    people = [threading.Thread(target=ask) for _ in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert sorted(outcomes) == ["asked"] * 2 + ["refused"] * 6
