"""Finding entries: search, filters with true counts, order; from the index of the reader's own tier and nothing else.

The index row of an entry lists the values it is counted under, so one read answers who passes, how many there would
be under every other value, and what to give up when nothing passes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.paging import MOST_PER_PAGE, Page
from app.directory.index_models import IndexRow, SearchText
from app.directory.models import Entry
from app.directory.queries.content import content_of
from app.directory.queries.hits import correction, holds, in_title, weight
from app.directory.queries.rows import EntryRow, row_of
from app.directory.rules.asking import Query, read_query
from app.directory.rules.fields import visible
from app.directory.rules.filters import BY_NAME, FILTERED, SORT_TIERS, Confirmed, Filters, Sort
from app.directory.rules.found_words import amount_words, value_labels
from app.directory.rules.indexing import INDEXED
from app.directory.states import Tier

MOST_SUGGESTED = 8
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value to narrow by, and how many entries would be shown with it and the other filters."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Loosened:
    """How many entries there would be without one filter; `name` is a field of Filters."""

    name: str
    filters: Filters
    count: int


@dataclass(frozen=True, slots=True)
class Explored:
    """One page of what was asked for. `filters` is what was run: with the search as corrected, if it was.

    `loosened` says what to give up when nothing was found, `amounts` what the page's entries seek, by id, for readers
    who may see it.
    """

    page: Page[EntryRow]
    facets: dict[str, list[FacetCount]]
    filters: Filters
    sort: Sort
    loosened: list[Loosened]
    amounts: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that the beginning of a search could mean."""

    key: str
    name: str
    lead_company: str


def explore(
    session: Session,
    filters: Filters,
    *,
    tier: Tier = Tier.PUBLIC,
    sort: Sort | None = None,
    number: int = 1,
    size: int = 24,
    country_names: Mapping[str, str] | None = None,
    corrects: bool = True,
) -> Explored:
    """Return a page of the entries that pass, with counts for every value to narrow by.

    A search that finds nothing is corrected unless `corrects` is False.
    """
    filters, tier = filters.for_tier(tier), min(tier, INDEXED[-1])
    query = read_query(filters.search)
    sort = _order(sort, query, tier)
    rows = _rows(session, query, tier, sort)
    if query and not rows and corrects and (better := correction(session, filters.search, query, tier)):
        filters = replace(filters, search=better)
        query = read_query(better)
        rows = _rows(session, query, tier, sort)
    judged = _judged(rows, filters)
    page, shown = _page(session, judged.passing, number, size)
    loosened = [] if judged.passing else _loosened(session, filters, judged, query, tier)
    return Explored(
        page, _counts(judged, filters, tier, country_names or {}), filters, sort, loosened, _amounts(shown, tier)
    )


def entries(
    session: Session,
    filters: Filters | None = None,
    *,
    tier: Tier = Tier.PUBLIC,
    sort: Sort = Sort.NAME,
    number: int = 1,
    size: int = 25,
) -> Page[EntryRow]:
    """Return one page of the entries that readers of `tier` may see and that pass the filters; nothing is corrected."""
    filters, tier = (filters or Filters()).for_tier(tier), min(tier, INDEXED[-1])
    query = read_query(filters.search)
    judged = _judged(_rows(session, query, tier, _order(sort, query, tier)), filters)
    return _page(session, judged.passing, number, size)[0]


def passing(session: Session, filters: Filters, *, tier: Tier, limit: int | None = None) -> list[UUID]:
    """Return the ids of every entry that readers of `tier` find, by name; for what is no page."""
    filters, tier = filters.for_tier(tier), min(tier, INDEXED[-1])
    rows = _rows(session, read_query(filters.search), tier, Sort.NAME)
    shown = _judged(rows, filters).passing[:limit]
    ids: dict[int, UUID] = {}
    for start in range(0, len(shown), AT_ONCE):
        wanted = select(IndexRow.id, IndexRow.entry_id).where(IndexRow.id.in_(shown[start : start + AT_ONCE]))
        ids |= {row.id: row.entry_id for row in session.execute(wanted)}
    return [ids[place] for place in shown if place in ids]


