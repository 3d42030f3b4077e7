"""Rooms as their company, partners and organizers see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization, User
from app.core.access import COMPANY, Principal, Role
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.dealrooms.models import Document, DocumentVersion, Grant, NdaVersion, Question, Room, RoomPerson
from app.dealrooms.rules.words import may_coordinate
from app.dealrooms.states import GrantState, QuestionState, RoomRole, RoomState
from app.directory.models import Entry
from app.documents.models import File
from app.documents.queries import FileRow

NO_ROOM = "There is no such deal room, or it is not open to you."
WRITERS = (Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)
COMPANY_WORK = (QuestionState.SUBMITTED, QuestionState.ANSWERED)


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room and what holds in it."""

    id: UUID
    organization_id: UUID
    company: str
    entry_id: UUID
    entry_key: str
    entry_name: str
    entry_shown: bool
    state: RoomState
    opened_at: datetime
    expires_at: datetime | None
    downloads: bool
    export_approval: bool
    export_locked: bool
    question_quota: int
    nda_number: int
    revision: int

    @property
    def is_open(self) -> bool:
        return self.state is RoomState.OPEN


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in its company's list, with what waits in it."""

    room: RoomRow
    documents: int
    granted: int
    requests: int
    questions: int


@dataclass(frozen=True, slots=True)
class NdaText:
    """A text of a room's agreement, and how many people accepted it."""

    number: int
    body: str
    sha256: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the company, and what they do with questions; `named` is what an owner said, None: as usual."""

    user_id: UUID
    name: str
    role: Role
    named: RoomRole | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rooms and accesses there are; organizers see no more than these numbers."""

    rooms: dict[RoomState, int]
    grants: dict[GrantState, int]
    questions: dict[QuestionState, int]
    documents: int


def _rooms() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Room.id, Room.organization_id, Organization.name, Entry.id, Entry.key, Entry.name,
            Entry.shown_since.is_not(None), Room.state, Room.opened_at, Room.expires_at, Room.downloads,
            Room.export_approval, Room.export_locked, Room.question_quota, Room.nda_number, Room.revision,
        )
        .join(Entry, Entry.id == Room.entry_id)
        .join(Organization, Organization.id == Room.organization_id)
    )  # fmt: skip


def room_row(session: Session, room_id: UUID) -> RoomRow:
    """Return a room; ask first whether it may be read. Raises NotFound."""
    found = session.execute(_rooms().where(Room.id == room_id)).one_or_none()
    if found is None:
        raise NotFound(NO_ROOM)
    return RoomRow(*found)


def own_room(session: Session, room_id: UUID, organization_ids: Collection[UUID]) -> RoomRow:
    """Return a room of one's company. Raises NotFound for another's, and where the entry went to another company."""
    mine = _rooms().where(Room.id == room_id, Room.organization_id.in_(organization_ids))
    found = session.execute(mine.where(Entry.organization_id == Room.organization_id)).one_or_none()
    if found is None:
        raise NotFound(NO_ROOM)
    return RoomRow(*found)


def own_rooms(session: Session, organization_ids: Collection[UUID], *, number: int = 1) -> Page[RoomLine]:
    """Return a company's rooms with what waits in each, by entry and newest first."""
    documents = _count(Document.id, Document.room_id == Room.id, Document.removed_at.is_(None))
    granted = _count(Grant.id, Grant.room_id == Room.id, Grant.state == GrantState.GRANTED)
    requests = _count(Grant.id, Grant.room_id == Room.id, Grant.state == GrantState.REQUESTED)
    questions = _count(Question.id, Question.room_id == Room.id, Question.state.in_(COMPANY_WORK))
    wanted = _rooms().add_columns(documents, granted, requests, questions)
    wanted = wanted.where(Room.organization_id.in_(organization_ids), Entry.organization_id == Room.organization_id)

    def line(*row: Any) -> RoomLine:
        return RoomLine(RoomRow(*row[:-4]), *row[-4:])

    return paginate(session, wanted.order_by(Entry.sort_name, Room.opened_at.desc(), Room.id), line, number=number)


def _count(column: Any, *which: Any) -> Any:
    return select(func.count(column)).where(*which).correlate(Room).scalar_subquery()


