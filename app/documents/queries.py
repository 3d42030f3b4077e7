"""Reads of this room."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.models import File
from app.documents.states import FileState, Kind, Purpose


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as lists show it."""

    id: UUID
    purpose: Purpose
    kind: Kind
    name: str
    size_bytes: int
    owner_id: UUID | None
    state: FileState
    created_at: datetime

    @property
    def size(self) -> str:
        """Return for example `214 KB` or `3.1 MB`."""
        kb = self.size_bytes / 1024
        return f"{max(1, round(kb))} KB" if kb < 1000 else f"{kb / 1024:.1f} MB"

    @property
    def is_ready(self) -> bool:
        return self.state is FileState.READY


COLUMNS = (
    File.id, File.purpose, File.kind, File.name, File.size_bytes, File.owner_id, File.state, File.created_at,
)  # fmt: skip


def file_row(session: Session, file_id: UUID) -> FileRow | None:
    """Return one file, None when there is none with that id."""
    row = session.execute(select(*COLUMNS).where(File.id == file_id)).one_or_none()
    return FileRow(*row) if row else None


def file_rows(session: Session, file_ids: Collection[UUID]) -> dict[UUID, FileRow]:
    """Return the files with these ids."""
    if not file_ids:
        return {}
    found = session.execute(select(*COLUMNS).where(File.id.in_(file_ids)))
    return {row.id: FileRow(*row) for row in found}


def files_of(session: Session, owner_id: UUID, purpose: Purpose, *, limit: int = 100) -> list[FileRow]:
    """Return what one person handed in, or was given, for a purpose; the newest first."""
    wanted = select(*COLUMNS).where(File.owner_id == owner_id, File.purpose == purpose)
    wanted = wanted.where(File.state.in_([FileState.WAITING, FileState.READY]))
    return [FileRow(*row) for row in session.execute(wanted.order_by(File.created_at.desc(), File.id).limit(limit))]
