"""Keeping, renewing and ending sessions."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import LoginSession
from app.accounts.queries import token_digest
from app.core import audit
from app.core.errors import NotFound


def note_seen(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Write down that somebody is there; not a change of state, so not in the record."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now))


def renew_session(session: Session, session_id: UUID, *, now: datetime) -> str:
    """Give a session whose owner just proved who they are a new token, and return it; the old one is dead."""
    kept = session.get(LoginSession, session_id, with_for_update=True)
    if kept is None or kept.ended_at is not None:
        raise NotFound("You are no longer signed in. Sign in again.")
    token = secrets.token_urlsafe(32)
    kept.token_hash, kept.authenticated_at, kept.last_seen_at = token_digest(token), now, now
    audit.record(session, "session.renewed", ("user", kept.user_id), actor_id=kept.user_id)
    return token


def end_session(session: Session, session_id: UUID, *, user_id: UUID, actor_id: UUID, now: datetime) -> None:
    """End one session of a person. Raises NotFound for a session that is not theirs or has ended."""
    ended = session.get(LoginSession, session_id, with_for_update=True)
    if ended is None or ended.user_id != user_id or ended.ended_at is not None:
        raise NotFound("That session has already ended.")
    ended.ended_at = now
    audit.record(
        session, "session.ended", ("user", user_id), actor_id=actor_id, detail={"device": ended.device}
    )  # fmt: skip


def end_sessions(
    session: Session, user_id: UUID, *, actor_id: UUID | None, keep: UUID | None = None, reason: str = "", now: datetime
) -> int:
    """End all sessions of a person but `keep`, and return how many there were."""
    alive = select(LoginSession).where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
    ended = [row for row in session.scalars(alive.order_by(LoginSession.id).with_for_update()) if row.id != keep]
    for row in ended:
        row.ended_at = now
    if ended:
        audit.record(
            session, "session.all_ended", ("user", user_id), actor_id=actor_id, reason=reason,
            detail={"sessions": len(ended)},
        )  # fmt: skip
    return len(ended)
