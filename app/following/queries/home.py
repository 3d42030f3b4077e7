"""What followed entries put on a person's home page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.homes import LATELY, MOST_FROM_ONE, HomeLine, HomeReader, Part
from app.directory.queries.changes import Change, public_changes
from app.directory.states import Tier
from app.following.models import Follow

MOST_NAMED = 3


def home_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the newest public changes of the entries that this person follows, each entry once."""
    followed = select(Follow.entry_id).where(Follow.user_id == reader.user_id)
    newest: dict[str, Change] = {}
    for change in public_changes(
        session, since=reader.now - LATELY, entry_ids=followed, tier=Tier.PUBLIC, limit=4 * MOST_FROM_ONE
    ):
        newest.setdefault(change.key, change)
    return [_line(change) for change in list(newest.values())[:MOST_FROM_ONE]]


def _line(change: Change) -> HomeLine:
    labels = [field.label.lower() for field in change.fields]
    more = f" and {len(labels) - MOST_NAMED} more" if len(labels) > MOST_NAMED else ""
    what = "is new in the directory" if change.is_new else f"changed: {', '.join(labels[:MOST_NAMED])}{more}"
    return HomeLine(
        Part.CHANGED, "Followed", f"{change.name} {what}", f"/directory/{change.key}", change.at, action="See"
    )
