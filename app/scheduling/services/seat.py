"""Giving meetings their slot and table: all at once from a computed plan, or one by hand."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained, lock_rows
from app.core.errors import NotFound, Refused
from app.notifications import outbox
from app.notifications.states import MessageState
from app.registration import queries as registration
from app.registration.models import Summit
from app.registration.queries import SummitView
from app.scheduling import rules, tell
from app.scheduling.conflicts import Cause
from app.scheduling.models import Meeting, MeetingAbsence, MeetingPerson, MeetingSeat, MeetingSlot, Seating
from app.scheduling.problem import Problem
from app.scheduling.services.moves import SlotTaken, locked, move, note, people_of, refuse_apart, side_of
from app.scheduling.solver import Seated
from app.scheduling.states import AGREED, SEATED, MeetingEvent, MeetingState, Mode

SEAT_JOB = "scheduling.seat_all"
TAKEN = {
    "uq_meeting_seats_user_id_slot_id": SlotTaken("One of you got another meeting at that time just now."),
    "uq_meetings_slot_table": SlotTaken("The last table at that time was taken just now. Choose another time."),
}


class ChangedMeanwhile(Refused):
    """Meetings moved while the plan was computed; computing again is right."""

    code = "changed_meanwhile"


def sync_slots(session: Session, summit: SummitView) -> int:
    """Bring the table of slots in line with the summit's settings; return how many are open.

    Slots the settings no longer name are closed, not deleted: meetings were held in them.
    """
    session.execute(select(Summit.id).where(Summit.id == summit.id).with_for_update())
    known = {s.starts_at: s for s in session.scalars(select(MeetingSlot).where(MeetingSlot.summit_id == summit.id))}
    wanted = {slot.starts_at: slot for slot in summit.slots}
    for starts_at, slot in wanted.items():
        row = known.get(starts_at)
        if row is None:
            session.add(MeetingSlot(summit_id=summit.id, starts_at=starts_at, ends_at=slot.ends_at, is_open=True))
        else:
            row.ends_at, row.is_open = slot.ends_at, True
    for starts_at, row in known.items():
        if starts_at not in wanted:
            row.is_open = False
    session.flush()
    return len(wanted)


def start_seating(
    session: Session, *, summit: SummitView, mode: Mode = Mode.KEEP, actor_id: UUID | None, now: datetime
) -> Seating:
    """Queue the computation of the timetable; return it with the job to watch."""
    sync_slots(session, summit)
    newest = session.scalar(select(func.max(Seating.number)).where(Seating.summit_id == summit.id)) or 0
    made = Seating(summit_id=summit.id, number=newest + 1, made_by=actor_id, made_at=now, outcome={"mode": mode.value})
    session.add(made)
    session.flush()
    made.job_id = outbox.queue(
        session, SEAT_JOB, {"seating": str(made.id), "mode": mode.value}, now=now, starter_id=actor_id,
        title=f"Seating {made.number}", return_to="/timetable",
    )  # fmt: skip
    audit.record(session, "seating.started", ("seating", made.id), actor_id=actor_id, detail={"mode": mode.value})
    return made


def keep_plan(session: Session, seating_id: UUID, problem: Problem, seated: Seated, *, now: datetime) -> None:
    """Write a computed plan down, once, and tell those whose plan changed.

    Raises ChangedMeanwhile when a meeting it rests on changed since; nothing is written then.
    """
    seating = session.get(Seating, seating_id, with_for_update=True)
    if seating is None:
        raise NotFound("There is no such seating.")
    if seating.done_at is not None:
        return
    meetings = _unchanged(session, problem)
    tables = _tables(problem, seated)
    moving = [n for n, m in enumerate(problem.meetings) if _goal(problem, seated, tables, n) != (m.slot_id, m.table)]
    changed = _reseat(session, problem, seated, tables, [(n, meetings[problem.meetings[n].id]) for n in moving], now)
    for n, conflict in seated.unseated.items():
        meetings[problem.meetings[n].id].unseated_reason = rules.CAUSES.get(conflict.cause, "")
    told = tell.plan_changed(session, _changes(session, changed), now=now)
    seating.done_at, seating.stopped_at = now, None
    seating.outcome = {
        **seating.outcome, "meetings": len(problem.meetings), "seated": len(seated.plan),
        "unseated": len(seated.unseated), "breaks": seated.breaks, "bound": seated.bound,
        "verdict": seated.verdict.value, "changed": len(moving), "told": told,
        "causes": _counted(seated),
    }  # fmt: skip
    audit.record(session, "seating.done", ("seating", seating.id), actor_id=seating.made_by, detail=seating.outcome)


def follow_stopped(session: Session, payload: Mapping[str, Any], _state: MessageState, now: datetime) -> None:
    """Note that a seating's job failed for good or was cancelled, so that its row says so instead of waiting."""
    seating = session.get(Seating, UUID(payload["seating"]), with_for_update=True)
    if seating is not None and seating.done_at is None:
        seating.stopped_at = now
        audit.record(session, "seating.stopped", ("seating", seating.id), actor_id=None)


