"""Reads of scheduling: my meetings, one meeting, agendas, the timetable, calendar feeds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.directory.rules import search_words
from app.matching.states import Side
from app.registration.models import Registration
from app.scheduling.models import (
    CalendarFeed,
    Meeting,
    MeetingAbsence,
    MeetingPerson,
    MeetingSeat,
    MeetingSlot,
    MeetingStep,
    Seating,
)
from app.scheduling.rules import NO_MEETING, Agreement, digest
from app.scheduling.states import AGREED, SEATED, WAITING, MeetingState, Origin

Partner = aliased(User, name="partner")
House = aliased(Organization, name="house")


class Show(StrEnum):
    """Which of my meetings to list."""

    TO_ANSWER = "to_answer"
    WAITING = "waiting"
    AGREED = "agreed"
    ENDED = "ended"
    ALL = "all"


SHOW_LABELS = {
    Show.TO_ANSWER: "For you to answer",
    Show.WAITING: "Waiting for the other side",
    Show.AGREED: "Agreed",
    Show.ENDED: "Ended",
    Show.ALL: "All",
}


@dataclass(frozen=True, slots=True)
class MyMeeting:
    """A meeting as somebody of one side, or an organizer (side None), sees it. Times are UTC."""

    id: UUID
    state: MeetingState
    origin: Origin
    asked_by: Side | None
    partner_agreed: bool
    company_agreed: bool
    partner_name: str
    organization_name: str
    country: str
    entry_id: UUID
    entry_key: str
    entry_name: str
    lead_company: str
    note: str
    answer_note: str
    end_reason: str
    reasons_partner: list[str]
    reasons_company: list[str]
    unseated_reason: str
    expires_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    table: int | None
    organization_id: UUID
    summit_id: UUID
    registration_id: UUID
    partner_user_id: UUID

    def agreement(self) -> Agreement:
        return Agreement(self.state, self.partner_agreed, self.company_agreed)

    def with_whom(self, side: Side | None) -> str:
        """Return whom somebody on `side` meets."""
        if side is Side.PARTNER:
            return f"{self.lead_company}: {self.entry_name}"
        return f"{self.partner_name}, {self.organization_name}"

    def reasons(self, side: Side | None) -> list[str]:
        """Return the reasons that `side` is told; an organizer reads the partner's."""
        return self.reasons_company if side is Side.COMPANY else self.reasons_partner


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a meeting's history."""

    at: datetime
    words: str
    side: Side | None
    reason: str


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who sits in a meeting."""

    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One meeting in a person's agenda; `is_off` ones were planned once and stay for calendars to take out."""

    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime
    table: int
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


@dataclass(frozen=True, slots=True)
class Cell:
    """What happens at one table in one slot."""

    meeting_id: UUID
    partner_name: str
    organization_name: str
    entry_name: str
    state: MeetingState


@dataclass(frozen=True, slots=True)
class Grid:
    """A day of the timetable for some tables: cells by (table, slot)."""

    slots: list[Slot]
    tables: list[int]
    cells: dict[tuple[int, UUID], Cell]


@dataclass(frozen=True, slots=True)
class SeatingRow:
    """One computation of the timetable."""

    number: int
    job_id: UUID | None
    made_at: datetime
    done_at: datetime | None
    outcome: dict[str, Any]


def my_meetings(
    session: Session, summit_id: UUID, user_id: UUID, companies: Collection[UUID], *, show: Show = Show.ALL,
    search: str = "", number: int = 1,
) -> Page[MyMeeting]:  # fmt: skip
    """Return one page of the meetings of a person, or of the companies they belong to, soonest first."""
    mine = _mine(session, summit_id, user_id, companies)
    wanted = _meetings().where(Meeting.summit_id == summit_id, mine.any, mine.shown(show))
    for word in search_words(search):
        wanted = wanted.where(
            or_(
                Partner.name.icontains(word, autoescape=True),
                House.name.icontains(word, autoescape=True),
                Entry.search_text.contains(word, autoescape=True),
            )
        )
    unseated_last = case((MeetingSlot.starts_at.is_(None), 1), else_=0)
    ordered = wanted.order_by(unseated_last, MeetingSlot.starts_at, Meeting.number)
    return paginate(session, ordered, MyMeeting, number=number)


