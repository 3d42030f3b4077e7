"""The outbox: what must happen after a transaction, kept in that transaction.

A service queues a message; a worker takes it after commit and hands it to its handler. A message is
delivered at least once; handlers make repeats harmless. What fails too often is parked for a person.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.core import audit, clock, crash, logs
from app.core.db import is_writing, transaction
from app.core.settings import settings
from app.core.states import advance
from app.notifications.models import OutboxMessage
from app.notifications.rules import LEASE, MOST_ATTEMPTS, wait_before_retry
from app.notifications.states import TRANSITIONS, MessageEvent, MessageState

THING = "message"
BATCH = 100
# What these kinds carry (addresses, links that let people in) is forgotten once it is delivered.
FORGOTTEN_WHEN_CLOSED = {"mail"}


class Cancelled(Exception):
    """A person cancelled this job, or another worker took it over: stop, and leave things as they are."""


class Hopeless(Exception):
    """Trying again cannot help; the message is parked at once. The sentence says what a person must do."""


@dataclass(frozen=True)
class Job:
    """A message being handled. `message_id` names its effect to the outside and is the same at every attempt."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    attempt: int = 1
    message_id: str = ""
    request_id: str = "none"
    starter_id: UUID | None = field(default=None, repr=False)

    def progress(self, percent: int, note: str = "") -> None:
        """Say how far the work is, 0 to 100. Never call it inside a transaction.

        Raises Cancelled when a person cancelled the job or its lease went to another worker.
        """
        _outside_of_transactions()
        with transaction() as session:
            row = _locked(session, self.id)
            if row is None:
                return
            if row.cancel_requested or not _still_held(row, self.attempt):
                raise Cancelled
            row.percent, row.note = max(0, min(percent, 100)), note[:200]
            row.lease_until = clock.now() + LEASE


Handler = Callable[[Job], None]
handlers: dict[str, Handler] = {}
# Filled where the rooms are put together: who hears that a message of a kind was parked or cancelled.
on_stopped: dict[str, Callable[[Session, Mapping[str, Any], MessageState, datetime], None]] = {}
_held: dict[UUID, int] = {}


