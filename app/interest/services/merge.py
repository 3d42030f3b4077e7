"""What becomes of interests when two records of an organization are merged."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.interest.models import Interest
from app.interest.services.ladder import end_interest
from app.interest.states import LIVE, InterestState

LADDER = list(InterestState)


def join_interests(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Where both records have a live interest of one kind in one entry, the one further up the ladder goes on."""
    wanted = select(Interest).where(Interest.organization_id.in_([kept_id, gone_id]), Interest.state.in_(LIVE))
    live = session.scalars(wanted.order_by(Interest.stated_at, Interest.id).with_for_update()).all()
    furthest: dict[object, Interest] = {}
    for interest in sorted(live, key=lambda row: LADDER.index(row.state), reverse=True):
        if furthest.setdefault((interest.entry_id, interest.kind), interest) is not interest:
            reason = "Two records of the organization were merged; its other interest of this kind goes on."
            end_interest(session, interest, reason=reason, now=now)
