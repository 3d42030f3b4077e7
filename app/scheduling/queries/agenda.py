"""Agendas, calendar feeds, and the times people have."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.models import Entry
from app.matching.states import Side
from app.registration.models import Registration
from app.scheduling.models import (
    CalendarFeed,
    Meeting,
    MeetingAbsence,
    MeetingPerson,
    MeetingSeat,
    MeetingSlot,
)
from app.scheduling.queries.mine import MyMeeting
from app.scheduling.queries.names import House, Partner
from app.scheduling.rules import digest
from app.scheduling.states import SEATED, MeetingState


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One meeting in a person's agenda; `is_off` ones were planned once and stay for calendars to take out."""

    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime
    table: int | None
    with_whom: str
    entry_name: str
    entry_key: str
    state: MeetingState
    sequence: int
    moved_at: datetime
    is_off: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the summit. `absent` and `busy` are about the person or meeting asked for."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    absent: bool = False
    busy: bool = False


def agenda(session: Session, user_id: UUID, summit_id: UUID, *, with_off: bool = False) -> list[AgendaItem]:
    """Return a person's meetings with a table, in order of time; `with_off` adds those that had one and lost it."""
    shown = and_(
        Meeting.state.in_(SEATED | {MeetingState.CANCELLED} if with_off else SEATED), Meeting.slot_id.is_not(None)
    )
    if with_off:
        shown = or_(shown, and_(Meeting.slot_id.is_(None), Meeting.left_starts_at.is_not(None)))
    starts_at = func.coalesce(MeetingSlot.starts_at, Meeting.left_starts_at)
    wanted = (
        select(
            Meeting.id, starts_at.label("starts_at"),
            func.coalesce(MeetingSlot.ends_at, Meeting.left_ends_at).label("ends_at"), Meeting.table_number,
            MeetingPerson.side,
            Partner.name.label("partner"), House.name.label("house"), Entry.lead_company, Entry.name.label("entry"),
            Entry.key, Meeting.state, Meeting.sequence, Meeting.moved_at,
        )
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .outerjoin(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .join(Registration, Registration.id == Meeting.registration_id)
        .join(Partner, Partner.id == Registration.user_id)
        .join(House, House.id == Registration.organization_id)
        .join(Entry, Entry.id == Meeting.entry_id)
        .where(MeetingPerson.user_id == user_id, Meeting.summit_id == summit_id, shown)
        .order_by(starts_at, Meeting.number)
    )  # fmt: skip
    return [
        AgendaItem(
            meeting_id=row.id, starts_at=row.starts_at, ends_at=row.ends_at, table=row.table_number,
            with_whom=row.lead_company if row.side is Side.PARTNER else f"{row.partner}, {row.house}",
            entry_name=row.entry, entry_key=row.key, state=row.state, sequence=row.sequence, moved_at=row.moved_at,
            is_off=row.state not in SEATED,
        )
        for row in session.execute(wanted)
    ]  # fmt: skip


def feed_owner(session: Session, token: str) -> tuple[UUID, UUID] | None:
    """Return (person, summit) of a calendar address; None for an unknown or revoked one, or somebody suspended."""
    wanted = select(CalendarFeed.user_id, CalendarFeed.summit_id).join(User, User.id == CalendarFeed.user_id)
    wanted = wanted.where(CalendarFeed.token_digest == digest(token), CalendarFeed.revoked_at.is_(None))
    found = session.execute(wanted.where(User.suspended_at.is_(None))).one_or_none()
    return None if found is None else (found.user_id, found.summit_id)


def has_feed(session: Session, user_id: UUID, summit_id: UUID) -> bool:
    """Tell whether a person has a calendar address that works."""
    wanted = select(CalendarFeed.id).where(CalendarFeed.user_id == user_id, CalendarFeed.summit_id == summit_id)
    return session.scalar(wanted.where(CalendarFeed.revoked_at.is_(None))) is not None


def slots_of_person(session: Session, summit_id: UUID, user_id: UUID) -> list[Slot]:
    """Return the summit's slots with whether the person cannot come or has a meeting."""
    absent = _slot_ids(session, select(MeetingAbsence.slot_id).where(MeetingAbsence.user_id == user_id))
    busy = _slot_ids(session, select(MeetingSeat.slot_id).where(MeetingSeat.user_id == user_id))
    return [Slot(s, a, b, s in absent, s in busy) for s, a, b in slots_of(session, summit_id)]


def slots_for_meeting(session: Session, found: MyMeeting, *, now: datetime) -> list[Slot]:
    """Return the future slots in which everybody of a meeting is free."""
    people = select(MeetingPerson.user_id).where(MeetingPerson.meeting_id == found.id)
    taken = select(MeetingSeat.slot_id).where(MeetingSeat.user_id.in_(people))
    absent = select(MeetingAbsence.slot_id).where(MeetingAbsence.user_id.in_(people))
    closed = _slot_ids(session, taken) | _slot_ids(session, absent)
    return [Slot(s, a, b) for s, a, b in slots_of(session, found.summit_id) if s not in closed and a > now]


def _slot_ids(session: Session, wanted: Select[UUID]) -> set[UUID]:
    return set(session.scalars(wanted))


def slots_of(session: Session, summit_id: UUID) -> list[tuple[UUID, datetime, datetime]]:
    """Return (id, start, end) of the open slots, in order of time."""
    wanted = select(MeetingSlot.id, MeetingSlot.starts_at, MeetingSlot.ends_at).where(
        MeetingSlot.summit_id == summit_id, MeetingSlot.is_open
    )
    return [(row.id, row.starts_at, row.ends_at) for row in session.execute(wanted.order_by(MeetingSlot.starts_at))]
