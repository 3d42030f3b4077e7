"""Folders and documents, as the company keeps them and as somebody with access sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import NotFound
from app.dealrooms.models import Document, DocumentVersion, Folder, Room
from app.dealrooms.states import RoomState
from app.directory.models import Entry
from app.documents.models import File
from app.documents.states import FileState, Handling, Kind

NO_DOCUMENT = "This document is not open to you. The page of its deal room says why."


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder."""

    id: UUID
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document with one of its files: the current one, or an older one that the company looks back at."""

    id: UUID
    folder_id: UUID
    label: str
    number: int
    file_id: UUID
    kind: Kind
    size_bytes: int
    state: FileState
    handling: Handling | None
    added_by: str
    added_at: datetime
    cleared_at: datetime | None
    refused_at: datetime | None
    refusal: str
    needs_clearance: bool

    @property
    def is_shown(self) -> bool:
        """Tell whether people with access may see this file."""
        return self.state is FileState.READY and (self.cleared_at is not None or not self.needs_clearance)

    @property
    def waits_for_officer(self) -> bool:
        return self.needs_clearance and self.cleared_at is None and self.refused_at is None

    @property
    def size(self) -> str:
        """Return for example `214 KB` or `3.1 MB`."""
        kb = self.size_bytes / 1024
        return f"{max(1, round(kb))} KB" if kb < 1000 else f"{kb / 1024:.1f} MB"


def folders(session: Session, room_id: UUID) -> list[FolderRow]:
    """Return a room's folders in their order."""
    wanted = select(Folder.id, Folder.name, Folder.note)
    wanted = wanted.where(Folder.room_id == room_id, Folder.removed_at.is_(None))
    return [FolderRow(*row) for row in session.execute(wanted.order_by(Folder.position, Folder.id).limit(100))]


def documents(session: Session, room_id: UUID) -> list[DocumentRow]:
    """Return every document of a room with its current file, by name; for the company."""
    wanted = _files().where(Document.room_id == room_id, Document.removed_at.is_(None))
    wanted = wanted.where(DocumentVersion.number == Document.current)
    return [DocumentRow(*row) for row in session.execute(wanted.order_by(Document.label, Document.id).limit(500))]


def shown_documents(session: Session, room_id: UUID, folder_ids: Collection[UUID] | None) -> list[DocumentRow]:
    """Return what somebody with access to these folders (None: all of them) sees: checked, and cleared where asked.

    Of a document whose newest file is not open yet they see nothing rather than an outdated one.
    """
    return [
        row for row in documents(session, room_id)
        if row.is_shown and (folder_ids is None or row.folder_id in folder_ids)
    ]  # fmt: skip


def document(session: Session, room_id: UUID, document_id: UUID, *, number: int | None = None) -> DocumentRow:
    """Return a document of a room, with its current file or the one of that number. Raises NotFound."""
    wanted = _files().where(Document.id == document_id, Document.room_id == room_id, Document.removed_at.is_(None))
    which = DocumentVersion.number == (Document.current if number is None else number)
    found = session.execute(wanted.where(which)).one_or_none()
    if found is None:
        raise NotFound(NO_DOCUMENT)
    return DocumentRow(*found)


def versions(session: Session, room_id: UUID, document_id: UUID) -> list[DocumentRow]:
    """Return every file that a document was, the newest first; for the company."""
    wanted = _files().where(Document.id == document_id, Document.room_id == room_id)
    return [DocumentRow(*row) for row in session.execute(wanted.order_by(DocumentVersion.number.desc()).limit(100))]


def _files() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.id, Document.folder_id, Document.label, DocumentVersion.number, File.id, File.kind,
            File.size_bytes, File.state, File.handling, User.name, DocumentVersion.added_at,
            DocumentVersion.cleared_at, DocumentVersion.refused_at, DocumentVersion.refusal, Room.export_approval,
        )
        .join(Room, Room.id == Document.room_id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(File, File.id == DocumentVersion.file_id)
        .join(User, User.id == DocumentVersion.added_by_id)
    )  # fmt: skip


def waiting_documents(session: Session, organization_ids: Collection[UUID]) -> list[tuple[UUID, str, DocumentRow]]:
    """Return the files that wait for a company's export officer, the oldest first, with room and entry."""
    wanted = to_clear().add_columns(Room.id, Entry.name).where(Room.organization_id.in_(organization_ids))
    found = session.execute(wanted.order_by(DocumentVersion.added_at, Document.id).limit(100)).all()
    return [(row[-2], row[-1], DocumentRow(*row[:-2])) for row in found]


def to_clear() -> Select[*tuple[Any, ...]]:
    """Return the query for files that wait for an export officer, of every company."""
    return _files().join(Entry, Entry.id == Room.entry_id).where(
        Room.export_approval, Room.state == RoomState.OPEN, Document.removed_at.is_(None),
        DocumentVersion.number == Document.current, File.gone_at.is_(None), DocumentVersion.cleared_at.is_(None),
        DocumentVersion.refused_at.is_(None), Entry.organization_id == Room.organization_id,
    )  # fmt: skip
