"""Access, as the company keeps it and as a partner's people see their own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Membership, Organization, User
from app.accounts.rules import folded
from app.accounts.states import OrganizationKind
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.dealrooms.models import Acceptance, Folder, Grant, GrantFolder, GrantPerson, GrantStep, Room
from app.dealrooms.states import GrantEvent, GrantState, PersonStanding, RoomState, grant_steps
from app.directory.models import Entry
from app.interest.models import Interest

NO_GRANT = "That access does not exist in this deal room."


@dataclass(frozen=True, slots=True)
class GrantRow:
    """An organization's access in the company's table."""

    id: UUID
    organization_id: UUID
    organization: str
    country: str
    kind: OrganizationKind
    state: GrantState
    requested_by: str
    asked_at: datetime
    moved_at: datetime
    note: str
    reason: str
    whole_room: bool
    for_everybody: bool
    expires_at: datetime | None
    approved_at: datetime | None
    questions_asked: int
    interest_id: UUID | None
    signed: int

    @property
    def steps(self) -> list[GrantEvent]:
        return grant_steps(self.state)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of an organization with access: what the company said of them, and when they accepted which text."""

    user_id: UUID
    name: str
    standing: PersonStanding | None
    acceptance_id: UUID | None
    nda_number: int | None
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the history of access."""

    at: datetime
    who: str | None
    event: GrantEvent | None
    after: GrantState
    reason: str


@dataclass(frozen=True, slots=True)
class MyRoom:
    """A deal room as a partner's people find it in their list."""

    room_id: UUID
    grant_id: UUID
    entry_name: str
    company: str
    organization: str
    state: GrantState
    moved_at: datetime
    expires_at: datetime | None
    reason: str
    signed: bool
    room_open: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """An acceptance, whole: what the paper about it says."""

    id: UUID
    room_id: UUID
    user_id: UUID
    organization_id: UUID
    typed_name: str
    account_name: str
    organization: str
    nda_number: int
    sha256: str
    address: str
    accepted_at: datetime


def grants(
    session: Session, room_id: UUID, *, state: GrantState | None = None, search: str = "", number: int = 1
) -> Page[GrantRow]:
    """Return who has or wants access, what waits for the company first."""
    wanted = _grants().where(Grant.room_id == room_id)
    if state is not None:
        wanted = wanted.where(Grant.state == state)
    for word in folded(search).split()[:10]:
        wanted = wanted.where(Organization.search_name.contains(word, autoescape=True))
    first = case({state.value: place for place, state in enumerate(GrantState)}, value=Grant.state)
    return paginate(session, wanted.order_by(first, Grant.moved_at.desc(), Grant.id), GrantRow, number=number)


def grant(session: Session, room_id: UUID, grant_id: UUID) -> GrantRow:
    """Return one access of a room. Raises NotFound for another room's."""
    found = session.execute(_grants().where(Grant.room_id == room_id, Grant.id == grant_id)).one_or_none()
    if found is None:
        raise NotFound(NO_GRANT)
    return GrantRow(*found)


def waiting_grants(session: Session, organization_ids: Collection[UUID]) -> list[tuple[UUID, str, GrantRow]]:
    """Return the access that waits for a company's export officer, the oldest first, with room and entry."""
    wanted = _grants().add_columns(Room.id, Entry.name).join(Entry, Entry.id == Room.entry_id)
    wanted = wanted.where(Room.organization_id.in_(organization_ids), Grant.state == GrantState.APPROVAL_PENDING)
    wanted = wanted.where(Entry.organization_id == Room.organization_id)
    found = session.execute(wanted.order_by(Grant.moved_at, Grant.id).limit(100)).all()
    return [(row[-2], row[-1], GrantRow(*row[:-2])) for row in found]


def _grants() -> Select[*tuple[Any, ...]]:
    signed = select(func.count()).where(
        Acceptance.room_id == Grant.room_id, Acceptance.organization_id == Grant.organization_id,
        Acceptance.nda_number == Room.nda_number,
    )  # fmt: skip
    return (
        select(
            Grant.id, Grant.organization_id, Organization.name, Organization.country, Organization.kind, Grant.state,
            User.name, Grant.asked_at, Grant.moved_at, Grant.note, Grant.reason, Grant.whole_room,
            Grant.for_everybody, Grant.expires_at, Grant.approved_at, Grant.questions_asked, Grant.interest_id,
            signed.correlate(Grant, Room).scalar_subquery(),
        )
        .join(Room, Room.id == Grant.room_id)
        .join(Organization, Organization.id == Grant.organization_id)
        .join(User, User.id == Grant.requested_by_id)
    )  # fmt: skip


def folders_named(session: Session, grant_id: UUID) -> list[tuple[UUID, str]]:
    """Return the folders that a grant for part of a room opens, in their order."""
    wanted = select(Folder.id, Folder.name).join(GrantFolder, GrantFolder.folder_id == Folder.id)
    found = session.execute(wanted.where(GrantFolder.grant_id == grant_id).order_by(Folder.position, Folder.id))
    return [(row.id, row.name) for row in found]


