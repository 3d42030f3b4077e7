"""Finding entries: search, filters with true counts, order; from the index of the reader's own tier and nothing else.

What a tier's readers may find is remembered as a catalogue until the index changes. It answers who passes, how many
there would be under every other value, and what to give up when nothing passes; only the page's entries are read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, literal, select
from sqlalchemy.orm import Session

from app.core.db import plain_rows
from app.core.paging import MOST_PER_PAGE, Page
from app.directory.index_models import IndexRow, SearchText
from app.directory.models import Entry
from app.directory.queries.content import content_of
from app.directory.queries.hits import correction, holds, in_title, weight
from app.directory.queries.remembered import catalogue
from app.directory.queries.rows import LISTED, EntryRow, row_of
from app.directory.rules.asking import Query, read_query
from app.directory.rules.catalogue import Catalogue, Narrowed, bits
from app.directory.rules.fields import visible
from app.directory.rules.filters import BY_NAME, SORT_TIERS, Filters, Sort
from app.directory.rules.found_words import amount_words, value_labels
from app.directory.rules.indexing import INDEXED
from app.directory.states import Tier

MOST_SUGGESTED = 8


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
    found = _find(session, filters, tier, sort)
    if corrects and found.query and not found.hits:
        better = correction(session, found.filters.search, found.query, found.tier)
        found = _find(session, replace(filters, search=better), tier, sort) if better else found
    places = found.in_order()
    page, shown = _page(session, found, places, number, size)
    loosened = [] if places else found.loosened()
    counts = found.counts(country_names or {})
    return Explored(page, counts, found.filters, found.sort, loosened, _amounts(shown, found.tier))


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
    found = _find(session, filters or Filters(), tier, sort)
    return _page(session, found, found.in_order(), number, size)[0]


def passing(session: Session, filters: Filters, *, tier: Tier, limit: int | None = None) -> list[UUID]:
    """Return the ids of every entry that readers of `tier` find, by name; for what is no page."""
    found = _find(session, filters, tier, Sort.NAME)
    return [found.known.entry_ids[place] for place in found.in_order()[:limit]]


def facets(
    session: Session,
    filters: Filters,
    country_names: Sequence[tuple[str, str]] = (),
    *,
    tier: Tier = Tier.PUBLIC,
) -> dict[str, list[FacetCount]]:
    """Return, for each field to narrow by, its values with true counts under the other filters."""
    return _find(session, filters, tier, Sort.NAME).counts(dict(country_names))


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


@dataclass(frozen=True, slots=True)
class _Found:
    """What was asked of a catalogue and what passes; `hits` are the places that hold the search, the best first."""

    known: Catalogue
    filters: Filters
    query: Query
    tier: Tier
    sort: Sort
    hits: Sequence[int]
    narrowed: Narrowed

    def in_order(self) -> list[int]:
        """Return the places of what passes, in the order asked for."""
        if self.sort is not Sort.RELEVANCE:
            return self.known.in_order(self.narrowed.passing, self.sort)
        passing = set(self.known.in_order(self.narrowed.passing, Sort.NAME))
        return [place for place in self.hits if place in passing]

    def counts(self, country_names: Mapping[str, str]) -> dict[str, list[FacetCount]]:
        """Return the values to narrow by that readers of this tier may use, with true counts."""
        return {
            name: _worded(name, counted, getattr(self.filters, name), country_names)
            for name, counted in self.known.counts(self.narrowed).items()
            if BY_NAME[name].tier <= self.tier
        }

    def loosened(self) -> list[Loosened]:
        """Return how many there would be without one of the filters, the most first."""
        found = [
            Loosened(name, self.filters.without(name), held.bit_count()) for name, held in self.narrowed.but_for.items()
        ]
        if self.query and found:
            whole = self.known.narrow(self.known.everything, self.filters.chosen())
            found.append(Loosened("search", self.filters.without("search"), whole.passing.bit_count()))
        return sorted((one for one in found if one.count), key=lambda one: -one.count)


def _find(session: Session, filters: Filters, tier: Tier, sort: Sort | None) -> _Found:
    filters, tier = filters.for_tier(tier), min(tier, INDEXED[-1])
    known, query = catalogue(session, tier), read_query(filters.search)
    sort = _order(sort, query, tier)
    hits = _hits(session, known, query, tier, sort) if query else []
    held = bits(hits) if query else known.everything
    return _Found(known, filters, query, tier, sort, hits, known.narrow(held, filters.chosen()))


def _order(sort: Sort | None, query: Query, tier: Tier) -> Sort:
    """Return the order that can be given: by relevance needs a search, by amount a reader who may see amounts."""
    if sort is None or SORT_TIERS.get(sort, Tier.PUBLIC) > tier:
        sort = Sort.RELEVANCE
    return Sort.NAME if sort is Sort.RELEVANCE and not query.wanted else sort


def _hits(session: Session, known: Catalogue, query: Query, tier: Tier, sort: Sort) -> list[int]:
    """Return the places of what holds the search: by relevance the best first, equals and else by name."""
    worth = weight(query) if sort is Sort.RELEVANCE else literal(0)
    holding = select(SearchText.id, worth.label("worth")).where(SearchText.tier == int(tier), holds(session, query))
    found = plain_rows(session, holding)
    return [place for _, place in sorted((-row.worth, known.places[row.id]) for row in found if row.id in known.places)]


def _page(
    session: Session, found: _Found, places: Sequence[int], number: int, size: int
) -> tuple[Page[EntryRow], Collection[Row[Any]]]:
    size = max(1, min(size, MOST_PER_PAGE))
    number = max(1, min(number, -(-len(places) // size) or 1))
    ids = [found.known.entry_ids[place] for place in places[(number - 1) * size : number * size]]
    read = {one.id: one for one in plain_rows(session, select(*LISTED).where(Entry.id.in_(ids)))} if ids else {}
    rows = [row_of(read[one]) for one in ids if one in read]
    return Page(rows, len(places), number, size), read.values()


def _amounts(shown: Iterable[Row[Any]], tier: Tier) -> dict[UUID, str]:
    """Return the amounts sought that readers of `tier` may see, in words."""
    if tier < Tier.REGISTERED:
        return {}
    seen = ((one.id, visible(content_of(one, ("seeking", "tiers")), tier)["seeking"]) for one in shown if one.seeking)
    return {entry_id: words for entry_id, seeking in seen if (words := amount_words(seeking))}


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
