"""Jobs with the real consumer, the real queues and real deaths."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.config import Environment
from app.core import clock
from app.core.db import Database, db, transaction
from app.core.snapshot import snapshot
from app.notifications import jobs, mail, outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.notifications.states import MessageState
from tests.conftest import ROOT, settings_for
from tests.databases import REQUIRED, SERVER, empty_tables, postgres_answers
from tests.smtp import mail_server

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
PATIENCE_SECONDS = 30


def queue_address(kind: str, database_url: str) -> str:
    """Return the JOBS_URL of a queue of `kind`, empty when it is an outside server."""
    if kind == "redis":
        try:
            redis.Redis.from_url(REDIS, socket_connect_timeout=3).flushdb()
        except redis.ConnectionError:
            if REQUIRED:
                raise
            pytest.skip("Redis does not answer at TEST_REDIS_URL")
        return REDIS
    if kind == "postgresql":
        return database_url.replace("postgresql+psycopg://", "postgresql://")
    return ""


@contextmanager
def demo(database: str, queue: str, folder: Path) -> Iterator[Flask]:
    """A demo installation with a queue of its own, inside its application context."""
    if "postgresql" in (database, queue) and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with empty_tables(database, folder) as url:
        jobs_url = queue_address(queue, url if database == "postgresql" else SERVER)
        chosen = replace(
            settings_for(url, folder), environment=Environment.DEMO, jobs_url=jobs_url or None,
            stripe_webhook_secrets=("whsec_sandbox",),
        )  # fmt: skip
        app = create_app(chosen)
        opened: Database = app.extensions["database"]
        try:
            with app.app_context():
                yield app
        finally:
            if "jobs" in app.extensions:
                jobs.queue_of(app).storage.close()
            opened.engine.dispose()


def surroundings(app: Flask) -> dict[str, str]:
    """Return the environment that makes another process the same installation."""
    chosen = app.extensions["settings"]
    named = {
        "RENDEZVOUS_ENV": "demo", "DATABASE_URL": chosen.database_url, "VAR_FOLDER": str(chosen.var_folder),
        "SECRET_KEY": chosen.secret_key, "MAIL_TRANSPORT": chosen.mail_transport, "SMTP_URL": chosen.smtp_url or "",
        "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    return {**os.environ, **named, **({"JOBS_URL": chosen.jobs_url} if chosen.jobs_url else {})}


@contextmanager
def process(app: Flask, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python beside the test, as the same installation; it is killed when the test leaves it running."""
    running = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=surroundings(app), stderr=subprocess.PIPE, text=True
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def consumer(app: Flask, *, sweep: float = 600) -> "contextmanager[subprocess.Popen[str]]":
    return process(app, "-m", "flask", "--app", "app", "jobs", "consume", "--sweep", str(sweep))


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail after a while."""
    for _ in range(PATIENCE_SECONDS * 20):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("It did not happen in time.")


def mails_received() -> int:
    with snapshot() as session:
        return session.scalar(select(func.count()).select_from(MailboxMessage)) or 0


def state_of(message_id) -> OutboxMessage:
    with snapshot() as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()


def send_mail():
    with transaction() as session:
        return mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a"}, now=clock.now())


@pytest.mark.parametrize(
    ("database", "queue"), [("sqlite", "sqlite"), ("sqlite", "redis"), ("postgresql", "postgresql")]
)
def test_a_mail_is_delivered_right_after_commit_whatever_carries_the_news(tmp_path, database, queue):
    with demo(database, queue, tmp_path) as app, consumer(app) as running:
        send_mail()
        until(lambda: mails_received() == 1)
        send_mail()
        until(lambda: mails_received() == 2)
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_SECONDS) == 0
        assert (tmp_path / "audit-head.json").exists()


def test_the_sweep_delivers_what_nobody_announced(tmp_path):
    with demo("sqlite", "sqlite", tmp_path) as app, consumer(app, sweep=0.2):
        with jobs.by_hand():
            send_mail()
        until(lambda: mails_received() == 1)


def test_work_that_rolls_back_announces_nothing(tmp_path):
    with demo("sqlite", "sqlite", tmp_path) as app:
        session = app.extensions["database"].sessions()
        mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a"}, now=clock.now())
        session.rollback()
        session.close()
        assert jobs.queue_of(app).pending_count() == 0
        send_mail()
        assert jobs.queue_of(app).pending_count() == 1


def test_a_released_savepoint_announces_nothing_before_the_commit(tmp_path):
    with demo("sqlite", "sqlite", tmp_path) as app:
        with transaction() as session:
            with session.begin_nested():
                mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a"}, now=clock.now())
            assert jobs.queue_of(app).pending_count() == 0
        assert jobs.queue_of(app).pending_count() == 1


def test_a_queue_that_is_away_fails_no_request_and_loses_no_message(tmp_path):
    with demo("sqlite", "sqlite", tmp_path) as app:
        chosen = replace(app.extensions["settings"], jobs_url="redis://127.0.0.1:1/0")
        app.extensions["settings"] = chosen
        sent = send_mail()
        assert state_of(sent).state is MessageState.QUEUED
        assert outbox.deliver_due(clock.now()) == 1


def test_the_queue_holds_ids_and_nothing_that_could_be_run(tmp_path):
    with demo("sqlite", "sqlite", tmp_path) as app:
        sent = send_mail()
        [waiting] = jobs.queue_of(app).storage.enqueued_items()
        assert str(sent).encode() in bytes(waiting)
        assert b"example.org" not in bytes(waiting)
        assert bytes(waiting).startswith(b"[")


CONSUME_SLOWLY = """
import sys, time, pathlib
from app import create_app
from app.notifications import jobs, outbox
def slow(job):
    pathlib.Path(job.payload["started"]).touch()
    time.sleep(2)
