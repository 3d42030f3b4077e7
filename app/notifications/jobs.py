"""Huey carries the news that a message is due; the message itself stays in the outbox.

The queue may lose or repeat what it carries: the sweep finds what was lost, and the outbox refuses what
is done. So the queue's own file needs no fsync, and only ids travel in it.
"""

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.config import Environment, Settings
from app.core import audit_chain, clock, logs
from app.core.db import transaction
from app.notifications import outbox

NAME = "rendezvous"
TASK = "deliver"
SWEEP_SECONDS = 30
WAITING_ENOUGH = 200
HOURLY: list[str] = []
"""Kinds of messages that the consumer queues every hour; filled where the rooms are put together."""
DAILY: list[str] = []
"""Kinds of messages that the consumer queues once a day; filled where the rooms are put together."""
_by_hand: ContextVar[bool] = ContextVar("by_hand", default=False)
_making = threading.Lock()


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Tasks as JSON: whoever can write to the queue can name a message, and nothing else."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(bytes(data)))


def make_queue(settings: Settings) -> Huey:
    """Return the queue of `JOBS_URL`: redis://, postgresql://, or by default a SQLite file of its own."""
    url = settings.jobs_url or ""
    options: dict[str, Any] = {"name": NAME, "results": False, "serializer": JsonSerializer()}
    if url.startswith(("redis://", "rediss://")):
        pool = ConnectionPool.from_url(url, socket_connect_timeout=3, socket_timeout=10)
        return RedisHuey(connection_pool=pool, **options)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey(dsn=url, connect_timeout=3, **options)
    if url and not url.startswith("sqlite:///"):
        raise ValueError("JOBS_URL must begin with redis://, rediss://, postgresql:// or sqlite:///.")
    file = url.removeprefix("sqlite:///") or str(settings.var_folder / "jobs.sqlite")
    return SqliteHuey(filename=file, fsync=False, strict_fifo=True, **options)


def queue_of(flask_app: Flask) -> Huey:
    """Return the application's queue, opened when first needed, with the one task it knows."""
    with _making:
        if "jobs" not in flask_app.extensions:
            queue = make_queue(flask_app.extensions["settings"])

            def deliver(message_id: str) -> None:
                with flask_app.app_context():
                    outbox.deliver(UUID(message_id))

            flask_app.extensions["jobs"] = (queue, queue.task(name=TASK)(deliver))
    found: Huey = flask_app.extensions["jobs"][0]
    return found


@contextmanager
def by_hand() -> Iterator[None]:
    """Put nothing into the queue meanwhile: whoever asks calls `outbox.deliver_due`, as a rehearsal does."""
    token = _by_hand.set(True)
    try:
        yield
    finally:
        _by_hand.reset(token)


def announce(flask_app: Flask, messages: list[UUID]) -> None:
    """Tell the queue that messages are due. A queue that does not answer is no failure: the sweep comes by."""
    try:
        queue_of(flask_app)
        task = flask_app.extensions["jobs"][1]
        for message_id in messages:
            task(str(message_id))
    except Exception as error:  # whatever the queue's driver raises; the message is safe in the outbox
        logs.log().warning("queue_unreachable", error=str(error), waiting=len(messages))


def _after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    waiting: list[UUID] = session.info.pop("outbox", [])
    if not waiting or _by_hand.get():
        return
    settings: Settings = current_app.extensions["settings"]
    if settings.environment is not Environment.TEST:
        announce(current_app._get_current_object(), waiting)  # type: ignore[attr-defined]


def _after_rollback(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("outbox", None)


def init_app(_flask_app: Flask) -> None:
    """Announce queued messages whenever a transaction of this process commits."""
    for name, listener in (("after_commit", _after_commit), ("after_rollback", _after_rollback)):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)


def sweep(flask_app: Flask) -> int:
    """Renew the leases of what runs here, announce what is due or was left behind, return how many that was.

    A queue that is still long already holds them; announcing again would only lengthen it.
    """
    with flask_app.app_context():
        now = clock.now()
        outbox.renew_leases(now)
        if queue_of(flask_app).pending_count() >= WAITING_ENOUGH:
            return 0
        found = outbox.due(now)
        announce(flask_app, found)
        return len(found)


def consume(flask_app: Flask, *, workers: int, sweep_seconds: float = SWEEP_SECONDS) -> None:
    """Run the consumer until SIGTERM or SIGINT, then finish the jobs that run and return."""
    consumer = queue_of(flask_app).create_consumer(workers=workers, periodic=False, max_delay=0.5)
    stopping = threading.Event()
    consumer.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    rounds = 0
    while not stopping.is_set():
        _guarded(sweep, flask_app)
        if rounds % max(1, int(3600 / sweep_seconds)) == 0:
            _guarded(export_head, flask_app)
            _guarded(queue_hourly, flask_app)
        rounds += 1
        consumer.check_worker_health()
        stopping.wait(sweep_seconds)
    ending = threading.Thread(target=consumer.stop, kwargs={"graceful": True}, daemon=True)
    ending.start()
    while ending.is_alive():
        ending.join(timeout=sweep_seconds)
        _guarded(_renew, flask_app)


def queue_hourly(flask_app: Flask) -> None:
    """Queue what rooms want done every hour or once a day, once however many consumers run."""
    with flask_app.app_context(), transaction() as session:
        now = clock.now()
        every = [(kind, timedelta(minutes=50)) for kind in HOURLY] + [(kind, timedelta(hours=23)) for kind in DAILY]
        for kind, pause in every:
            if not outbox.was_queued(session, kind, since=now - pause):
                outbox.queue(session, kind, {}, now=now)


def export_head(flask_app: Flask) -> None:
    """Write the signed head of the audit chain outside the database."""
    with flask_app.app_context():
        audit_chain.export_head()


def _renew(flask_app: Flask) -> None:
    with flask_app.app_context():
        outbox.renew_leases(clock.now())


def _guarded(work: Any, flask_app: Flask) -> None:
    """Do periodic work; a failure is logged and the next round tries again."""
    try:
        work(flask_app)
    except Exception:  # a database that is away for a minute must not end the consumer
        logs.log().error("periodic_work_failed", work=work.__name__, exc_info=True)
