"""What lies in the store for a row: its whole content, and the end of it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.states import advance
from app.documents.gateway import store
from app.documents.models import File, FileMark
from app.documents.rules.check import Checked
from app.documents.states import TRANSITIONS, FileEvent
from app.notifications import outbox

REMOVE = "documents.remove"


def whole_content(file: File) -> bytes:
    """Return the content whole, as it was kept. Raises Refused when it is another."""
    content = store.get(file.key)
    if Checked(file.name, file.kind, file.purpose, content).sha256 != file.sha256:
        raise Refused("The content of this file is not what was kept. Restore it from a backup.")
    return content


def end(session: Session, file: File, what: FileEvent, now: datetime) -> None:
    """End a file: its content, its name and what was quoted from it go."""
    file.state = advance(TRANSITIONS, file.state, what, thing="file")
    file.gone_at, file.name, file.proposed_by, file.proposed_at = now, "", None, None
    session.execute(update(FileMark).where(FileMark.file_id == file.id).values(words=""))
    outbox.queue(session, REMOVE, {"key": file.key}, now=now)