@dataclass(frozen=True)
class _Mine:
    """Which meetings are a person's: by their registrations and by the companies they belong to."""

    registrations: list[UUID]
    companies: Collection[UUID]

    @property
    def any(self) -> ColumnElement[bool]:
        return or_(Meeting.registration_id.in_(self.registrations), Meeting.organization_id.in_(self.companies))

    def shown(self, show: Show) -> ColumnElement[bool]:
        waits_for_me = or_(
            and_(Meeting.registration_id.in_(self.registrations), Meeting.partner_agreed_at.is_(None)),
            and_(Meeting.organization_id.in_(self.companies), Meeting.company_agreed_at.is_(None)),
        )
        open_now = Meeting.state.in_(WAITING)
        return {
            Show.TO_ANSWER: and_(open_now, waits_for_me),
            Show.WAITING: and_(open_now, ~waits_for_me),
            Show.AGREED: Meeting.state.in_(AGREED),
            Show.ENDED: Meeting.state.not_in(WAITING | AGREED),
            Show.ALL: Meeting.id.is_not(None),
        }[show]


def _mine(session: Session, summit_id: UUID, user_id: UUID, companies: Collection[UUID]) -> _Mine:
    wanted = select(Registration.id).where(Registration.user_id == user_id, Registration.summit_id == summit_id)
    return _Mine(list(session.scalars(wanted)), companies)


def counts(session: Session, summit_id: UUID, user_id: UUID, companies: Collection[UUID]) -> dict[Show, int]:
    """Return how many of my meetings each list holds."""
    mine = _mine(session, summit_id, user_id, companies)
    columns = [func.coalesce(func.sum(case((mine.shown(show), 1), else_=0)), 0) for show in Show]
    found = session.execute(select(*columns).where(Meeting.summit_id == summit_id, mine.any)).one()
    return {show: int(number) for show, number in zip(Show, found, strict=True)}


def meeting(session: Session, meeting_id: UUID) -> MyMeeting:
    """Return one meeting; ask `side_in` whether the reader belongs to it. Raises NotFound."""
    found = session.execute(_meetings().where(Meeting.id == meeting_id)).one_or_none()
    if found is None:
        raise NotFound(NO_MEETING)
    return MyMeeting(*found)


def side_in(found: MyMeeting, user_id: UUID, companies: Collection[UUID]) -> Side | None:
    """Return the side on which a person is; None for somebody who is on neither."""
    if found.partner_user_id == user_id:
        return Side.PARTNER
    return Side.COMPANY if found.organization_id in companies else None


def _meetings() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Meeting.id, Meeting.state, Meeting.origin, Meeting.asked_by, Meeting.partner_agreed_at.is_not(None),
            Meeting.company_agreed_at.is_not(None), Partner.name, House.name, Registration.country, Entry.id,
            Entry.key, Entry.name, Entry.lead_company, Meeting.note, Meeting.answer_note, Meeting.end_reason,
            Meeting.reasons_partner, Meeting.reasons_company, Meeting.unseated_reason, Meeting.expires_at,
            MeetingSlot.starts_at, MeetingSlot.ends_at, Meeting.table_number, Meeting.organization_id,
            Meeting.summit_id, Meeting.registration_id, Registration.user_id,
        )
        .join(Registration, Registration.id == Meeting.registration_id)
        .join(Partner, Partner.id == Registration.user_id)
        .join(House, House.id == Registration.organization_id)
        .join(Entry, Entry.id == Meeting.entry_id)
        .outerjoin(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
    )  # fmt: skip


def sitters(session: Session, meeting_id: UUID) -> list[Sitter]:
    """Return who sits in a meeting, the company first."""
    wanted = select(User.name, MeetingPerson.side).join(User, User.id == MeetingPerson.user_id)
    wanted = wanted.where(MeetingPerson.meeting_id == meeting_id).order_by(MeetingPerson.side, User.name)
    return [Sitter(*row) for row in session.execute(wanted)]


def history(session: Session, meeting_id: UUID) -> list[Step]:
    """Return what happened to a meeting, newest first."""
    wanted = select(MeetingStep.at, MeetingStep.words, MeetingStep.side, MeetingStep.reason)
    wanted = wanted.where(MeetingStep.meeting_id == meeting_id).order_by(MeetingStep.at.desc(), MeetingStep.id)
    return [Step(*row) for row in session.execute(wanted.limit(50))]


