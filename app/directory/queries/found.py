"""Everything that a search finds, for what is no page: alerts, exports, pictures."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.paging import Page, paginate
from app.directory import rules
from app.directory.models import Entry, EntryVersion
from app.directory.queries.changes import PUBLIC_KINDS
from app.directory.queries.content import content_of
from app.directory.queries.rows import EntryRow, row_of
from app.directory.queries.search import _narrowed
from app.directory.rules.filters import Filters
from app.directory.states import Tier

MOST_EXPORTED = 5_000


def found_ids(session: Session, filters: Filters, *, tier: Tier) -> list[UUID]:
    """Return the ids of every entry that a reader of `tier` finds, by name."""
    wanted = _narrowed(select(Entry.id), filters.for_tier(tier))
    return list(session.scalars(wanted.order_by(Entry.sort_name, Entry.key)))


def by_launch(session: Session, filters: Filters, *, tier: Tier, number: int = 1, size: int = 40) -> Page[EntryRow]:
    """Return one page of what is found, by the first year it states; what states none comes last."""
    wanted = _narrowed(select(Entry), filters.for_tier(tier))
    order = (Entry.launch_from.is_(None), Entry.launch_from, Entry.launch_to, Entry.sort_name, Entry.key)
    return paginate(session, wanted.order_by(*order), row_of, number=number, size=size)


def seen_by(
    session: Session, filters: Filters, *, tier: Tier, own: Collection[UUID] = (), limit: int = MOST_EXPORTED
) -> list[tuple[EntryRow, dict[str, Any]]]:
    """Return everything found, by name, each with its content as a reader of `tier` may see it.

    Members of an organization in `own` see all of its entries' fields.
    """
    wanted = _narrowed(select(Entry), filters.for_tier(tier)).order_by(Entry.sort_name, Entry.key).limit(limit)
    return [(row_of(found), _seen(found, tier, own)) for found in session.scalars(wanted)]


def _seen(found: Entry, tier: Tier, own: Collection[UUID]) -> dict[str, Any]:
    is_own = found.organization_id is not None and found.organization_id in own
    return rules.visible(content_of(found), Tier.GRANTED if is_own else tier)


def state_counts(session: Session, filters: Filters, *, tier: Tier) -> dict[str, int]:
    """Return how many entries that pass the other filters there are in each U.S. state."""
    wanted = _narrowed(select(Entry.us_state, func.count()), filters.for_tier(tier).without("us_state"))
    counted = session.execute(wanted.where(Entry.us_state != "").group_by(Entry.us_state))
    return {row[0]: row[1] for row in counted}


def public_pages(session: Session) -> list[tuple[str, datetime | None]]:
    """Return the key of every entry that everyone may see, and when what it shows was last published or reported."""
    newest = (
        select(func.max(EntryVersion.at))
        .where(EntryVersion.entry_id == Entry.id, EntryVersion.kind.in_(PUBLIC_KINDS))
        .scalar_subquery()
    )
    wanted = select(Entry.key, newest).where(Entry.shown_since.is_not(None)).order_by(Entry.key)
    return [(row[0], row[1]) for row in session.execute(wanted)]
