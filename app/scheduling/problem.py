"""The seating problem of a summit, read from its meetings, and the plan it led to, in the summit's own terms."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matching import queries as matching
from app.registration.queries import SummitView
from app.scheduling import rules
from app.scheduling.instance import Instance
from app.scheduling.instance import Meeting as Wanted
from app.scheduling.models import Meeting, MeetingAbsence, MeetingPerson, MeetingSlot
from app.scheduling.states import AGREED, MeetingState, Mode


@dataclass(frozen=True, slots=True)
class Agreed:
    """A meeting that wants a table, as it stood when it was read."""

    id: UUID
    state: MeetingState
    slot_id: UUID | None
    table: int | None


@dataclass(frozen=True)
class Problem:
    """An instance, and what its places stand for: meetings and slots by place."""

    summit_id: UUID
    instance: Instance
    meetings: list[Agreed]
    slot_ids: list[UUID]
    tables: int


def read_problem(session: Session, summit: SummitView, mode: Mode, *, now: datetime) -> Problem:
    """Read the meetings both sides agreed to, when their people can meet, and what must stay.

    Meetings that began stay where they are. Pairs that a no or a block keeps apart are left out.
    """
    slots = session.execute(
        select(MeetingSlot.id, MeetingSlot.starts_at)
        .where(MeetingSlot.summit_id == summit.id, MeetingSlot.is_open)
        .order_by(MeetingSlot.starts_at)
    ).all()
    place = {slot_id: n for n, (slot_id, _) in enumerate(slots)}
    future = sum(1 << n for n, (_, starts_at) in enumerate(slots) if starts_at > now)
    meetings = _agreed(session, summit.id)
    people = _people(session, [m.id for m in meetings])
    persons = list(dict.fromkeys(user for m in meetings for user in people[m.id]))
    absent = _absences(session, persons, place)
    number = {user: n for n, user in enumerate(persons)}
    wanted, previous, frozen = [], {}, set()
    for n, meeting in enumerate(meetings):
        here = place.get(meeting.slot_id) if meeting.slot_id is not None else None
        began = here is not None and not future >> here & 1
        allowed = 1 << here if began and here is not None else future
        if not began:
            for user in people[meeting.id]:
                allowed &= ~absent.get(user, 0)
        wanted.append(Wanted(tuple(number[user] for user in people[meeting.id]), allowed))
        if here is not None and (began or mode is not Mode.ANEW):
            previous[n] = here
            if began or (mode is Mode.FREEZE and allowed >> here & 1):
                frozen.add(n)
    instance = Instance(
        people=len(persons), slots=max(1, len(slots)), tables=summit.tables, meetings=wanted,
        day_starts=rules.day_starts([starts_at for _, starts_at in slots], summit.zone),
        previous=previous, frozen=frozenset(frozen),
    )  # fmt: skip
    return Problem(summit.id, instance, meetings, [slot_id for slot_id, _ in slots], summit.tables)


def _agreed(session: Session, summit_id: UUID) -> list[Agreed]:
    found = session.execute(
        select(
            Meeting.id, Meeting.state, Meeting.slot_id, Meeting.table_number, Meeting.registration_id, Meeting.entry_id
        )
        .where(Meeting.summit_id == summit_id, Meeting.state.in_(AGREED))
        .order_by(Meeting.number)
    ).all()
    apart = matching.apart(session, [(row.registration_id, row.entry_id) for row in found])
    return [Agreed(*row[:4]) for row in found if (row.registration_id, row.entry_id) not in apart]


def _people(session: Session, meeting_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return who takes part in each meeting, the company's side first."""
    found: dict[UUID, list[UUID]] = {meeting_id: [] for meeting_id in meeting_ids}
    wanted = select(MeetingPerson.meeting_id, MeetingPerson.user_id).join(
        Meeting, Meeting.id == MeetingPerson.meeting_id
    )
    wanted = wanted.where(Meeting.state.in_(AGREED))
    for meeting_id, user_id in session.execute(wanted.order_by(Meeting.number, MeetingPerson.side)):
        if meeting_id in found:
            found[meeting_id].append(user_id)
    return found


def _absences(session: Session, persons: Collection[UUID], place: dict[UUID, int]) -> dict[UUID, int]:
    known = set(persons)
    absent: dict[UUID, int] = {}
    for user_id, slot_id in session.execute(
        select(MeetingAbsence.user_id, MeetingAbsence.slot_id).where(MeetingAbsence.slot_id.in_(place))
    ):
        if user_id in known:
            absent[user_id] = absent.get(user_id, 0) | 1 << place[slot_id]
    return absent
