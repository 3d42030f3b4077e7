"""Finding entries: search, filters, order, cards or a table, suggestions; each reader finds what their tier covers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.access import EVERYONE, allow, principal_or_none
from app.core.asked import page_number
from app.core.db import db
from app.directory import queries, rules
from app.directory.queries import SORT_LABELS, Explored, Filters, Sort
from app.directory.rules.filters import BY_NAME, SORT_TIERS
from app.directory.states import CATEGORY_LABELS, ORBIT_LABELS, PLATFORM_LABELS, SOUGHT_LABELS, STAGE_LABELS, Tier
from app.directory.views.base import bp, tier_of
from app.directory.views.compare import put_aside
from app.directory.views.policy import country_asked, policy_lines
from app.regulatory import queries as regulatory

LAYOUTS = {"cards": "Cards", "table": "Table"}
PER_PAGE = 24
OPEN_AT_FIRST = frozenset({"category", "participation", "sought"})
Address = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on, and the address of the list without it."""

    words: str
    without: Address


@bp.get("/directory")
@allow(read=EVERYONE)
def entries() -> ResponseReturnValue:
    """Search, narrow, sort and page through the entries, as the reader's tier covers them."""
    person = principal_or_none()
    tier = tier_of(person)
    names = regulatory.country_choices(db())
    typed = Filters.from_args(request.args, tier=tier)
    found = queries.explore(
        db(), typed, tier=tier, sort=_sort(), number=page_number(), size=PER_PAGE, country_names=dict(names),
        corrects=request.args.get("exact") != "1",
    )  # fmt: skip
    layout = chosen if (chosen := request.args.get("layout", "")) in LAYOUTS else "cards"
    policy_for = country_asked(person, dict(names), "for")
    kept = _kept(layout)
    return render_template(
        "directory/entries.html",
        found=found,
        page=found.page,
        typed=typed,
        asked=found.filters.to_args(),
        address={**found.filters.to_args(), **kept},
        exact_address={**typed.to_args(), **kept, "exact": "1"},
        kept=kept,
        chips=list(_chips(found, kept)),
        facet_words={name: one.words for name, one in BY_NAME.items()},
        open_at_first=OPEN_AT_FIRST,
        sorts={sort: words for sort, words in SORT_LABELS.items() if _may_sort(sort, tier, found.filters)},
        layout=layout,
        layouts=LAYOUTS,
        compared=put_aside(),
        country_options=_options(tuple(names), policy_for),
        country_names=dict(names),
        policy_for=policy_for,
        lines=policy_lines(found.page.items, policy_for, found.filters.participation),
        words={"category": CATEGORY_LABELS, "stage": STAGE_LABELS, "opening": rules.OPENING_LABELS,
               "sought": SOUGHT_LABELS, "platform": PLATFORM_LABELS, "orbit": ORBIT_LABELS},
    )  # fmt: skip


@bp.get("/directory/suggest")
@allow(read=EVERYONE)
def suggest() -> ResponseReturnValue:
    """Return the entries that the beginning of a search may mean: a comfort for scripts, at most eight."""
    typed = Filters.from_args(request.args).search
    found = queries.suggestions(db(), typed, tier=tier_of(principal_or_none()))
    answer = jsonify([{"key": one.key, "name": one.name, "company": one.lead_company} for one in found])
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@lru_cache(maxsize=64)
def _options(names: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    """Return the options of the countries abroad: hundreds of lines that seldom differ from one page to the next."""
    one, other = Markup('<option value="{}">{}</option>'), Markup('<option value="{}" selected>{}</option>')
    return Markup("").join(
        (other if code == chosen else one).format(code, name) for code, name in names if code != "US"
    )


def _sort() -> Sort | None:
    asked = request.args.get("sort", "")
    return next((sort for sort in Sort if sort.value == asked), None)


def _may_sort(sort: Sort, tier: Tier, filters: Filters) -> bool:
    return SORT_TIERS.get(sort, Tier.PUBLIC) <= tier and (sort is not Sort.RELEVANCE or bool(filters.search))


def _kept(layout: str) -> Address:
    """Return what a link keeps besides the filters: order and layout where they are not the usual, and the country."""
    kept: Address = {"layout": layout} if layout != "cards" else {}
    if sort := _sort():
        kept["sort"] = sort.value
    if len(country := request.args.get("for", "").upper()) == 2 and country.isascii():
        kept["for"] = country
    return kept


def _chips(found: Explored, kept: Address) -> Iterator[Chip]:
    """Return what narrows the list, each with the way to take it off."""
    filters = found.filters
    if filters.search:
        yield Chip(f"Search: {filters.search}", {**filters.without("search").to_args(), **kept})
    for name, counts in found.facets.items():
        for one in counts:
            if one.chosen:
                without: dict[str, Any] = {**filters.without(name, one.value).to_args(), **kept}
                yield Chip(f"{BY_NAME[name].words}: {one.label}", without)