outbox.handlers["slow"] = slow
jobs.consume(create_app(), workers=1, sweep_seconds=0.2)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_consumer_told_to_stop_finishes_the_job_it_has(tmp_path, monkeypatch, number):
    monkeypatch.setitem(outbox.handlers, "slow", lambda job: None)
    with demo("sqlite", "sqlite", tmp_path) as app, process(app, "-c", CONSUME_SLOWLY) as running:
        started = tmp_path / "started"
        with transaction() as session:
            sent = outbox.queue(session, "slow", {"started": str(started)}, now=clock.now())
            outbox.queue(session, "slow", {"started": str(started)}, now=clock.now() + timedelta(days=1))
        until(started.exists)
        running.send_signal(number)
        assert running.wait(PATIENCE_SECONDS) == 0
        assert state_of(sent).state is MessageState.DONE


DIE_BEFORE_MARKING = """
import os, signal, sys, uuid
from app import create_app
from app.notifications import outbox
app = create_app()
outbox._close = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with app.app_context():
    outbox.deliver(uuid.UUID(sys.argv[1]))
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_worker_killed_after_sending_and_before_noting_it_sends_again_under_the_same_message_id(tmp_path, database):
    with mail_server() as server, demo(database, "sqlite", tmp_path) as app:
        app.extensions["settings"] = replace(
            app.extensions["settings"], mail_transport="smtp", smtp_url=f"smtp://127.0.0.1:{server.port}"
        )
        with jobs.by_hand():
            sent = send_mail()
        for attempt in (1, 2, 3):
            with process(app, "-c", DIE_BEFORE_MARKING, str(sent)) as doomed:
                assert doomed.wait(PATIENCE_SECONDS) == -signal.SIGKILL
            row = state_of(sent)
            assert (row.state, row.attempts, len(server.taken)) == (MessageState.SENDING, attempt, attempt)
            with transaction() as session:
                left = session.scalars(select(OutboxMessage).where(OutboxMessage.id == sent)).one()
                left.lease_until = clock.now()
        assert outbox.deliver_due(clock.now()) == 1
    assert {arrived["Message-ID"] for arrived in server.taken} == {f"<{sent}@127.0.0.1>"}
    assert len(server.taken) == 4


def test_two_workers_never_handle_one_message_at_the_same_time(tmp_path, monkeypatch):
    """Twenty threads go for the same thirty messages; each is handled once."""
    from concurrent.futures import ThreadPoolExecutor

    handled: list[object] = []
    monkeypatch.setitem(outbox.handlers, "noted", lambda job: handled.append(job.id))
    with demo("postgresql", "sqlite", tmp_path) as app:
        with jobs.by_hand(), transaction() as session:
            wanted = [outbox.queue(session, "noted", {}, now=clock.now()) for _ in range(30)]

        def work(_number: int) -> None:
            with app.app_context():
                for message_id in wanted:
                    outbox.deliver(message_id)

        with ThreadPoolExecutor(20) as pool:
            list(pool.map(work, range(20)))
        assert sorted(handled, key=str) == sorted(wanted, key=str)
        assert db().scalar(select(func.count()).where(OutboxMessage.state == MessageState.DONE)) == 30


def test_what_is_wanted_every_hour_or_day_is_queued_once_however_many_consumers_ask(app: Flask, now: datetime):
    with app.app_context():
        for _consumer in range(3):
            jobs.queue_hourly(app)
        clock.advance(timedelta(minutes=61))
        jobs.queue_hourly(app)
        kinds = db().scalars(select(OutboxMessage.kind)).all()
    assert {kind: kinds.count(kind) for kind in kinds} == dict.fromkeys(jobs.HOURLY, 2) | dict.fromkeys(jobs.DAILY, 1)
    assert "payments.reconcile" in kinds