def _counted(seated: Seated) -> dict[str, int]:
    causes = [conflict.cause.value for conflict in seated.unseated.values()]
    return {cause.value: causes.count(cause.value) for cause in Cause if cause.value in causes}


def _unchanged(session: Session, problem: Problem) -> dict[UUID, Meeting]:
    """Lock the meetings of a problem and return them. Raises ChangedMeanwhile when one is not as it was read."""
    ids = [meeting.id for meeting in problem.meetings]
    lock_rows(session, Meeting.id, ids)
    agreed = select(Meeting).where(Meeting.summit_id == problem.summit_id, Meeting.state.in_(AGREED))
    found = {meeting.id: meeting for meeting in session.scalars(agreed.execution_options(populate_existing=True))}
    for read in problem.meetings:
        now = found.get(read.id)
        if now is None or (now.state, now.slot_id, now.table_number) != (read.state, read.slot_id, read.table):
            raise ChangedMeanwhile("Meetings changed while the timetable was computed. It will be computed again.")
    return found


def _tables(problem: Problem, seated: Seated) -> dict[int, int]:
    """Give each seated meeting a table: those that keep their slot keep their table, others get the lowest free."""
    at: dict[int, list[int]] = defaultdict(list)
    for n, slot in sorted(seated.plan.items()):
        at[slot].append(n)
    found: dict[int, int] = {}
    for slot, here in at.items():
        staying = {}
        for n in here:
            read = problem.meetings[n]
            if read.slot_id == problem.slot_ids[slot] and read.table is not None and read.table <= problem.tables:
                staying[n] = read.table
        rest = [n for n in here if n not in staying]
        free = rules.tables_for(staying.values(), len(rest), problem.tables)
        found |= staying | dict(zip(rest, free, strict=True))
    return found


def _goal(problem: Problem, seated: Seated, tables: dict[int, int], n: int) -> tuple[UUID | None, int | None]:
    slot = seated.plan.get(n)
    return (None, None) if slot is None else (problem.slot_ids[slot], tables[n])


def _reseat(
    session: Session, problem: Problem, seated: Seated, tables: dict[int, int], moving: list[tuple[int, Meeting]],
    now: datetime,
) -> dict[UUID, tuple[Meeting, str]]:  # fmt: skip
    """Lift all that move, then set them down: two meetings that change places must not collide on the way."""
    was = {meeting.id: meeting.slot_id for _, meeting in moving}
    session.execute(delete(MeetingSeat).where(MeetingSeat.meeting_id.in_(was)))
    states = {meeting.id: meeting.state for _, meeting in moving}
    for _, meeting in moving:
        meeting.state = MeetingState.ACCEPTED
        _leave_table(session, meeting)
    session.flush()
    people = _people(session, list(was))
    changed: dict[UUID, tuple[Meeting, str]] = {}
    with explained(TAKEN):
        for n, meeting in moving:
            slot_id, table = _goal(problem, seated, tables, n)
            if slot_id is not None and table is not None:
                _set_down(session, meeting, slot_id, table, people[meeting.id], now)
            else:
                meeting.sequence, meeting.moved_at = meeting.sequence + 1, now
            what = "unseated" if slot_id is None else ("moved" if was[meeting.id] else "new")
            changed[meeting.id] = (meeting, what)
            _record(session, meeting, states[meeting.id], what, None, now)
        session.flush()
    return changed


