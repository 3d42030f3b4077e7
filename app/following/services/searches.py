"""Keeping a search of the directory: name it, change it, drop it, take what it shows as seen."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained, insert_or_skip
from app.core.errors import InvalidInput, NotFound
from app.directory.states import Tier
from app.following import rules
from app.following.models import SavedSearch, SeenEntry
from app.following.queries.searches import NO_SEARCH, found_ids
from app.following.rules.query import canonical
from app.following.states import Often

NAMED_TWICE = {
    "uq_saved_searches_user_id_name": InvalidInput("You have a search of that name already. Choose another name.")
}


def save_search(
    session: Session, *, user_id: UUID, name: str, query: str, often: Often, tier: Tier, now: datetime
) -> SavedSearch:
    """Keep a search. What it finds today counts as seen: only what comes later is news.

    `query` is the directory's address after the question mark; what means nothing in it is left out.
    Raises InvalidInput for a name missing, too long or used already; Refused when there are too many.
    """
    name = rules.search_name(name)
    count = session.scalar(select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == user_id)) or 0
    rules.within(count, rules.MOST_SEARCHES, "saved searches")
    made = SavedSearch(
        user_id=user_id, name=name, query=canonical(query, tier=tier), often=often, created_at=now, looked_at=now
    )
    with explained(NAMED_TWICE):
        session.add(made)
        session.flush()
    mark_seen(session, made.id, found_ids(session, made.query, tier))
    audit.record(
        session, "saved_search.made", ("saved_search", made.id), actor_id=user_id, after=often,
        detail={"name": name, "query": made.query},
    )  # fmt: skip
    return made


def change_search(session: Session, search_id: UUID, *, user_id: UUID, name: str, often: Often, now: datetime) -> None:
    """Give a search another name, or say how often to tell. Raises NotFound for somebody else's, InvalidInput."""
    search = own_search(session, search_id, user_id)
    before = search.often
    with explained(NAMED_TWICE):
        search.name, search.often = rules.search_name(name), often
        session.flush()
    audit.record(
        session, "saved_search.changed", ("saved_search", search.id), actor_id=user_id, before=before, after=often,
        detail={"name": search.name},
    )  # fmt: skip


def drop_search(session: Session, search_id: UUID, *, user_id: UUID) -> None:
    """Forget a search. Raises NotFound for somebody else's."""
    search = own_search(session, search_id, user_id)
    audit.record(session, "saved_search.dropped", ("saved_search", search.id), actor_id=user_id, before=search.often)
    session.execute(delete(SavedSearch).where(SavedSearch.id == search.id))


def look_through(session: Session, search_id: UUID, *, user_id: UUID, tier: Tier, now: datetime) -> int:
    """Take everything that a search finds now as seen, and return how many entries were new."""
    search = own_search(session, search_id, user_id)
    fresh = mark_seen(session, search.id, found_ids(session, search.query, tier))
    search.looked_at = now
    audit.record(
        session, "saved_search.looked_through", ("saved_search", search.id), actor_id=user_id, detail={"new": fresh}
    )
    return fresh


def own_search(session: Session, search_id: UUID, user_id: UUID) -> SavedSearch:
    """Return a person's own search, held for change. Raises NotFound for any other."""
    wanted = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.user_id == user_id)
    found = session.scalars(wanted.with_for_update()).one_or_none()
    if found is None:
        raise NotFound(NO_SEARCH)
    return found


def mark_seen(session: Session, search_id: UUID, entry_ids: Iterable[UUID]) -> int:
    """Note entries as shown by a search, and return how many were not before."""
    known = set(session.scalars(select(SeenEntry.entry_id).where(SeenEntry.search_id == search_id)))
    fresh = [entry_id for entry_id in dict.fromkeys(entry_ids) if entry_id not in known]
    if fresh:
        rows = [{"search_id": search_id, "entry_id": entry_id} for entry_id in fresh]
        session.execute(insert_or_skip(session, SeenEntry), rows)
    return len(fresh)
