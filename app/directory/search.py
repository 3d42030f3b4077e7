"""Finding entries: search, filters with true counts, order; over public fields only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, case, exists, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from app.core.paging import Page, paginate
from app.directory import rules
from app.directory.models import Entry, EntryFacet
from app.directory.rows import EntryRow, row_of
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS, Category, Facet, StageGroup
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation

W = TypeVar("W", bound=Select[*tuple[Any, ...]])


class Standing(StrEnum):
    """Whose words an entry holds."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"


STANDING_LABELS = {
    Standing.CONFIRMED: "Confirmed by the company",
    Standing.REPORTED: "As reported, not confirmed",
}


class Sort(StrEnum):
    """The order of a list of entries."""

    NAME = "name"
    COMPANY = "company"
    NEWEST = "newest"


SORT_LABELS = {Sort.NAME: "Name", Sort.COMPANY: "Lead company", Sort.NEWEST: "Newest facts first"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked for; values of one field widen, different fields narrow."""

    search: str = ""
    category: tuple[Category, ...] = ()
    stage: tuple[StageGroup, ...] = ()
    standing: tuple[Standing, ...] = ()
    opening: tuple[Opening, ...] = ()
    participation: tuple[Participation, ...] = ()
    country: tuple[str, ...] = ()


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
    return paginate(session, wanted.order_by(*ORDERS[sort]), row_of, number=number, size=size)


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
    return {field: _counts(session, filters, field, labels[field]) for field in FILTERED}


def _counts(session: Session, filters: Filters, field: str, labels: dict[str, str]) -> list[FacetCount]:
    nothing: dict[str, Any] = {field: ()}
    counts: dict[str, int] = {str(v): n for v, n in session.execute(_counted(field, replace(filters, **nothing)))}
    chosen = {str(value) for value in getattr(filters, field)}
    values = [value for value in labels if value in counts or value in chosen]
    values += sorted(value for value in {*counts, *chosen} if value not in labels)
    return [FacetCount(value, labels.get(value, value), counts.get(value, 0), value in chosen) for value in values]


def _counted(field: str, filters: Filters) -> Select[*tuple[Any, ...]]:
    if field in FACETS:
        wanted = select(EntryFacet.value, func.count()).join(Entry, Entry.id == EntryFacet.entry_id)
        return _narrowed(wanted.where(EntryFacet.facet == FACETS[field]), filters).group_by(EntryFacet.value)
    column = GROUPS[field]
    return _narrowed(select(column, func.count()), filters).group_by(column)


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
