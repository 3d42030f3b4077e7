"""What files put on the home pages of those who look at held ones."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access import Role
from app.core.homes import HomeLine, HomeReader, queue
from app.documents.models import File
from app.documents.states import ATTESTED, FileState

REVIEWERS = frozenset({Role.REVIEWER, Role.ORGANIZER})


def desk_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return how many files are held until a reviewer has looked at them."""
    if not reader.staff & REVIEWERS:
        return []
    held = select(func.count(), func.min(File.created_at)).where(
        File.purpose.in_(ATTESTED), File.state == FileState.HELD
    )
    return queue(session, held, "File", "held file to look at", "held files to look at", "/documents/held")