def people(session: Session, room_id: UUID, found: GrantRow) -> list[PersonRow]:
    """Return the organization's people whom the company knows: those who asked, were named or accepted the NDA.

    The other members of a partner stay unknown to the company.
    """
    newest = (
        select(Acceptance.user_id, func.max(Acceptance.nda_number).label("number"))
        .where(Acceptance.room_id == room_id, Acceptance.organization_id == found.organization_id)
        .group_by(Acceptance.user_id)
        .subquery()
    )
    of_newest = (
        (Acceptance.room_id == room_id) & (Acceptance.organization_id == found.organization_id)
        & (Acceptance.user_id == newest.c.user_id) & (Acceptance.nda_number == newest.c.number)
    )  # fmt: skip
    known = (newest.c.user_id.is_not(None)) | (GrantPerson.user_id.is_not(None)) | (Grant.requested_by_id == User.id)
    wanted = (
        select(User.id, User.name, GrantPerson.standing, Acceptance.id, Acceptance.nda_number, Acceptance.accepted_at)
        .join(Membership, (Membership.user_id == User.id) & (Membership.organization_id == found.organization_id))
        .join(Grant, Grant.id == found.id)
        .outerjoin(newest, newest.c.user_id == User.id)
        .outerjoin(Acceptance, of_newest)
        .outerjoin(GrantPerson, (GrantPerson.grant_id == found.id) & (GrantPerson.user_id == User.id))
        .where(known)
        .order_by(User.name, User.id)
        .limit(100)
    )
    return [PersonRow(*row) for row in session.execute(wanted)]


def history(session: Session, grant_id: UUID) -> list[StepRow]:
    """Return the steps of access, the newest first."""
    wanted = select(GrantStep.at, User.name, GrantStep.event, GrantStep.after, GrantStep.reason)
    wanted = wanted.outerjoin(User, User.id == GrantStep.actor_id).where(GrantStep.grant_id == grant_id)
    return [StepRow(*row) for row in session.execute(wanted.order_by(GrantStep.number.desc()).limit(100))]


def my_rooms(session: Session, organization_ids: Collection[UUID], user_id: UUID, *, number: int = 1) -> Page[MyRoom]:
    """Return the deal rooms that one's organizations asked for or were given, live ones first."""
    signed = select(Acceptance.id).where(
        Acceptance.room_id == Room.id, Acceptance.nda_number == Room.nda_number, Acceptance.user_id == user_id,
        Acceptance.organization_id == Grant.organization_id,
    )  # fmt: skip
    company = aliased(Organization)
    wanted = (
        select(
            Room.id, Grant.id, Entry.name, company.name, Organization.name, Grant.state, Grant.moved_at,
            Grant.expires_at, Grant.reason, signed.exists(), Room.state == RoomState.OPEN,
        )
        .select_from(Grant)
        .join(Room, Room.id == Grant.room_id)
        .join(Entry, Entry.id == Room.entry_id)
        .join(Organization, Organization.id == Grant.organization_id)
        .join(company, company.id == Room.organization_id)
        .where(Grant.organization_id.in_(organization_ids))
    )  # fmt: skip
    first = case({state.value: place for place, state in enumerate(GrantState)}, value=Grant.state)
    return paginate(session, wanted.order_by(first, Grant.moved_at.desc(), Grant.id), MyRoom, number=number)


def grant_for(session: Session, entry_id: UUID, organization_ids: Collection[UUID]) -> GrantRow | None:
    """Return the newest access of one's organizations to an entry's open room, None when there is none."""
    wanted = _grants().where(Room.entry_id == entry_id, Room.state == RoomState.OPEN)
    wanted = wanted.where(Grant.organization_id.in_(organization_ids)).order_by(Grant.asked_at.desc(), Grant.id)
    found = session.execute(wanted.limit(1)).one_or_none()
    return GrantRow(*found) if found else None


def acceptance(session: Session, room_id: UUID, acceptance_id: UUID) -> Signed | None:
    """Return an acceptance of a room's agreement, None when there is none."""
    wanted = (
        select(
            Acceptance.id, Acceptance.room_id, Acceptance.user_id, Acceptance.organization_id, Acceptance.typed_name,
            User.name, Organization.name, Acceptance.nda_number, Acceptance.sha256, Acceptance.address,
            Acceptance.accepted_at,
        )
        .join(User, User.id == Acceptance.user_id)
        .join(Organization, Organization.id == Acceptance.organization_id)
        .where(Acceptance.id == acceptance_id, Acceptance.room_id == room_id)
    )  # fmt: skip
    found = session.execute(wanted).one_or_none()
    return Signed(*found) if found else None


def my_acceptance(session: Session, room_id: UUID, number: int, user_id: UUID) -> UUID | None:
    """Return a person's own acceptance of one text, None when they did not accept it."""
    mine = (Acceptance.room_id == room_id) & (Acceptance.nda_number == number) & (Acceptance.user_id == user_id)
    return session.scalar(select(Acceptance.id).where(mine).order_by(Acceptance.accepted_at.desc()).limit(1))


def entry_of_interest(session: Session, interest_id: UUID) -> UUID | None:
    """Return the entry that an interest is in; ask first whether the reader may know of it."""
    return session.scalar(select(Interest.entry_id).where(Interest.id == interest_id))


def grant_of_interest(session: Session, interest_id: UUID) -> tuple[UUID, UUID, GrantState] | None:
    """Return room, access and its state of the partner behind an interest, in the entry's open room."""
    same = (Interest.organization_id == Grant.organization_id) & (Interest.entry_id == Room.entry_id)
    wanted = (
        select(Room.id, Grant.id, Grant.state)
        .join(Grant, Grant.room_id == Room.id)
        .join(Interest, same)
        .where(Interest.id == interest_id, Room.state == RoomState.OPEN)
        .order_by(Grant.asked_at.desc(), Grant.id)
    )
    found = session.execute(wanted.limit(1)).one_or_none()
    return (found[0], found[1], found[2]) if found else None
