"""Folders of a room and the documents in them: added, replaced, cleared by the export officer, removed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.dealrooms.models import Document, DocumentVersion, Folder, GrantFolder, Room
from app.dealrooms.rules import words
from app.dealrooms.services.base import OFFICER, Held, company_room, require_open
from app.dealrooms.services.tell import Letter, to_company, to_officers
from app.documents import services as files
from app.documents.models import File
from app.documents.rules.kinds import LARGEST_ROOM_BYTES, MB
from app.documents.services import Attested, Checked
from app.documents.states import GONE, Purpose

NO_FOLDER = "That folder is not in this deal room any more."
NO_DOCUMENT = "That document is not in this deal room any more."


def add_folder(session: Session, room_id: UUID, *, name: str, note: str, actor_id: UUID, now: datetime) -> Folder:
    """Add a folder after the last one. Access that is limited to folders does not open it."""
    held = company_room(session, room_id, actor_id)
    require_open(held.room)
    there = session.scalars(select(Folder).where(Folder.room_id == room_id, Folder.removed_at.is_(None))).all()
    if len(there) >= words.MOST_FOLDERS:
        raise Refused(f"A room has at most {words.MOST_FOLDERS} folders. Remove one that is empty.")
    folder = Folder(
        room_id=room_id, name=words.tidy_line(name, "a name for the folder"), note=_note(note),
        position=max((one.position for one in there), default=0) + 1,
    )  # fmt: skip
    session.add(folder)
    session.flush()
    _record(session, "folder_added", folder.id, room_id, actor_id)
    return folder


def change_folder(session: Session, room_id: UUID, folder_id: UUID, *, name: str, note: str, actor_id: UUID) -> None:
    """Rename a folder or change its note."""
    company_room(session, room_id, actor_id)
    folder = folder_in(session, room_id, folder_id)
    folder.name, folder.note = words.tidy_line(name, "a name for the folder"), _note(note)
    _record(session, "folder_changed", folder.id, room_id, actor_id)


def move_folder(session: Session, room_id: UUID, folder_id: UUID, *, up: bool, actor_id: UUID) -> None:
    """Move a folder one place up or down; at the end of the list nothing changes."""
    company_room(session, room_id, actor_id)
    wanted = select(Folder).where(Folder.room_id == room_id, Folder.removed_at.is_(None))
    order = list(session.scalars(wanted.order_by(Folder.position, Folder.id)))
    at = order.index(folder_in(session, room_id, folder_id))
    to = at - 1 if up else at + 1
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        for position, folder in enumerate(order, 1):
            folder.position = position
        _record(session, "folder_moved", folder_id, room_id, actor_id)


def remove_folder(session: Session, room_id: UUID, folder_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Remove an empty folder. Raises Refused while documents are in it or some access opens nothing else."""
    company_room(session, room_id, actor_id)
    folder = folder_in(session, room_id, folder_id)
    inside = select(Document.id).where(Document.folder_id == folder.id, Document.removed_at.is_(None))
    if session.scalar(inside.limit(1)) is not None:
        raise Refused("Documents are in this folder. Move or remove them first.")
    if session.scalar(select(GrantFolder.grant_id).where(GrantFolder.folder_id == folder.id).limit(1)) is not None:
        raise Refused("Somebody's access names this folder. Take it out of that access first.")
    folder.removed_at = now
    _record(session, "folder_removed", folder.id, room_id, actor_id)


def add_document(
    session: Session, room_id: UUID, folder_id: UUID, upload: Checked, *, label: str, attested: Attested | None,
    actor_id: UUID, now: datetime,
) -> Document:  # fmt: skip
    """Put a document into a folder. Whoever uploads it attests it; a marked one is held before anybody sees it."""
    held = company_room(session, room_id, actor_id)
    require_open(held.room)
    folder = folder_in(session, room_id, folder_id)
    count = select(func.count()).where(Document.room_id == room_id, Document.removed_at.is_(None))
    if (session.scalar(count) or 0) >= words.MOST_DOCUMENTS:
        raise Refused(f"A room holds at most {words.MOST_DOCUMENTS} documents. Remove one that is not needed any more.")
    document = Document(
        room_id=room_id, folder_id=folder.id, label=words.tidy_line(label, "a name for the document"), current=0,
        added_at=now,
    )  # fmt: skip
    session.add(document)
    session.flush()
    _add_version(session, held, document, upload, attested, actor_id=actor_id, now=now)
    return document


