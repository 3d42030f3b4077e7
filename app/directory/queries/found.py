"""Everything that a search finds, for what is no page: alerts, exports, pictures."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.paging import Page
from app.directory import rules
from app.directory.models import Entry, EntryVersion
from app.directory.queries.changes import PUBLIC_KINDS
from app.directory.queries.content import content_of
from app.directory.queries.rows import EntryRow, row_of
from app.directory.queries.search import entries, facets, passing
from app.directory.rules.filters import Filters, Sort
from app.directory.states import Tier

MOST_EXPORTED = 5_000
AT_ONCE = 1_000


def found_ids(session: Session, filters: Filters, *, tier: Tier) -> list[UUID]:
    """Return the ids of every entry that a reader of `tier` finds, by name."""
    return passing(session, filters, tier=tier)


def by_launch(session: Session, filters: Filters, *, tier: Tier, number: int = 1, size: int = 40) -> Page[EntryRow]:
    """Return one page of what is found, by the first year it states; what states none comes last."""
    return entries(session, filters, tier=tier, sort=Sort.LAUNCH, number=number, size=size)


def seen_by(
    session: Session, filters: Filters, *, tier: Tier, own: Collection[UUID] = (), limit: int = MOST_EXPORTED
) -> list[tuple[EntryRow, dict[str, Any]]]:
    """Return everything found, by name, each with its content as a reader of `tier` may see it.

    Members of an organization in `own` see all of its entries' fields.
    """
    ids = passing(session, filters, tier=tier, limit=limit)
    found: dict[UUID, Entry] = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= {
            one.id: one for one in session.scalars(select(Entry).where(Entry.id.in_(ids[start : start + AT_ONCE])))
        }
    return [(row_of(found[one]), _seen(found[one], tier, own)) for one in ids if one in found]


def _seen(found: Entry, tier: Tier, own: Collection[UUID]) -> dict[str, Any]:
    is_own = found.organization_id is not None and found.organization_id in own
    return rules.visible(content_of(found), Tier.GRANTED if is_own else tier)


def state_counts(session: Session, filters: Filters, *, tier: Tier) -> dict[str, int]:
    """Return how many entries that pass the other filters there are in each U.S. state."""
    counted = facets(session, filters.without("us_state"), tier=tier)["us_state"]
    return {one.value: one.count for one in counted}


def public_pages(session: Session) -> list[tuple[str, datetime | None]]:
    """Return the key of every entry that everyone may see, and when what it shows was last published or reported."""
    newest = (
        select(func.max(EntryVersion.at))
        .where(EntryVersion.entry_id == Entry.id, EntryVersion.kind.in_(PUBLIC_KINDS))
        .scalar_subquery()
    )
    wanted = select(Entry.key, newest).where(Entry.shown_since.is_not(None)).order_by(Entry.key)
    return [(row[0], row[1]) for row in session.execute(wanted)]