def facets(
    session: Session,
    filters: Filters,
    country_names: Sequence[tuple[str, str]] = (),
    *,
    tier: Tier = Tier.PUBLIC,
) -> dict[str, list[FacetCount]]:
    """Return, for each field to narrow by, its values with true counts under the other filters."""
    filters, tier = filters.for_tier(tier), min(tier, INDEXED[-1])
    judged = _judged(_rows(session, read_query(filters.search), tier, Sort.NAME), filters)
    return _counts(judged, filters, tier, dict(country_names))


def suggestions(session: Session, typed: str, *, tier: Tier = Tier.PUBLIC) -> list[Suggestion]:
    """Return the entries whose name or company what was typed may begin, the likeliest first."""
    tier, query = min(tier, INDEXED[-1]), read_query(typed)
    if not query.wanted:
        return []
    wanted = (
        select(Entry.key, Entry.name, Entry.lead_company)
        .join(IndexRow, IndexRow.entry_id == Entry.id)
        .join(SearchText, SearchText.id == IndexRow.id)
        .where(IndexRow.tier == int(tier), holds(session, query), in_title(query))
        .order_by(weight(query).desc(), IndexRow.sort_name, IndexRow.key)
    )
    return [Suggestion(*row) for row in session.execute(wanted.limit(MOST_SUGGESTED))]


# Reading -------------------------------------------------------------------------------------------------------------
BY_NAME_FIRST = (IndexRow.sort_name, IndexRow.key)
ORDERS: dict[Sort, tuple[Any, ...]] = {
    Sort.NAME: BY_NAME_FIRST,
    Sort.COMPANY: (IndexRow.sort_company, *BY_NAME_FIRST),
    Sort.NEWEST: (IndexRow.as_of.desc(), *BY_NAME_FIRST),
    Sort.CONFIRMED: (IndexRow.confirmed_day.desc().nulls_last(), *BY_NAME_FIRST),
    Sort.COMPLETE: (IndexRow.complete.desc(), *BY_NAME_FIRST),
    Sort.LAUNCH: (IndexRow.launch.asc().nulls_last(), *BY_NAME_FIRST),
    Sort.AMOUNT: (IndexRow.amount.desc(), *BY_NAME_FIRST),
}
IndexedRow = tuple[int, str, int | None]


def _order(sort: Sort | None, query: Query, tier: Tier) -> Sort:
    """Return the order that can be given: by relevance needs a search, by amount a reader who may see amounts."""
    if sort is None or SORT_TIERS.get(sort, Tier.PUBLIC) > tier:
        sort = Sort.RELEVANCE
    return Sort.NAME if sort is Sort.RELEVANCE and not query.wanted else sort


def _rows(session: Session, query: Query, tier: Tier, sort: Sort) -> Sequence[IndexedRow]:
    rows = IndexRow.__table__.c  # plain columns: thousands of rows, and nothing of them is an object
    wanted = select(rows.id, rows.facets, rows.confirmed_day).where(rows.tier == int(tier))
    if query:
        wanted = wanted.join(SearchText, SearchText.id == rows.id).where(holds(session, query))
    order = (weight(query).desc(), *BY_NAME_FIRST) if sort is Sort.RELEVANCE else ORDERS[sort]
    found: Sequence[Any] = session.execute(wanted.order_by(*order)).all()
    return found