def _leave_table(session: Session, meeting: Meeting) -> None:
    """Take a meeting's slot and table away; it remembers the time, which calendars have to cancel."""
    if meeting.slot_id is not None:
        slot = session.get_one(MeetingSlot, meeting.slot_id)
        meeting.left_starts_at, meeting.left_ends_at = slot.starts_at, slot.ends_at
    meeting.slot_id = meeting.table_number = None


def _set_down(
    session: Session, meeting: Meeting, slot_id: UUID, table: int, people: list[UUID], now: datetime
) -> None:  # fmt: skip
    meeting.state, meeting.slot_id, meeting.table_number = MeetingState.SCHEDULED, slot_id, table
    meeting.sequence, meeting.moved_at, meeting.unseated_reason = meeting.sequence + 1, now, ""
    session.add_all(MeetingSeat(meeting_id=meeting.id, user_id=user_id, slot_id=slot_id) for user_id in people)


def _record(
    session: Session, meeting: Meeting, before: MeetingState, what: str, actor_id: UUID | None, now: datetime
) -> None:
    words = {"new": "got a table", "moved": "moved", "unseated": "lost its table"}[what]
    note(session, meeting, words, side=None, actor_id=actor_id, now=now)
    audit.record(
        session, "meeting.seated" if what != "unseated" else "meeting.unseated", ("meeting", meeting.id),
        actor_id=actor_id, before=before, after=meeting.state,
        detail={"slot": str(meeting.slot_id), "table": meeting.table_number},
    )  # fmt: skip