def agenda(session: Session, user_id: UUID, summit_id: UUID, *, with_off: bool = False) -> list[AgendaItem]:
    """Return a person's meetings with a table, in order of time; `with_off` adds those called off after."""
    shown = SEATED | {MeetingState.CANCELLED} if with_off else SEATED
    wanted = (
        select(
            Meeting.id, MeetingSlot.starts_at, MeetingSlot.ends_at, Meeting.table_number, MeetingPerson.side,
            Partner.name.label("partner"), House.name.label("house"), Entry.lead_company, Entry.name.label("entry"),
            Entry.key, Meeting.state, Meeting.sequence, Meeting.moved_at,
        )
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .join(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .join(Registration, Registration.id == Meeting.registration_id)
        .join(Partner, Partner.id == Registration.user_id)
        .join(House, House.id == Registration.organization_id)
        .join(Entry, Entry.id == Meeting.entry_id)
        .where(MeetingPerson.user_id == user_id, Meeting.summit_id == summit_id, Meeting.state.in_(shown))
        .order_by(MeetingSlot.starts_at, Meeting.number)
    )  # fmt: skip
    return [
        AgendaItem(
            meeting_id=row.id, starts_at=row.starts_at, ends_at=row.ends_at, table=row.table_number,
            with_whom=row.lead_company if row.side is Side.PARTNER else f"{row.partner}, {row.house}",
            entry_name=row.entry, entry_key=row.key, state=row.state, sequence=row.sequence, moved_at=row.moved_at,
            is_off=row.state is MeetingState.CANCELLED,
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
    return [Slot(s, a, b, s in absent, s in busy) for s, a, b in _slots(session, summit_id)]


def slots_for_meeting(session: Session, found: MyMeeting, *, now: datetime) -> list[Slot]:
    """Return the future slots in which everybody of a meeting is free."""
    people = select(MeetingPerson.user_id).where(MeetingPerson.meeting_id == found.id)
    taken = select(MeetingSeat.slot_id).where(MeetingSeat.user_id.in_(people))
    absent = select(MeetingAbsence.slot_id).where(MeetingAbsence.user_id.in_(people))
    closed = _slot_ids(session, taken) | _slot_ids(session, absent)
    return [Slot(s, a, b) for s, a, b in _slots(session, found.summit_id) if s not in closed and a > now]


def _slot_ids(session: Session, wanted: Select[UUID]) -> set[UUID]:
    return set(session.scalars(wanted))


def _slots(session: Session, summit_id: UUID) -> list[tuple[UUID, datetime, datetime]]:
    wanted = select(MeetingSlot.id, MeetingSlot.starts_at, MeetingSlot.ends_at).where(
        MeetingSlot.summit_id == summit_id, MeetingSlot.is_open
    )
    return [(row.id, row.starts_at, row.ends_at) for row in session.execute(wanted.order_by(MeetingSlot.starts_at))]


def timetable(
    session: Session, summit_id: UUID, *, day_starts: datetime, day_ends: datetime, tables: Collection[int]
) -> Grid:
    """Return who sits at which of `tables` in the slots that begin within a day."""
    slots = [Slot(s, a, b) for s, a, b in _slots(session, summit_id) if day_starts <= a < day_ends]
    wanted = (
        select(
            Meeting.table_number, Meeting.slot_id, Meeting.id, Partner.name, House.name, Entry.name, Meeting.state
        )
        .join(Registration, Registration.id == Meeting.registration_id)
        .join(Partner, Partner.id == Registration.user_id)
        .join(House, House.id == Registration.organization_id)
        .join(Entry, Entry.id == Meeting.entry_id)
        .where(
            Meeting.summit_id == summit_id, Meeting.state.in_(SEATED), Meeting.table_number.in_(tables),
            Meeting.slot_id.in_([slot.id for slot in slots]),
        )
    )  # fmt: skip
    found: Sequence[Any] = session.execute(wanted).all()
    cells = {(row[0], row[1]): Cell(*row[2:]) for row in found}
    return Grid(slots, sorted(tables), cells)


def standing(session: Session, summit_id: UUID) -> dict[MeetingState, int]:
    """Return how many meetings of a summit stand where."""
    counted = select(Meeting.state, func.count()).where(Meeting.summit_id == summit_id).group_by(Meeting.state)
    found = dict(session.execute(counted).all())
    return {state: found.get(state, 0) for state in MeetingState}


def without_table(session: Session, summit_id: UUID, *, number: int = 1) -> Page[MyMeeting]:
    """Return agreed meetings that have no table, with why."""
    wanted = _meetings().where(Meeting.summit_id == summit_id, Meeting.state == MeetingState.ACCEPTED)
    return paginate(session, wanted.order_by(Meeting.number), MyMeeting, number=number)


def seatings(session: Session, summit_id: UUID) -> list[SeatingRow]:
    """Return the last computations of the timetable, newest first."""
    wanted = select(Seating.number, Seating.job_id, Seating.made_at, Seating.done_at, Seating.outcome)
    wanted = wanted.where(Seating.summit_id == summit_id).order_by(Seating.number.desc()).limit(10)
    return [SeatingRow(*row) for row in session.execute(wanted)]
