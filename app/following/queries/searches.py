"""Reads of saved searches: a person's own, what is new in one, whose mails are due."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.directory.queries.found import found_ids as found_by
from app.directory.states import Tier
from app.following.models import SavedSearch, SeenEntry
from app.following.rules import is_due
from app.following.rules.query import filters_of
from app.following.states import Often

NO_SEARCH = "There is no such saved search. Go back to the list of your searches."


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A saved search in its owner's list."""

    id: UUID
    user_id: UUID
    name: str
    query: str
    often: Often
    created_at: datetime
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds now for one reader, and which of it was not there at the last look."""

    total: int
    fresh: list[EntryRow]


def my_searches(session: Session, user_id: UUID, *, number: int = 1) -> Page[SearchRow]:
    """Return a person's saved searches, by name."""
    wanted = select(SavedSearch).where(SavedSearch.user_id == user_id).order_by(SavedSearch.name, SavedSearch.id)
    return paginate(session, wanted, _row, number=number)


def my_search(session: Session, search_id: UUID, user_id: UUID) -> SearchRow:
    """Return a person's own search. Raises NotFound for any other."""
    wanted = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.user_id == user_id)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound(NO_SEARCH)
    return _row(found)


def found_ids(session: Session, query: str, tier: Tier) -> list[UUID]:
    """Return what a kept query finds now for a reader of `tier`, by name."""
    return found_by(session, filters_of(query, tier=tier), tier=tier)


def found_now(session: Session, search: SearchRow, tier: Tier) -> Found:
    """Return how many entries a search finds now, and those that it has not shown before, by name."""
    ids = found_ids(session, search.query, tier)
    seen = set(session.scalars(select(SeenEntry.entry_id).where(SeenEntry.search_id == search.id)))
    fresh = [entry_id for entry_id in ids if entry_id not in seen]
    rows = directory.entry_rows(session, fresh) if fresh else {}
    return Found(len(ids), [rows[entry_id] for entry_id in fresh if entry_id in rows])


def due_searches(session: Session, now: datetime) -> list[UUID]:
    """Return the searches whose owner wants to hear of them by now: oldest look first; suspended people get no mail."""
    wanted = (
        select(SavedSearch.id, SavedSearch.often, SavedSearch.looked_at)
        .join(User, User.id == SavedSearch.user_id)
        .where(SavedSearch.often != Often.NEVER, User.suspended_at.is_(None), User.email_verified_at.is_not(None))
        .order_by(SavedSearch.looked_at, SavedSearch.id)
    )
    return [row.id for row in session.execute(wanted) if is_due(row.often, row.looked_at, now)]


def _row(found: SavedSearch) -> SearchRow:
    return SearchRow(
        found.id, found.user_id, found.name, found.query, found.often, found.created_at, found.looked_at
    )  # fmt: skip
