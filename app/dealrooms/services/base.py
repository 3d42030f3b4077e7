"""What every change of a room begins with: the room held, and whoever acts found fit to act."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Membership
from app.core.access import Role
from app.core.errors import NotFound, Refused
from app.dealrooms.models import Grant, Room
from app.dealrooms.states import RoomState
from app.directory.models import Entry

NO_ROOM = "There is no such deal room, or it is not open to you."
NO_GRANT = "That access does not exist in this deal room."
EDITORS = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE})
OFFICER = frozenset({Role.EXPORT_OFFICER})
COMPANY_ROLES = EDITORS | OFFICER


@dataclass(frozen=True, slots=True)
class Held:
    """A room held for change, its entry, and what the actor is in its company."""

    room: Room
    entry: Entry
    role: Role

    @property
    def is_owner(self) -> bool:
        return self.role is Role.COMPANY_OWNER


def locked_room(session: Session, room_id: UUID) -> tuple[Room, Entry]:
    """Return a room held for change, and its entry: rooms are locked before anything in them. Raises NotFound."""
    wanted = select(Room).where(Room.id == room_id).with_for_update().execution_options(populate_existing=True)
    room = session.scalars(wanted).one_or_none()
    entry = session.get(Entry, room.entry_id) if room is not None else None
    if room is None or entry is None:
        raise NotFound(NO_ROOM)
    return room, entry


def company_room(session: Session, room_id: UUID, actor_id: UUID, roles: frozenset[Role] = EDITORS) -> Held:
    """Return a room held for change by somebody of its company in one of `roles`. Raises NotFound for others.

    A room whose entry now belongs to another company stays shut to everybody.
    """
    room, entry = locked_room(session, room_id)
    role = role_in(session, room.organization_id, actor_id)
    if role is None or role not in COMPANY_ROLES or entry.organization_id != room.organization_id:
        raise NotFound(NO_ROOM)
    if role not in roles:
        raise Refused(
            "Only the company's export officer does this." if roles == OFFICER
            else "An owner or delegate of the company does this; the export officer approves."
        )  # fmt: skip
    return Held(room, entry, role)


def require_open(room: Room) -> None:
    """Raise Refused unless the room is open."""
    if room.state is not RoomState.OPEN:
        raise Refused("This deal room is closed. Open it again on its settings page first.")


def role_in(session: Session, organization_id: UUID, user_id: UUID) -> Role | None:
    """Return what somebody is in an organization, None when they do not belong to it."""
    mine = (Membership.organization_id == organization_id) & (Membership.user_id == user_id)
    return session.scalar(select(Membership.role).where(mine))


def grant_in(session: Session, room_id: UUID, grant_id: UUID) -> Grant:
    """Return a grant of a room that is held already, held for change as well. Raises NotFound."""
    wanted = select(Grant).where(Grant.id == grant_id, Grant.room_id == room_id).with_for_update()
    grant = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if grant is None:
        raise NotFound(NO_GRANT)
    return grant


def people_of(session: Session, organization_id: UUID, roles: frozenset[Role]) -> list[str]:
    """Return the addresses of a company's people in some roles."""
    return [one.email for one in accounts.members(session, organization_id) if one.role in roles]
