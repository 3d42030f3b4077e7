"""What every change of a meeting shares: who may speak, the move itself, its record, the seats."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit
from app.core.access import Role
from app.core.errors import NotFound, Refused
from app.matching import queries as matching
from app.matching.states import Side
from app.scheduling.models import Meeting, MeetingPerson, MeetingSeat, MeetingStep
from app.scheduling.rules import NO_MEETING
from app.scheduling.states import EVENT_WORDS, MeetingEvent, MeetingState, advance

KEPT_APART = "This meeting cannot take place. Choose another one from your list."
SPEAKERS = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE})
VETO = frozenset({Role.EXPORT_OFFICER})


class SlotTaken(Refused):
    """Somebody, or the table, is taken at that time."""

    code = "slot_taken"


def locked(session: Session, meeting_id: UUID) -> Meeting:
    """Return a meeting, locked. Raises NotFound."""
    found = session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(NO_MEETING)
    return found


def side_of(session: Session, meeting: Meeting, actor_id: UUID, *, roles: frozenset[Role] = SPEAKERS) -> Side:
    """Return the side for which a person speaks. Raises NotFound for anybody who speaks for neither."""
    if matching.partner_seat(session, meeting.summit_id, actor_id) == meeting.registration_id:
        return Side.PARTNER
    members = accounts.members(session, meeting.organization_id)
    if any(member.user_id == actor_id and member.role in roles for member in members):
        return Side.COMPANY
    raise NotFound(NO_MEETING)


def move(
    session: Session, meeting: Meeting, event: MeetingEvent, *, side: Side | None, actor_id: UUID | None,
    reason: str = "", now: datetime,
) -> None:  # fmt: skip
    """Move a meeting on and record it. A meeting that loses its slot frees its seats at once."""
    before, meeting.state = meeting.state, advance(meeting.state, event)
    meeting.moved_at = now
    if before is MeetingState.SCHEDULED and meeting.state is not MeetingState.SCHEDULED:
        meeting.sequence += 1
    if meeting.state in (MeetingState.CANCELLED, MeetingState.EXPIRED):
        meeting.end_reason, meeting.unseated_reason = reason, ""
        session.execute(delete(MeetingSeat).where(MeetingSeat.meeting_id == meeting.id))
    note(session, meeting, EVENT_WORDS[event], side=side, actor_id=actor_id, reason=reason, now=now)
    audit.record(
        session, f"meeting.{meeting.state}", ("meeting", meeting.id), actor_id=actor_id, before=before,
        after=meeting.state, reason=reason,
    )  # fmt: skip
    session.flush()


def note(
    session: Session, meeting: Meeting, words: str, *, side: Side | None, actor_id: UUID | None, reason: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Keep a line of the meeting's history."""
    session.add(MeetingStep(meeting_id=meeting.id, at=now, words=words, side=side, actor_id=actor_id, reason=reason))


def refuse_apart(session: Session, meeting: Meeting) -> None:
    """Raise Refused when a no or a block of either side keeps the pair apart."""
    pair = (meeting.registration_id, meeting.entry_id)
    if matching.apart(session, [pair]):
        raise Refused(KEPT_APART)


def people_of(session: Session, meeting_id: UUID) -> dict[UUID, Side]:
    """Return who takes part in a meeting, by side."""
    wanted = select(MeetingPerson.user_id, MeetingPerson.side).where(MeetingPerson.meeting_id == meeting_id)
    return dict(session.execute(wanted).all())