def _people(session: Session, meeting_ids: list[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {meeting_id: [] for meeting_id in meeting_ids}
    wanted = select(MeetingPerson.meeting_id, MeetingPerson.user_id).where(MeetingPerson.meeting_id.in_(meeting_ids))
    for meeting_id, user_id in session.execute(wanted):
        found[meeting_id].append(user_id)
    return found


def _changes(session: Session, changed: dict[UUID, tuple[Meeting, str]]) -> dict[UUID, list[dict[str, Any]]]:
    """Return for each person what changed for them, in order of time."""
    names = tell.names_of(session, changed)
    slot_ids = {meeting.slot_id for meeting, _ in changed.values()}
    times = select(MeetingSlot.id, MeetingSlot.starts_at).where(MeetingSlot.id.in_(slot_ids))
    starts = dict(session.execute(times).all())
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    wanted = select(MeetingPerson).where(MeetingPerson.meeting_id.in_(changed))
    for person in session.scalars(wanted):
        meeting, what = changed[person.meeting_id]
        at = starts[meeting.slot_id].isoformat() if meeting.slot_id else ""
        with_whom = names[meeting.id].against(person.side)
        found[person.user_id].append({"what": what, "at": at, "table": meeting.table_number, "with_whom": with_whom})
    return {
        user_id: sorted(items, key=lambda item: (item["at"], item["with_whom"])) for user_id, items in found.items()
    }


def choose_slot(
    session: Session, meeting_id: UUID, slot_id: UUID, *, actor_id: UUID, is_staff: bool = False, now: datetime
) -> Meeting:
    """Put one agreed meeting into a slot by hand, at the lowest free table; a meeting with a table moves.

    Raises NotFound for outsiders, SlotTaken when a person or all tables are taken, Refused for a slot that has
    begun or in which somebody cannot come.
    """
    meeting = locked(session, meeting_id)
    side = None if is_staff else side_of(session, meeting, actor_id)
    if meeting.state not in AGREED:
        raise Refused("Only a meeting that both sides accepted gets a table.")
    refuse_apart(session, meeting)
    slot = _open_slot(session, meeting, slot_id, now)
    people = sorted(people_of(session, meeting.id))
    _require_free(session, meeting, slot, people)
    tables = _summit_tables(session, meeting.summit_id)
    taken = session.scalars(
        select(Meeting.table_number).where(
            Meeting.slot_id == slot.id, Meeting.state.in_(SEATED), Meeting.id != meeting.id
        )
    )
    try:
        table = rules.tables_for([number for number in taken if number], 1, tables)[0]
    except ValueError:
        raise SlotTaken("All tables are taken at that time. Choose another time.") from None
    before, was = meeting.state, meeting.slot_id
    session.execute(delete(MeetingSeat).where(MeetingSeat.meeting_id == meeting.id))
    with explained(TAKEN):
        _set_down(session, meeting, slot.id, table, people, now)
        session.flush()
    note(session, meeting, "moved" if was else "got a table", side=side, actor_id=actor_id, now=now)
    audit.record(
        session, "meeting.seated", ("meeting", meeting.id), actor_id=actor_id, before=before, after=meeting.state,
        detail={"slot": str(slot.id), "table": table},
    )  # fmt: skip
    tell.plan_changed(session, _changes(session, {meeting.id: (meeting, "moved" if was else "new")}), now=now)
    return meeting


def _open_slot(session: Session, meeting: Meeting, slot_id: UUID, now: datetime) -> MeetingSlot:
    """Lock a slot, so that two bookings of it are made one after the other, and check that it can be booked."""
    slot = session.get(MeetingSlot, slot_id, with_for_update=True)
    if slot is None or slot.summit_id != meeting.summit_id or not slot.is_open:
        raise NotFound("There is no such time at this summit.")
    if slot.starts_at <= now:
        raise Refused("That time has begun. Choose a later one.")
    return slot


def _require_free(session: Session, meeting: Meeting, slot: MeetingSlot, people: list[UUID]) -> None:
    busy = session.scalar(
        select(MeetingSeat.user_id).where(
            MeetingSeat.slot_id == slot.id, MeetingSeat.user_id.in_(people), MeetingSeat.meeting_id != meeting.id
        )
    )
    if busy is not None:
        raise SlotTaken("One of you has another meeting at that time. Choose another time.")
    absent = select(MeetingAbsence.user_id).where(MeetingAbsence.slot_id == slot.id, MeetingAbsence.user_id.in_(people))
    if session.scalar(absent) is not None:
        raise Refused("One of you cannot come at that time. Choose another time.")


def _summit_tables(session: Session, summit_id: UUID) -> int:
    summit = registration.summit_view(session, summit_id)
    if summit is None:
        raise NotFound("There is no such summit.")
    return summit.tables


def free_slot(session: Session, meeting_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Take a meeting's table away as an organizer; it waits for the next seating."""
    meeting = locked(session, meeting_id)
    move(session, meeting, MeetingEvent.UNSEAT, side=None, actor_id=actor_id, now=now)
    session.execute(delete(MeetingSeat).where(MeetingSeat.meeting_id == meeting.id))
    _leave_table(session, meeting)
    session.flush()
    tell.plan_changed(session, _changes(session, {meeting.id: (meeting, "unseated")}), now=now)


def set_absences(session: Session, *, summit_id: UUID, user_id: UUID, slot_ids: set[UUID], now: datetime) -> None:
    """Say in which slots a person cannot meet; meetings already at a table there stay until re-seated."""
    ours = set(session.scalars(select(MeetingSlot.id).where(MeetingSlot.summit_id == summit_id)))
    session.execute(delete(MeetingAbsence).where(MeetingAbsence.user_id == user_id, MeetingAbsence.slot_id.in_(ours)))
    session.add_all(MeetingAbsence(user_id=user_id, slot_id=slot_id) for slot_id in slot_ids & ours)
    audit.record(
        session, "availability.set", ("user", user_id), actor_id=user_id, detail={"absent_slots": len(slot_ids & ours)}
    )
    session.flush()
