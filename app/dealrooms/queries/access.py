"""How a person stands to a room at this moment, read in one query; what that means is for `rules.access`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization, User
from app.core.reference import ReferenceVersion
from app.dealrooms.models import Acceptance, Grant, GrantFolder, GrantPerson, Room
from app.dealrooms.rules import access
from app.dealrooms.rules.access import Closed, Standing
from app.dealrooms.states import LIVE_GRANTS, RoomState, Screening
from app.directory.models import Entry
from app.directory.states import Tier
from app.registration.limits import list_age_limit
from app.registration.models import Registration, Summit
from app.registration.states import RegistrationState
from app.screening.models import Case
from app.screening.queries import LIST_KIND
from app.screening.states import CaseState

VETTED = frozenset({RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE, RegistrationState.CONFIRMED})
SCREENED = "registration"


@dataclass(frozen=True, slots=True)
class Access:
    """One grant as it concerns one person: what they need to be told, and what decides."""

    room_id: UUID
    grant_id: UUID
    organization_id: UUID
    organization_name: str
    person_name: str
    whole_room: bool
    moved_at: datetime
    standing: Standing

    def shut(self, *, now: datetime, in_scope: bool = True) -> Closed | None:
        """Return why the room, or a folder in or out of the grant's scope, stays shut now."""
        return access.may_open(self.standing, now=now, in_scope=in_scope)


def access_of(session: Session, room_id: UUID, user_id: UUID, *, now: datetime) -> Access | None:
    """Return how a person stands to a room: of several organizations' grants the one that opens it, or the newest."""
    return _best(session, (Room.id == room_id), user_id, now)


def may_open(
    session: Session, room_id: UUID, user_id: UUID, *, folder_id: UUID | None = None, now: datetime
) -> tuple[Access | None, Closed | None]:
    """Tell whether a person of a partner may open a room, or one of its folders, at this moment.

    The one check that every page, picture and download asks, at every request. Nothing known about the person, or
    anything missing, keeps it shut.
    """
    found = access_of(session, room_id, user_id, now=now)
    if found is None:
        return None, Closed.STRANGER
    in_scope = folder_id is None or found.whole_room or folder_id in folders_of(session, found.grant_id)
    return found, found.shut(now=now, in_scope=in_scope)


def folders_of(session: Session, grant_id: UUID) -> frozenset[UUID]:
    """Return the folders that a grant for part of a room opens."""
    return frozenset(session.scalars(select(GrantFolder.folder_id).where(GrantFolder.grant_id == grant_id)))


def tier_for(session: Session, entry_id: UUID, user_id: UUID, *, now: datetime) -> Tier | None:
    """Return the tier that access to an entry's deal room gives a person now, None when it gives none.

    GRANTED with the whole room open, NDA with chosen folders; both only while the access is live and this person
    accepted the agreement that holds. One query.
    """
    open_rooms = (Room.entry_id == entry_id) & (Room.state == RoomState.OPEN)
    found = _best(session, open_rooms, user_id, now)
    if found is None or found.shut(now=now) is not None:
        return None
    return Tier.GRANTED if found.whole_room else Tier.NDA


def accesses(
    session: Session, which: ColumnElement[bool], user_id: UUID, *more: Any, now: datetime
) -> list[tuple[Any, ...]]:
    """Return how a person stands to several rooms, the last moved first, each with the columns of `more`."""
    found = session.execute(_wanted(which, user_id).add_columns(*more)).all()
    return [(_access(row[: -len(more)], now.date()), *row[-len(more) :]) for row in found]


def _best(session: Session, which: ColumnElement[bool], user_id: UUID, now: datetime) -> Access | None:
    found = [_access(row, now.date()) for row in session.execute(_wanted(which, user_id))]
    found.sort(key=lambda one: (one.shut(now=now) is not None, one.standing.grant not in LIVE_GRANTS))
    return found[0] if found else None


def _wanted(which: ColumnElement[bool], user_id: UUID) -> Select[*tuple[Any, ...]]:
    summit = select(Summit.id).order_by(Summit.created_at.desc(), Summit.key.desc()).limit(1).scalar_subquery()
    of_lists = ReferenceVersion.kind == LIST_KIND
    newest = select(func.max(ReferenceVersion.number)).where(of_lists).scalar_subquery()
    dated = select(ReferenceVersion.as_of).where(of_lists).order_by(ReferenceVersion.number.desc()).limit(1)
    shown = case(
        (and_(Entry.shown_since.is_not(None), Entry.organization_id == Room.organization_id), True), else_=False
    )
    return (
        select(
            Room.id, Grant.id, Grant.organization_id, Organization.name, User.name, Grant.whole_room, Grant.moved_at,
            Room.state, Room.expires_at, shown, Grant.state, Grant.expires_at, Grant.for_everybody,
            GrantPerson.standing, User.suspended_at, User.email_verified_at, Registration.id, Case.state,
            Case.list_version, newest, dated.scalar_subquery(), Acceptance.id,
        )
        .select_from(Grant)
        .join(Room, Room.id == Grant.room_id)
        .join(Entry, Entry.id == Room.entry_id)
        .join(Organization, Organization.id == Grant.organization_id)
        .join(Membership, (Membership.organization_id == Grant.organization_id) & (Membership.user_id == user_id))
        .join(User, User.id == Membership.user_id)
        .outerjoin(
            Registration,
            (Registration.summit_id == summit) & (Registration.user_id == user_id)
            & (Registration.organization_id == Grant.organization_id) & Registration.state.in_(VETTED),
        )
        .outerjoin(Case, (Case.subject_kind == SCREENED) & (Case.subject_id == Registration.id))
        .outerjoin(GrantPerson, (GrantPerson.grant_id == Grant.id) & (GrantPerson.user_id == user_id))
        .outerjoin(
            Acceptance,
            (Acceptance.room_id == Room.id) & (Acceptance.nda_number == Room.nda_number)
            & (Acceptance.user_id == user_id) & (Acceptance.organization_id == Grant.organization_id),
        )
        .where(which)
        .order_by(Grant.moved_at.desc(), Grant.id)
        .limit(50)
    )  # fmt: skip


def _access(row: Any, today: date) -> Access:
    (room_id, grant_id, organization_id, organization_name, person_name, whole, moved_at, room_state, room_ends,
     shown, grant, grant_ends, for_everybody, person, suspended_at, verified_at, registration_id, case_state,
     screened_with, newest, dated, acceptance_id) = row  # fmt: skip
    standing = Standing(
        room=room_state, room_expires_at=room_ends, entry_shown=bool(shown), grant=grant, grant_expires_at=grant_ends,
        for_everybody=for_everybody, is_member=True, person=person, suspended=suspended_at is not None,
        email_verified=verified_at is not None, vetted=registration_id is not None,
        screening=screening_of(case_state, screened_with, newest, dated, today=today),
        accepted_nda=acceptance_id is not None,
    )  # fmt: skip
    return Access(room_id, grant_id, organization_id, organization_name, person_name, whole, moved_at, standing)


def screening_of(
    state: CaseState | None, screened_with: int | None, newest: int | None, dated: date | None, *, today: date
) -> Screening:
    """Return what a case and the newest list say together: only a clear answer of a current list clears."""
    if state is None or newest is None or dated is None:
        return Screening.MISSING
    if state is not CaseState.CLEARED:
        return Screening.NOT_CLEARED
    oldest = list_age_limit()
    too_old = oldest is not None and (today - dated).days > oldest
    return Screening.OUTDATED if screened_with != newest or too_old else Screening.CLEARED
