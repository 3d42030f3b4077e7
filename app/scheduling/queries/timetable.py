"""The timetable of the organizers, and how seating went."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.registration.models import Registration
from app.scheduling.models import (
    Meeting,
    Seating,
)
from app.scheduling.queries.agenda import Slot, slots_of
from app.scheduling.queries.mine import MyMeeting, wanted_meetings
from app.scheduling.queries.names import House, Partner
from app.scheduling.states import SEATED, MeetingState


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
    stopped_at: datetime | None
    outcome: dict[str, Any]


def timetable(
    session: Session, summit_id: UUID, *, day_starts: datetime, day_ends: datetime, tables: Collection[int]
) -> Grid:
    """Return who sits at which of `tables` in the slots that begin within a day."""
    slots = [Slot(s, a, b) for s, a, b in slots_of(session, summit_id) if day_starts <= a < day_ends]
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
    wanted = wanted_meetings().where(Meeting.summit_id == summit_id, Meeting.state == MeetingState.ACCEPTED)
    return paginate(session, wanted.order_by(Meeting.number), MyMeeting, number=number)


def seatings(session: Session, summit_id: UUID) -> list[SeatingRow]:
    """Return the last computations of the timetable, newest first."""
    wanted = select(
        Seating.number, Seating.job_id, Seating.made_at, Seating.done_at, Seating.stopped_at, Seating.outcome
    )
    wanted = wanted.where(Seating.summit_id == summit_id).order_by(Seating.number.desc()).limit(10)
    return [SeatingRow(*row) for row in session.execute(wanted)]