def _page(session: Session, passing: Sequence[int], number: int, size: int) -> tuple[Page[EntryRow], Collection[Entry]]:
    size = max(1, min(size, MOST_PER_PAGE))
    number = max(1, min(number, -(-len(passing) // size) or 1))
    shown = passing[(number - 1) * size : number * size]
    wanted = select(IndexRow.id, Entry).join(Entry, Entry.id == IndexRow.entry_id).where(IndexRow.id.in_(shown))
    found: dict[int, Entry] = {place: entry for place, entry in session.execute(wanted)} if shown else {}
    rows = [row_of(found[place]) for place in shown if place in found]
    return Page(rows, len(passing), number, size), found.values()


def _amounts(shown: Iterable[Entry], tier: Tier) -> dict[UUID, str]:
    """Return the amounts sought that readers of `tier` may see, in words."""
    if tier < Tier.REGISTERED:
        return {}
    seen = ((entry.id, visible(content_of(entry), tier)["seeking"]) for entry in shown if entry.seeking)
    return {entry_id: words for entry_id, seeking in seen if (words := amount_words(seeking))}


# Judging -------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Judged:
    """Ids of what passes, in order; facets of what passes, and of what misses by one field alone."""

    passing: list[int] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    missed: dict[str, list[str]] = field(default_factory=dict)


def _judged(rows: Iterable[IndexedRow], filters: Filters) -> _Judged:
    tests = [(name, [f" {name}:{value} " for value in values]) for name, values in filters.chosen().items()]
    found = _Judged(missed={name: [] for name, _ in tests})
    within = _within()
    for place, words, day in rows:
        facets = words if day is None else words + within(day)
        missed = [name for name, wanted in tests if not any(one in facets for one in wanted)]
        if not missed:
            found.passing.append(place)
            found.passed.append(facets)
        elif len(missed) == 1:
            found.missed[missed[0]].append(facets)
    return found


def _within() -> Callable[[int], str]:
    """Return what turns the day of a confirmation into words to count by, as of today."""
    today, known = clock.now().date().toordinal(), dict[int, str]()

    def words(day: int) -> str:
        if day not in known:
            known[day] = "".join(f"confirmed:{days.value} " for days in Confirmed if day >= today - int(days))
        return known[day]

    return words


def _counts(
    judged: _Judged, filters: Filters, tier: Tier, country_names: Mapping[str, str]
) -> dict[str, list[FacetCount]]:
    """Count by value of each field: under a chosen field, also what misses by that field alone."""
    tally = _tally("".join(judged.passed))
    counts: dict[str, dict[str, int]] = {name: {} for name in FILTERED if BY_NAME[name].tier <= tier}
    for word, count in tally.items():
        name, _, value = word.partition(":")
        if name in counts:
            counts[name][value] = count
    for name, texts in judged.missed.items():
        for word, count in _tally("".join(texts)).items():
            field_name, _, value = word.partition(":")
            if field_name == name:
                counts[name][value] = counts[name].get(value, 0) + count
    return {name: _worded(name, found, getattr(filters, name), country_names) for name, found in counts.items()}


@lru_cache(maxsize=16)
def _tally(words: str) -> Mapping[str, int]:
    """Count words; what was counted lately is remembered by the words themselves, so it cannot be out of date."""
    return Counter(words.split())


def _worded(
    name: str, counts: Mapping[str, int], values: Iterable[str], country_names: Mapping[str, str]
) -> list[FacetCount]:
    chosen = {str(value) for value in values}
    labels = value_labels(name, {*counts, *chosen}, country_names)
    return [
        FacetCount(value, words, counts.get(value, 0), value in chosen)
        for value, words in labels.items()
        if value in counts or value in chosen
    ]


def _loosened(session: Session, filters: Filters, judged: _Judged, query: Query, tier: Tier) -> list[Loosened]:
    found = [Loosened(name, filters.without(name), len(texts)) for name, texts in judged.missed.items() if texts]
    if query and filters.chosen():
        without = filters.without("search")
        count = len(_judged(_rows(session, Query(), tier, Sort.NAME), without).passing)
        found += [Loosened("search", without, count)] if count else []
    return sorted(found, key=lambda one: -one.count)
