"""Calendar addresses: made, shown once, revoked."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import Refused
from app.scheduling.models import CalendarFeed
from app.scheduling.rules import digest


def make_feed(session: Session, *, summit_id: UUID, user_id: UUID, now: datetime) -> str:
    """Make a new calendar address and return its secret, of which only a digest is kept; the old one ends."""
    revoke_feed(session, summit_id=summit_id, user_id=user_id, now=now)
    token = secrets.token_urlsafe(24)
    feed = CalendarFeed(user_id=user_id, summit_id=summit_id, token_digest=digest(token), made_at=now)
    session.add(feed)
    with explained({"uq_calendar_feeds_live": Refused("A new address was made just now. Load the page again.")}):
        session.flush()
    audit.record(session, "calendar_feed.made", ("user", user_id), actor_id=user_id)
    return token


def revoke_feed(session: Session, *, summit_id: UUID, user_id: UUID, now: datetime) -> bool:
    """End a person's calendar address; return whether there was one."""
    live = (CalendarFeed.user_id == user_id, CalendarFeed.summit_id == summit_id, CalendarFeed.revoked_at.is_(None))
    found = session.scalars(select(CalendarFeed).where(*live).with_for_update()).one_or_none()
    if found is None:
        return False
    found.revoked_at = now
    session.flush()
    audit.record(session, "calendar_feed.revoked", ("user", user_id), actor_id=user_id)
    return True
