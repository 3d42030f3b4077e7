"""Reads of hard filters: as rules for those who ask, as a page for the company, and other programmes that would fit."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.states import OrganizationKind
from app.core.money import AmountBand
from app.directory import queries as directory
from app.directory.models import Entry, EntryFacet
from app.directory.queries import EntryRow
from app.directory.states import Facet
from app.interest.models import EntryFilter, FilterCount
from app.interest.rules.filters import Asking, HardFilter, off_filter
from app.interest.states import Off
from app.regulatory.states import Participation

MOST_LOOKED_AT, MOST_NAMED = 200, 3


@dataclass(frozen=True, slots=True)
class FilterPage:
    """A filter as its company edits it; `revision` 0 is one that was never saved."""

    wanted: HardFilter
    revision: int


def filters_of(session: Session, entry_ids: Collection[UUID]) -> dict[UUID, HardFilter]:
    """Return the filters that the present companies of entries have set, by entry; who set none is left out."""
    return {row.entry_id: _filter(row) for row in _rows(session, entry_ids) if not _filter(row).is_open}


def filter_page(session: Session, entry_id: UUID) -> FilterPage:
    """Return an entry's filter for its own company; ask first whether it is theirs."""
    row = next(iter(_rows(session, [entry_id])), None)
    return FilterPage(_filter(row), row.revision) if row else FilterPage(HardFilter(), 0)


def turned_away(session: Session, entry_ids: Collection[UUID]) -> dict[UUID, dict[Off, int]]:
    """Return how many requests the filters of entries turned away so far, by what was off."""
    wanted = (
        select(FilterCount.entry_id, FilterCount.off, func.sum(FilterCount.count))
        .where(FilterCount.entry_id.in_(entry_ids))
        .group_by(FilterCount.entry_id, FilterCount.off)
    )
    found: dict[UUID, dict[Off, int]] = {}
    for entry_id, off, count in session.execute(wanted):
        found.setdefault(entry_id, {})[off] = int(count)
    return found


def others_that_fit(session: Session, entry: EntryRow, asking: Asking) -> list[EntryRow]:
    """Return up to three other programmes that seek what is asked and let it through, the same category first."""
    wanted = select(Entry.id).where(
        Entry.id != entry.id, Entry.shown_since.is_not(None), Entry.confirmed_at.is_not(None),
        Entry.organization_id.is_not(None),
    )  # fmt: skip
    if asking.kinds:
        seeks = select(EntryFacet.entry_id).where(
            EntryFacet.facet == Facet.PARTICIPATION, EntryFacet.value.in_(sorted(asking.kinds))
        )
        wanted = wanted.where(Entry.id.in_(seeks))
    near = (Entry.category != entry.category, Entry.sort_name, Entry.key)
    ids = list(session.scalars(wanted.order_by(*near).limit(MOST_LOOKED_AT)))
    filters = filters_of(session, ids)
    fitting = [one for one in ids if one not in filters or off_filter(filters[one], asking) is None][:MOST_NAMED]
    rows = directory.entry_rows(session, fitting)
    return [rows[one] for one in fitting]


def _rows(session: Session, entry_ids: Collection[UUID]) -> list[EntryFilter]:
    mine = EntryFilter.organization_id == Entry.organization_id
    wanted = select(EntryFilter).join(Entry, Entry.id == EntryFilter.entry_id).where(mine)
    return list(session.scalars(wanted.where(EntryFilter.entry_id.in_(entry_ids))))


def _filter(row: EntryFilter) -> HardFilter:
    return HardFilter(
        kinds=frozenset(Participation(kind) for kind in row.kinds),
        least={currency: AmountBand(band) for currency, band in row.least.items()},
        refuses_undisclosed=row.refuses_undisclosed,
        partner_kinds=frozenset(OrganizationKind(kind) for kind in row.partner_kinds),
        country_rule=row.country_rule, countries=frozenset(row.countries), stages=frozenset(row.stages),
        languages=frozenset(row.languages),
    )  # fmt: skip
