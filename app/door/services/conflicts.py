"""Looking at conflicts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound
from app.core.states import advance
from app.door.models import Conflict, Scan
from app.door.states import CONFLICT_TRANSITIONS, ConflictEvent


def close_conflict(
    session: Session, summit_id: UUID, conflict_id: UUID, *, words: str, actor_id: UUID, now: datetime
) -> None:
    """Note what somebody found out about a conflict, and close it."""
    if not words.strip():
        raise InvalidInput("Say what you found out.")
    conflict = session.get(Conflict, conflict_id, with_for_update=True)
    if conflict is None or conflict.summit_id != summit_id:
        raise NotFound("That conflict does not exist.")
    before = conflict.state
    conflict.state = advance(CONFLICT_TRANSITIONS, before, ConflictEvent.CLOSE, thing="conflict")
    conflict.closed_at, conflict.closed_by, conflict.words = now, actor_id, words.strip()
    scan = session.get_one(Scan, conflict.scan_id)
    audit.record(
        session, "door_conflict.closed", ("registration", scan.registration_id or scan.id), actor_id=actor_id,
        before=before, after=conflict.state, reason=words.strip(),
    )  # fmt: skip


def note_export(session: Session, summit_id: UUID, *, people: int, actor_id: UUID) -> None:
    """Note that somebody took the list of who came."""
    audit.record(
        session, "attendance.exported", ("summit_attendance", summit_id), actor_id=actor_id, detail={"people": people}
    )
