"""Following entries, and how often to hear of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import insert_or_skip
from app.core.errors import NotFound
from app.directory import queries as directory
from app.directory.queries.content import NO_ENTRY
from app.following import rules
from app.following.models import Digest, Follow
from app.following.states import Often


def follow_entry(session: Session, *, user_id: UUID, entry_id: UUID, now: datetime) -> None:
    """Follow an entry that everyone may see; again changes nothing. Raises NotFound and Refused.

    Who follows for the first time gets a digest once a week, until told otherwise.
    """
    row = directory.entry_row(session, entry_id)
    if row is None or not row.is_shown:
        raise NotFound(NO_ENTRY)
    if session.get(Follow, (user_id, entry_id)) is not None:
        return
    count = session.scalar(select(func.count()).select_from(Follow).where(Follow.user_id == user_id)) or 0
    rules.within(count, rules.MOST_FOLLOWS, "entries that you follow")
    session.execute(insert_or_skip(session, Follow).values(user_id=user_id, entry_id=entry_id, followed_at=now))
    digest = {"user_id": user_id, "often": Often.WEEKLY, "told_until": now}
    session.execute(insert_or_skip(session, Digest).values(**digest))
    audit.record(session, "follow.begun", ("directory_entry", entry_id), actor_id=user_id)


def unfollow_entry(session: Session, *, user_id: UUID, entry_id: UUID) -> None:
    """Stop following an entry; nothing happens when it was not followed."""
    gone = session.execute(delete(Follow).where(Follow.user_id == user_id, Follow.entry_id == entry_id)).rowcount  # type: ignore[attr-defined]
    if gone:
        audit.record(session, "follow.ended", ("directory_entry", entry_id), actor_id=user_id)


def note_gone(session: Session, entry_id: UUID, now: datetime) -> None:
    """Remember for those who follow an entry that it was taken out of the directory; their next digest says so."""
    session.execute(update(Follow).where(Follow.entry_id == entry_id).values(gone_at=now))


def choose_digest(session: Session, *, user_id: UUID, often: Often, now: datetime) -> None:
    """Say how often the digest of what one follows may come; from never to something starts today."""
    digest = session.get(Digest, user_id, with_for_update=True)
    before = digest.often if digest else None
    if digest is None:
        session.add(Digest(user_id=user_id, often=often, told_until=now))
    else:
        if digest.often is Often.NEVER and often is not Often.NEVER:
            digest.told_until = now
        digest.often = often
    audit.record(session, "digest.chosen", ("user", user_id), actor_id=user_id, before=before, after=often)