def entries_without_room(session: Session, organization_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Return a company's shown entries that have no open room, by name."""
    has = select(Room.id).where(Room.entry_id == Entry.id, Room.state == RoomState.OPEN).exists()
    wanted = select(Entry.id, Entry.name).where(Entry.organization_id.in_(organization_ids), ~has)
    wanted = wanted.where(Entry.shown_since.is_not(None)).order_by(Entry.sort_name).limit(100)
    return [(row.id, row.name) for row in session.execute(wanted)]


def open_room_of(session: Session, entry_id: UUID) -> UUID | None:
    """Return the open room of an entry that its present company keeps, None when there is none."""
    wanted = select(Room.id).join(Entry, Entry.id == Room.entry_id)
    wanted = wanted.where(Room.entry_id == entry_id, Room.state == RoomState.OPEN)
    return session.scalar(wanted.where(Entry.organization_id == Room.organization_id))


def nda_texts(session: Session, room_id: UUID, *, number: int | None = None) -> list[NdaText]:
    """Return the texts of a room's agreement, the newest first; or only the one with that number."""
    wanted = (
        select(NdaVersion.number, NdaVersion.body, NdaVersion.sha256, User.name, NdaVersion.made_at)
        .join(User, User.id == NdaVersion.made_by_id)
        .where(NdaVersion.room_id == room_id)
    )
    if number is not None:
        wanted = wanted.where(NdaVersion.number == number)
    return [NdaText(*row) for row in session.execute(wanted.order_by(NdaVersion.number.desc()).limit(50))]


def colleagues(session: Session, room: RoomRow) -> list[Colleague]:
    """Return the company's owners and delegates and what each does with questions, by name."""
    named = (RoomPerson.room_id == room.id) & (RoomPerson.user_id == Membership.user_id)
    wanted = (
        select(User.id, User.name, Membership.role, RoomPerson.role)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(RoomPerson, named)
        .where(Membership.organization_id == room.organization_id)
        .where(Membership.role.in_(WRITERS))
        .order_by(User.name, User.id)
        .limit(100)
    )
    return [Colleague(*row) for row in session.execute(wanted)]


def coordinators(session: Session, room_id: UUID, organization_id: UUID) -> dict[UUID, str]:
    """Return the names of those who may approve answers in a room now, by their ids; not whoever is suspended."""
    named = (RoomPerson.room_id == room_id) & (RoomPerson.user_id == Membership.user_id)
    wanted = (
        select(User.id, User.name, Membership.role, RoomPerson.role)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(RoomPerson, named)
        .where(Membership.organization_id == organization_id, Membership.role.in_(WRITERS))
        .where(User.suspended_at.is_(None))
        .order_by(User.name, User.id)
    )
    found = session.execute(wanted)
    return {
        person: name for person, name, role, as_named in found
        if may_coordinate(as_named, is_owner=role is Role.COMPANY_OWNER)
    }  # fmt: skip


def used_bytes(session: Session, room_id: UUID) -> int:
    """Return how much the room's files take, older versions included."""
    from_files = select(func.coalesce(func.sum(File.size_bytes), 0)).where(File.gone_at.is_(None))
    return session.scalar(from_files.where(File.id.in_(_file_ids(room_id)))) or 0


def _file_ids(room_id: UUID) -> Select[UUID]:
    joined = select(DocumentVersion.file_id).join(Document, Document.id == DocumentVersion.document_id)
    return joined.where(Document.room_id == room_id)


def totals(session: Session) -> Totals:
    """Return how many rooms, accesses and questions there are, by state, and how many documents."""
    rooms: dict[RoomState, int] = _by_state(session, Room.state)
    grants: dict[GrantState, int] = _by_state(session, Grant.state)
    asked: dict[QuestionState, int] = _by_state(session, Question.state)
    documents = session.scalar(select(func.count()).where(Document.removed_at.is_(None))) or 0
    return Totals(
        {state: rooms.get(state, 0) for state in RoomState}, {state: grants.get(state, 0) for state in GrantState},
        {state: asked.get(state, 0) for state in QuestionState}, documents,
    )  # fmt: skip


def _by_state(session: Session, column: Any) -> dict[Any, int]:
    return dict(tuple(row) for row in session.execute(select(column, func.count()).group_by(column)))


def company_may_read(session: Session, file: FileRow, reader: Principal) -> bool:
    """Tell whether somebody keeps the room that a file lies in; who uploaded it once counts for nothing."""
    mine = (
        select(Document.id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Room, Room.id == Document.room_id)
        .join(Entry, Entry.id == Room.entry_id)
        .where(DocumentVersion.file_id == file.id, Room.organization_id.in_(reader.organizations(*COMPANY)))
        .where(Entry.organization_id == Room.organization_id)
    )
    return session.scalar(mine.limit(1)) is not None
