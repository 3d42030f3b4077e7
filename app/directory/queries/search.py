"""Finding entries: search, filters with true counts, order; over public fields only."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, case, exists, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from app.core.paging import Page, paginate
from app.directory import rules
from app.directory.models import Entry, EntryFacet
from app.directory.queries.rows import EntryRow, row_of
from app.directory.rules.filters import Filters, Sort, Standing
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS, Facet
from app.regulatory.states import PARTICIPATION_LABELS

W = TypeVar("W", bound=Select[*tuple[Any, ...]])


STANDING_LABELS = {
    Standing.CONFIRMED: "Confirmed by the company",
    Standing.REPORTED: "As reported, not confirmed",
}


SORT_LABELS = {Sort.NAME: "Name", Sort.COMPANY: "Lead company", Sort.NEWEST: "Newest facts first"}


FILTERED = ("category", "participation", "opening", "stage", "country", "standing")


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value to narrow by, and how many entries would be shown with it and the other filters."""

    value: str
    label: str
    count: int
    chosen: bool


def entries(
    session: Session, filters: Filters | None = None, *, sort: Sort = Sort.NAME, number: int = 1, size: int = 25
) -> Page[EntryRow]:
    """Return one page of the entries that everyone may see and that pass the filters."""
    wanted = _narrowed(select(Entry), filters or Filters())
    return paginate(session, wanted.order_by(*ORDERS.get(sort, ORDERS[Sort.NAME])), row_of, number=number, size=size)


ORDERS: dict[Sort, tuple[Any, ...]] = {
    Sort.NAME: (Entry.sort_name, Entry.key),
    Sort.COMPANY: (Entry.sort_company, Entry.sort_name, Entry.key),
    Sort.NEWEST: (Entry.as_of.desc(), Entry.sort_name, Entry.key),
}


def facets(
    session: Session, filters: Filters, country_names: Sequence[tuple[str, str]] = ()
) -> dict[str, list[FacetCount]]:
    """Return, for each field to narrow by, its values with true counts under the other filters.

    Values that nothing has are left out unless chosen. `country_names` are (two letters, name).
    """
    labels: dict[str, dict[str, str]] = {
        "category": rules.worded(CATEGORY_LABELS),
        "participation": rules.worded(PARTICIPATION_LABELS),
        "opening": rules.worded(rules.OPENING_LABELS),
        "stage": rules.worded(STAGE_LABELS),
        "country": dict(country_names),
        "standing": rules.worded(STANDING_LABELS),
    }
    chosen = [field for field in FILTERED if getattr(filters, field)]
    counts = _tally(session, filters, [field for field in FILTERED if field not in chosen])
    for field in chosen:
        nothing: dict[str, Any] = {field: ()}
        counts |= _tally(session, replace(filters, **nothing), [field])
    return {field: _worded(counts[field], labels[field], getattr(filters, field)) for field in FILTERED}


def _worded(counts: Mapping[str, int], labels: Mapping[str, str], values: Iterable[str]) -> list[FacetCount]:
    chosen = {str(value) for value in values}
    known = [value for value in labels if value in counts or value in chosen]
    known += sorted(value for value in {*counts, *chosen} if value not in labels)
    return [FacetCount(value, labels.get(value, value), counts.get(value, 0), value in chosen) for value in known]


def _tally(session: Session, filters: Filters, fields: Collection[str]) -> dict[str, dict[str, int]]:
    """Count what passes `filters` by value of each field: one read for single values, one for lists of them."""
    tally: dict[str, Counter[str]] = {field: Counter() for field in fields}
    single = [field for field in fields if field in GROUPS]
    if single:
        columns = [GROUPS[field] for field in single]
        for *values, count in session.execute(_narrowed(select(*columns, func.count()), filters).group_by(*columns)):
            for field, value in zip(single, values, strict=True):
                tally[field][value] += count
    listed = {FACETS[field]: field for field in fields if field in FACETS}
    if listed:
        passing = _narrowed(select(Entry.id), filters)  # judged once for each entry, not for each of its values
        wanted = select(EntryFacet.facet, EntryFacet.value, func.count())
        wanted = wanted.where(EntryFacet.facet.in_(listed), EntryFacet.entry_id.in_(passing))
        for facet, value, count in session.execute(wanted.group_by(EntryFacet.facet, EntryFacet.value)):
            tally[listed[facet]][value] = count
    return {field: dict(counts) for field, counts in tally.items()}


FACETS = {"opening": Facet.OPENING, "participation": Facet.PARTICIPATION, "country": Facet.PARTNER_COUNTRY}
IS_CONFIRMED = Entry.confirmed_at.is_not(None)
GROUPS: dict[str, ColumnElement[Any]] = {
    "category": type_coerce(Entry.category, String),
    "stage": type_coerce(Entry.stage_group, String),
    "standing": case((IS_CONFIRMED, Standing.CONFIRMED.value), else_=Standing.REPORTED.value),
}


def _narrowed(wanted: W, filters: Filters) -> W:
    wanted = wanted.where(Entry.shown_since.is_not(None))
    for word in rules.search_words(filters.search):
        wanted = wanted.where(Entry.search_text.contains(word, autoescape=True))
    if filters.category:
        wanted = wanted.where(Entry.category.in_(filters.category))
    if filters.stage:
        wanted = wanted.where(Entry.stage_group.in_(filters.stage))
    if len(set(filters.standing)) == 1:
        wanted = wanted.where(IS_CONFIRMED if Standing.CONFIRMED in filters.standing else ~IS_CONFIRMED)
    for field, facet in FACETS.items():
        if values := getattr(filters, field):
            wanted = wanted.where(_has(facet, values))
    return wanted


def _has(facet: Facet, values: Iterable[str]) -> ColumnElement[bool]:
    one = aliased(EntryFacet)  # its own name: the count of another facet may be reading the same table
    return exists().where(one.entry_id == Entry.id, one.facet == facet, one.value.in_([str(value) for value in values]))
