"""Entries side by side: each as far as its reader may see it, and which fields that leaves out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.directory import rules
from app.directory.models import Entry
from app.directory.queries.content import content_of
from app.directory.queries.rows import EntryRow, row_of
from app.directory.states import Tier


@dataclass(frozen=True, slots=True)
class Side:
    """One entry of a comparison; `withheld` names the fields, whole or in part, that others may see more of."""

    row: EntryRow
    seen: dict[str, Any]
    withheld: frozenset[str]


def sides(session: Session, keys: Sequence[str], *, tier: Tier, own: Collection[UUID] = ()) -> list[Side]:
    """Return the entries with those keys in their order; unknown ones, and those not shown, are left out.

    Members of an organization in `own` see all of its entries, also while nobody else does.
    """
    found = {one.key: one for one in session.scalars(select(Entry).where(Entry.key.in_(keys)))}
    return [side for key in keys if key in found and (side := _side(found[key], tier, own))]


def _side(found: Entry, tier: Tier, own: Collection[UUID]) -> Side | None:
    is_own = found.organization_id is not None and found.organization_id in own
    if found.shown_since is None and not is_own:
        return None
    seen_as = Tier.GRANTED if is_own else tier
    content = content_of(found)
    hidden = frozenset(field.name.partition(".")[0] for field in rules.withheld(content, seen_as))
    return Side(row_of(found), rules.visible(content, seen_as), hidden)
