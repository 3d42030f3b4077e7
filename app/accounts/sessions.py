"""Keeping and ending sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import LoginSession


def note_seen(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Write down that somebody is there; not a change of state, so not in the record."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now))
