"""Files as other rooms list them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.documents.models import File
from app.documents.states import GONE, STATE_LABELS, FileState, Handling, Kind, Purpose


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
    handling: Handling | None = None
    attested_at: datetime | None = None
    removed: str = ""

    @property
    def size(self) -> str:
        """Return for example `214 KB` or `3.1 MB`."""
        kb = self.size_bytes / 1024
        return f"{max(1, round(kb))} KB" if kb < 1000 else f"{kb / 1024:.1f} MB"

    @property
    def is_ready(self) -> bool:
        return self.state is FileState.READY

    @property
    def is_gone(self) -> bool:
        return self.state in GONE

    @property
    def state_label(self) -> str:
        return STATE_LABELS[self.state]


COLUMNS = (
    File.id, File.purpose, File.kind, File.name, File.size_bytes, File.owner_id, File.state, File.created_at,
    File.handling, File.attested_at, File.removed,
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
    wanted = wanted.where(File.state.not_in(GONE))
    return [FileRow(*row) for row in session.execute(wanted.order_by(File.created_at.desc(), File.id).limit(limit))]


def room_bytes(session: Session, file_ids: Collection[UUID]) -> int:
    """Return how many bytes these files take together, without those that are gone."""
    wanted = select(func.coalesce(func.sum(File.size_bytes), 0))
    return int(session.scalar(wanted.where(File.id.in_(file_ids), File.state.not_in(GONE))) or 0)
