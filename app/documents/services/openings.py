"""The log of who opened what: rows are only ever added."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.documents.gateway import store
from app.documents.models import File, FileOpening
from app.documents.queries import FileRow
from app.documents.states import Opened


def note_opening(
    session: Session,
    file_id: UUID,
    *,
    user_id: UUID,
    address: str,
    how: Opened,
    now: datetime,
    page: int | None = None,
    organization_id: UUID | None = None,
) -> None:
    """Note that somebody opens a file, or one page of it, from a network address; say it before handing it out."""
    session.add(
        FileOpening(file_id=file_id, user_id=user_id, organization_id=organization_id, at=now, address=address[:64],
                    page=page, how=how)
    )  # fmt: skip


def download(
    session: Session, file: FileRow, *, actor_id: UUID, address: str = "", organization_id: UUID | None = None
) -> Iterator[bytes]:
    """Note that somebody downloads a file, and return its content in parts."""
    key = session.scalar(select(File.key).where(File.id == file.id))
    note_opening(
        session, file.id, user_id=actor_id, address=address, how=Opened.DOWNLOAD, now=clock.now(),
        organization_id=organization_id,
    )  # fmt: skip
    audit.record(session, "file.downloaded", ("file", file.id), actor_id=actor_id, detail={"purpose": file.purpose})
    return store.stream(key or "")