def replace_document(
    session: Session, room_id: UUID, document_id: UUID, upload: Checked, *, attested: Attested | None, actor_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    """Put a newer file in the place of a document's; the older ones stay for the company alone."""
    held = company_room(session, room_id, actor_id)
    require_open(held.room)
    document = document_in(session, room_id, document_id)
    _add_version(session, held, document, upload, attested, actor_id=actor_id, now=now)


def change_document(
    session: Session, room_id: UUID, document_id: UUID, *, label: str, folder_id: UUID, actor_id: UUID
) -> None:
    """Rename a document or put it into another folder of its room."""
    company_room(session, room_id, actor_id)
    document = document_in(session, room_id, document_id)
    document.label = words.tidy_line(label, "a name for the document")
    document.folder_id = folder_in(session, room_id, folder_id).id
    _record(session, "document_changed", document.id, room_id, actor_id)


def remove_document(session: Session, room_id: UUID, document_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Remove a document with all its files; who opened it stays in the log."""
    company_room(session, room_id, actor_id)
    document = document_in(session, room_id, document_id)
    document.removed_at = now
    wanted = select(DocumentVersion.file_id).where(DocumentVersion.document_id == document.id)
    for file_id in session.scalars(wanted.order_by(DocumentVersion.number)).all():
        file = session.get(File, file_id)
        if file is not None and file.state not in GONE:
            files.drop_file(session, file_id, actor_id=actor_id, now=now, reason="Removed from its deal room.")
    _record(session, "document_removed", document.id, room_id, actor_id)


def clear_document(
    session: Session, room_id: UUID, document_id: UUID, number: int, approved: bool, *, reason: str, actor_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    """Let the export officer clear a file for those with access, or decline it with a reason."""
    held = company_room(session, room_id, actor_id, OFFICER)
    document = document_in(session, room_id, document_id)
    one = (DocumentVersion.document_id == document.id) & (DocumentVersion.number == number)
    version = session.scalars(select(DocumentVersion).where(one)).one_or_none()
    if version is None:
        raise NotFound(NO_DOCUMENT)
    if version.cleared_at is not None or version.refused_at is not None:
        raise Refused("This file was decided already. Reload the page to see how.")
    if approved:
        version.cleared_by_id, version.cleared_at = actor_id, now
    else:
        if not reason.strip():
            raise InvalidInput("Write why: the company reads it.")
        version.refused_at, version.refusal = now, reason.strip()[:1000]
        path = f"/our-rooms/{room_id}/documents/{document_id}"
        to_company(session, Letter.REFUSED, held.room, held.entry, path, reason=version.refusal, now=now)
    _record(session, "document_cleared" if approved else "document_refused", document.id, room_id, actor_id,
            after=str(number), reason=version.refusal)  # fmt: skip


def folder_in(session: Session, room_id: UUID, folder_id: UUID) -> Folder:
    """Return a folder of a room. Raises NotFound for one of another room or removed."""
    folder = session.get(Folder, folder_id)
    if folder is None or folder.room_id != room_id or folder.removed_at is not None:
        raise NotFound(NO_FOLDER)
    return folder


def document_in(session: Session, room_id: UUID, document_id: UUID) -> Document:
    """Return a document of a room. Raises NotFound for one of another room or removed."""
    document = session.get(Document, document_id)
    if document is None or document.room_id != room_id or document.removed_at is not None:
        raise NotFound(NO_DOCUMENT)
    return document


def _add_version(
    session: Session, held: Held, document: Document, upload: Checked, attested: Attested | None, *, actor_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    _require_space(session, held.room, len(upload.content))
    kept = files.keep_file(
        session, upload, purpose=Purpose.ROOM_DOCUMENT, owner_id=actor_id, now=now, attested=attested
    )  # fmt: skip
    document.current += 1
    session.add(
        DocumentVersion(document_id=document.id, number=document.current, file_id=kept.id, added_by_id=actor_id,
                        added_at=now)
    )  # fmt: skip
    session.flush()
    if held.room.export_approval:
        to_officers(session, Letter.TO_CLEAR, held.room, held.entry, now=now)
    _record(session, "document_added" if document.current == 1 else "document_replaced", document.id, held.room.id,
            actor_id, after=str(document.current))  # fmt: skip


def _require_space(session: Session, room: Room, more: int) -> None:
    used = (
        select(func.coalesce(func.sum(File.size_bytes), 0))
        .join(DocumentVersion, DocumentVersion.file_id == File.id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.room_id == room.id, File.state.not_in(GONE))
    )
    if (session.scalar(used) or 0) + more > LARGEST_ROOM_BYTES:
        most = LARGEST_ROOM_BYTES // MB
        raise Refused(f"A room holds at most {most} MB, older versions included. Remove a document first.")


def _note(note: str) -> str:
    return " ".join(note.split())[:300]


def _record(
    session: Session, what: str, subject_id: UUID, room_id: UUID, actor_id: UUID, *, after: str | None = None,
    reason: str = "",
) -> None:  # fmt: skip
    kind = "room_folder" if what.startswith("folder") else "room_document"
    audit.record(
        session, f"deal_room.{what}", (kind, subject_id), actor_id=actor_id, after=after, reason=reason,
        detail={"room": str(room_id)},
    )  # fmt: skip
