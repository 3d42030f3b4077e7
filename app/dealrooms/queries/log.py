"""Who opened what in a room, and when: for its company."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.rules import folded
from app.core.paging import Page, paginate
from app.dealrooms.models import Document, DocumentVersion
from app.documents.models import FileOpening
from app.documents.states import Opened

MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One page that was shown, or one file handed out. `organization` is empty for the company's own people."""

    at: datetime
    document_id: UUID
    label: str
    version: int
    page: int | None
    how: Opened
    person: str
    organization: str
    address: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """How often a document was read by people with access."""

    document_id: UUID
    label: str
    people: int
    pages: int
    downloads: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """How much one person read."""

    user_id: UUID
    name: str
    organization: str
    documents: int
    pages: int
    downloads: int
    last_at: datetime


def log(
    session: Session, room_id: UUID, *, document_id: UUID | None = None, user_id: UUID | None = None,
    search: str = "", number: int = 1,
) -> Page[OpeningRow]:  # fmt: skip
    """Return who opened what, the newest first; of one document, one person, or whose name or label holds words."""
    return paginate(session, _log(room_id, document_id, user_id, search), OpeningRow, number=number, size=50)


def whole_log(
    session: Session, room_id: UUID, *, document_id: UUID | None = None, user_id: UUID | None = None, search: str = ""
) -> list[OpeningRow]:
    """Return the same without pages, for a file; at most the newest 20,000 lines."""
    wanted = _log(room_id, document_id, user_id, search).limit(MOST_EXPORTED)
    return [OpeningRow(*row) for row in session.execute(wanted)]


def _log(room_id: UUID, document_id: UUID | None, user_id: UUID | None, search: str) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(
            FileOpening.at, Document.id, Document.label, DocumentVersion.number, FileOpening.page, FileOpening.how,
            User.name, func.coalesce(Organization.name, ""), FileOpening.address,
        )
        .join(DocumentVersion, DocumentVersion.file_id == FileOpening.file_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(User, User.id == FileOpening.user_id)
        .outerjoin(Organization, Organization.id == FileOpening.organization_id)
        .where(Document.room_id == room_id)
    )  # fmt: skip
    if document_id is not None:
        wanted = wanted.where(Document.id == document_id)
    if user_id is not None:
        wanted = wanted.where(FileOpening.user_id == user_id)
    for word in search.split()[:10]:
        wanted = wanted.where(
            or_(
                User.search_text.contains(folded(word), autoescape=True),
                Organization.search_name.contains(folded(word), autoescape=True),
                Document.label.icontains(word, autoescape=True),
            )
        )
    return wanted.order_by(FileOpening.at.desc(), FileOpening.id)


def readings(session: Session, room_id: UUID) -> list[ReadRow]:
    """Return each document with how many people read it, how many pages were shown and when last."""
    views = func.count(FileOpening.id).filter(FileOpening.how == Opened.VIEW)
    downloads = func.count(FileOpening.id).filter(FileOpening.how == Opened.DOWNLOAD)
    theirs = (FileOpening.file_id == DocumentVersion.file_id) & FileOpening.organization_id.is_not(None)
    wanted = (
        select(
            Document.id, Document.label, func.count(FileOpening.user_id.distinct()), views, downloads,
            func.max(FileOpening.at),
        )
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .outerjoin(FileOpening, theirs)
        .where(Document.room_id == room_id)
        .group_by(Document.id, Document.label)
        .order_by(views.desc(), Document.label, Document.id)
        .limit(100)
    )  # fmt: skip
    return [ReadRow(*row) for row in session.execute(wanted)]


def readers(session: Session, room_id: UUID) -> list[ReaderRow]:
    """Return each person with access and how much they read, who read last first."""
    wanted = (
        select(
            User.id, User.name, Organization.name, func.count(Document.id.distinct()),
            func.count(FileOpening.id).filter(FileOpening.how == Opened.VIEW),
            func.count(FileOpening.id).filter(FileOpening.how == Opened.DOWNLOAD), func.max(FileOpening.at),
        )
        .join(FileOpening, FileOpening.user_id == User.id)
        .join(DocumentVersion, DocumentVersion.file_id == FileOpening.file_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(Organization, Organization.id == FileOpening.organization_id)
        .where(Document.room_id == room_id)
        .group_by(User.id, User.name, Organization.name)
        .order_by(func.max(FileOpening.at).desc(), User.name)
        .limit(100)
    )  # fmt: skip
    return [ReaderRow(*row) for row in session.execute(wanted)]