def queue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    starter_id: UUID | None = None,
    title: str = "",
    return_to: str = "",
) -> UUID:
    """Queue a message of `kind` in the caller's transaction; it is handled after commit, or at `run_at`.

    `starter_id` is the person who may watch and cancel it at /outbox/jobs/<id>, where `title` names it and
    `return_to` (a local path) leads on when it is done. Raises ValueError for a kind without a handler
    and for a payload that is not JSON.
    """
    if kind not in handlers:
        raise ValueError(f"No handler takes messages of kind {kind!r}.")
    if return_to and (not return_to.startswith("/") or return_to.startswith("//")):
        raise ValueError("return_to is a path of this site.")
    row = OutboxMessage(
        kind=kind, payload=_as_json(payload), next_attempt_at=run_at or now, created_at=now,
        request_id=logs.request_id(), starter_id=starter_id, title=title, return_to=return_to,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if row.next_attempt_at <= now:
        session.info.setdefault("outbox", []).append(row.id)
    return row.id


def was_queued(session: Session, kind: str, *, since: datetime) -> bool:
    """Tell whether a message of `kind` was queued at or after `since`."""
    wanted = select(OutboxMessage.id).where(OutboxMessage.kind == kind, OutboxMessage.created_at >= since)
    return session.scalar(wanted.limit(1)) is not None


def deliver_due(now: datetime) -> int:
    """Deliver everything due at `now`, and what that queues in turn, until nothing is left; return how many succeeded.

    A failure does not stop the rest: it is noted on its message and tried again later.
    """
    delivered, refused = 0, set[UUID]()
    while batch := [message_id for message_id in due(now) if message_id not in refused]:
        for message_id in batch:
            state = deliver(message_id, now=now)
            delivered += state is MessageState.DONE
            if state is None:
                refused.add(message_id)
    return delivered


def due(now: datetime, *, limit: int = BATCH) -> list[UUID]:
    """Return the messages whose time has come, those waiting longest first, including ones a crash left behind."""
    _outside_of_transactions()
    wanted = select(OutboxMessage.id).where(_is_due(now))
    with transaction() as session:
        return list(session.scalars(wanted.order_by(OutboxMessage.next_attempt_at, OutboxMessage.number).limit(limit)))


def deliver(message_id: UUID, *, now: datetime | None = None) -> MessageState | None:
    """Hand one message to its handler and note the outcome; None when it is not due or somebody else has it."""
    _outside_of_transactions()
    job = _take(message_id, now or clock.now())
    if job is None:
        return None
    _held[job.id] = job.attempt
    try:
        with logs.under_request(job.request_id):
            return _handle(job, now)
    finally:
        _held.pop(job.id, None)


def renew_leases(now: datetime) -> None:
    """Keep the messages that this process is handling, however long that takes."""
    mine = sorted(_held.items())
    if not mine:
        return
    with transaction() as session:
        for message_id, attempt in mine:
            row = _locked(session, message_id)
            if row is not None and _still_held(row, attempt):
                row.lease_until = now + LEASE


def _handle(job: Job, now: datetime | None) -> MessageState | None:
    crash.point(f"job.taken {job.kind}")
    try:
        handlers[job.kind](job)
        crash.point(f"job.handled {job.kind}")
    except Cancelled:
        return _close(job, MessageEvent.CANCEL, now)
    except Hopeless as error:
        return _fail(job, error, now, hopeless=True)
    except Exception as error:
        logs.log().warning("message_failed", kind=job.kind, message=str(job.id), exc_info=True)
        return _fail(job, error, now)
    return _close(job, MessageEvent.FINISH, now)


def _take(message_id: UUID, now: datetime) -> Job | None:
    """Lease a message to this worker; a message that has worn out its attempts by crashing is parked instead."""
    with transaction() as session:
        wanted = select(OutboxMessage).where(OutboxMessage.id == message_id, _is_due(now))
        row = session.scalars(wanted.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        row.state = advance(TRANSITIONS, row.state, MessageEvent.TAKE, thing=THING)
        if row.cancel_requested:
            _end(session, row, MessageEvent.CANCEL, now)
            return None
        if row.attempts >= MOST_ATTEMPTS:
            _park(session, row, "The worker died each time this was tried.", now)
            return None
        row.attempts += 1
        row.lease_until = now + LEASE
        row.message_id = row.message_id or f"<{row.id}@{_host()}>"
        return Job(row.id, row.kind, row.payload, row.attempts, row.message_id, row.request_id, row.starter_id)


def _close(job: Job, event: MessageEvent, now: datetime | None) -> MessageState | None:
    with transaction() as session:
        row = _locked(session, job.id)
        if row is None or not _still_held(row, job.attempt):
            return None
        _end(session, row, event, now or clock.now())
        if event is MessageEvent.FINISH:
            row.percent, row.last_error = 100, ""
        return row.state


def _fail(job: Job, error: Exception, now: datetime | None, *, hopeless: bool = False) -> MessageState | None:
    said = str(logs.masked(f"{type(error).__name__}: {error}" if not hopeless else str(error)))[:500]
    with transaction() as session:
        row = _locked(session, job.id)
        if row is None or not _still_held(row, job.attempt):
            return None
        if hopeless or row.attempts >= MOST_ATTEMPTS:
            _park(session, row, said, now or clock.now())
        else:
            row.state = advance(TRANSITIONS, row.state, MessageEvent.TRY_LATER, thing=THING)
            row.lease_until, row.last_error = None, said
            row.next_attempt_at = (now or clock.now()) + wait_before_retry(row.attempts)
        return row.state


def tell_stopped(session: Session, row: OutboxMessage, now: datetime) -> None:
    """Tell its room, in the transaction that parks or cancels a message, that its effect will not come."""
    if row.kind in on_stopped:
        on_stopped[row.kind](session, row.payload, row.state, now)


def _end(session: Session, row: OutboxMessage, event: MessageEvent, now: datetime) -> None:
    row.state = advance(TRANSITIONS, row.state, event, thing=THING)
    row.lease_until, row.finished_at = None, now
    if event is MessageEvent.CANCEL:
        tell_stopped(session, row, now)
    if row.kind in FORGOTTEN_WHEN_CLOSED:
        row.payload = {}


def _park(session: Session, row: OutboxMessage, said: str, now: datetime) -> None:
    row.state = advance(TRANSITIONS, row.state, MessageEvent.PARK, thing=THING)
    row.lease_until, row.last_error = None, said
    audit.record(
        session, "message.parked", ("message", row.id), actor_id=None,
        before=MessageState.SENDING, after=MessageState.PARKED, reason=said, detail={"kind": row.kind},
    )  # fmt: skip
    tell_stopped(session, row, now)


def _locked(session: Session, message_id: UUID) -> OutboxMessage | None:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()).one_or_none()


def _still_held(row: OutboxMessage, attempt: int) -> bool:
    return row.state is MessageState.SENDING and row.attempts == attempt


def _is_due(now: datetime) -> ColumnElement[bool]:
    waiting = and_(OutboxMessage.state == MessageState.QUEUED, OutboxMessage.next_attempt_at <= now)
    left_behind = and_(OutboxMessage.state == MessageState.SENDING, OutboxMessage.lease_until <= now)
    return or_(waiting, left_behind)


def _as_json(payload: Mapping[str, Any]) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(json.dumps(payload, allow_nan=False))
    except TypeError as error:
        raise ValueError(f"A payload must be plain JSON: {error}.") from error
    return kept


def _host() -> str:
    name = urlsplit(settings().base_url).hostname or ""
    return name if name and ":" not in name else "localhost"


def _outside_of_transactions() -> None:
    if is_writing():
        raise RuntimeError("Messages are delivered after a transaction, never inside one.")
