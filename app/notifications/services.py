"""What a person can do about a message: try it again, call it off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.core.states import advance
from app.notifications.models import OutboxMessage
from app.notifications.outbox import THING, tell_stopped
from app.notifications.states import CLOSED, TRANSITIONS, MessageEvent, MessageState


def retry_message(session: Session, message_id: UUID, *, actor_id: UUID | None, now: datetime) -> None:
    """Try a parked message again, with a fresh count of attempts. Refuses any that is not parked."""
    _retry(session, _message(session, message_id), actor_id=actor_id, now=now)


def retry_all(session: Session, *, actor_id: UUID | None, now: datetime) -> int:
    """Try every parked message again; return how many there were."""
    wanted = select(OutboxMessage).where(OutboxMessage.state == MessageState.PARKED)
    rows = session.scalars(wanted.order_by(OutboxMessage.number).with_for_update()).all()
    for row in rows:
        _retry(session, row, actor_id=actor_id, now=now)
    return len(rows)


def cancel_message(session: Session, message_id: UUID, *, actor_id: UUID, now: datetime) -> MessageState:
    """Call a message off: at once when nobody works on it, else at its next step. Refuses one that is over."""
    row = _message(session, message_id)
    before = row.state
    if before in CLOSED:
        raise Refused("This job is already over. Reload the page to see how it ended.")
    if before is MessageState.SENDING:
        row.cancel_requested = True
    else:
        row.state = advance(TRANSITIONS, before, MessageEvent.CANCEL, thing=THING)
        row.finished_at = now
        tell_stopped(session, row, now)
        row.payload = {}
    audit.record(
        session, "message.cancelled", ("message", row.id), actor_id=actor_id, before=before, after=row.state,
        detail={"kind": row.kind, "asked_the_worker": row.cancel_requested},
    )  # fmt: skip
    return row.state


def _retry(session: Session, row: OutboxMessage, *, actor_id: UUID | None, now: datetime) -> None:
    before, row.state = row.state, advance(TRANSITIONS, row.state, MessageEvent.RETRY, thing=THING)
    row.attempts, row.next_attempt_at, row.cancel_requested = 0, now, False
    session.info.setdefault("outbox", []).append(row.id)
    audit.record(
        session, "message.retried", ("message", row.id), actor_id=actor_id, before=before, after=row.state,
        detail={"kind": row.kind},
    )  # fmt: skip


def _message(session: Session, message_id: UUID) -> OutboxMessage:
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("That message does not exist, or it is over and was removed.")
    return row
