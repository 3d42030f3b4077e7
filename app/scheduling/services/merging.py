"""What becomes of a person's calendar and seats when their two records are merged."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.core.errors import Refused
from app.scheduling.models import CalendarFeed, MeetingSeat, MeetingSlot
from app.scheduling.services.feed import revoke_feed


def join_calendars(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """End the calendar addresses of the record that goes. Raises Refused when both sit in a meeting at one time."""
    other = aliased(MeetingSeat)
    twice = select(MeetingSlot.starts_at).join(MeetingSeat, MeetingSeat.slot_id == MeetingSlot.id)
    twice = twice.join(other, (other.slot_id == MeetingSeat.slot_id) & (other.meeting_id != MeetingSeat.meeting_id))
    clash = session.scalar(twice.where(MeetingSeat.user_id == kept_id, other.user_id == gone_id).limit(1))
    if clash is not None:
        raise Refused(
            f"Both records sit in a meeting on {clash.day} {clash:%B at %H:%M} UTC. Move or cancel one of the two "
            "meetings in the timetable first."
        )
    feeds = select(CalendarFeed).where(CalendarFeed.user_id == gone_id, CalendarFeed.revoked_at.is_(None))
    for feed in session.scalars(feeds):
        revoke_feed(session, summit_id=feed.summit_id, user_id=gone_id, now=now)
