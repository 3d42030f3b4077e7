"""Makers of meetings in any state."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.matching.states import Side
from app.registration.models import Registration
from app.scheduling import services
from app.scheduling.models import Meeting, MeetingPerson, MeetingSeat, MeetingSlot
from app.scheduling.states import AGREED, SEATED, MeetingState, Origin
from tests.factories.matching import Round

_AGREED = AGREED | SEATED


def slots(session: Session, made: Round) -> list[MeetingSlot]:
    """The slots of the summit, in order of time."""
    services.sync_slots(session, made.summit)
    wanted = select(MeetingSlot).where(MeetingSlot.summit_id == made.summit.id, MeetingSlot.is_open)
    return list(session.scalars(wanted.order_by(MeetingSlot.starts_at)))


def meeting(
    session: Session,
    made: Round,
    partner: int = 0,
    programme: int = 0,
    *,
    state: MeetingState = MeetingState.ACCEPTED,
    slot: int | None = None,
    table: int = 1,
    sits: UUID | None = None,
) -> Meeting:
    """A meeting of a partner with a programme of the round; `slot` is the place of its slot when it has one."""
    now = clock.now()
    registration: Registration = made.partners[partner]
    entry = made.programmes[programme]
    there = slots(session, made)[slot] if slot is not None else None
    number = len(session.scalars(select(Meeting.id).where(Meeting.summit_id == made.summit.id)).all()) + 1
    agreed = now if state in _AGREED else None
    found = Meeting(
        summit_id=made.summit.id, number=number, registration_id=registration.id, entry_id=entry.id,
        organization_id=entry.organization_id, origin=Origin.MATCH, state=state, partner_agreed_at=agreed,
        company_agreed_at=agreed, reasons_partner=["You seek equity."], reasons_company=["They offer equity."],
        slot_id=there.id if there else None, table_number=table if there else None, created_at=now, moved_at=now,
        sequence=1 if there else 0,
    )  # fmt: skip
    session.add(found)
    session.flush()
    sitting = ((registration.user_id, Side.PARTNER), (sits or made.owners[programme], Side.COMPANY))
    for user_id, side in sitting:
        session.add(MeetingPerson(meeting_id=found.id, user_id=user_id, side=side))
        if there is not None and state in SEATED:
            session.add(MeetingSeat(meeting_id=found.id, user_id=user_id, slot_id=there.id))
    session.flush()
    return found
