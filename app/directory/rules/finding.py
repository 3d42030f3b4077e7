"""By what words and values an entry is found."""

from collections.abc import Mapping
from typing import Any

from app.core.money import AmountBand
from app.directory.rules.text import plain
from app.directory.rules.words import OPENING_LABELS, in_words
from app.directory.states import CATEGORY_LABELS, SOUGHT_PARTICIPATION, Category, Facet, Sought
from app.regulatory.states import OPENING_PARTICIPATION, Opening, Participation

# Found by search, in this order; all of them public, so that no hit or count tells more than a page would.
SEARCHED = (
    "name", "lead_company", "summary", "stage", "partners", "funding_facts", "foreign_participation", "milestones",
)  # fmt: skip


def search_text(content: Mapping[str, Any]) -> str:
    """Return everything about an entry that search looks through; `content` must be what everyone may see."""
    labels = [CATEGORY_LABELS[Category(content["category"])]]
    labels += [OPENING_LABELS[Opening(value)] for value in content["openings"]]
    labels += [in_words("seeking", content["seeking"])]
    return plain(" \n ".join([*(in_words(name, content[name]) for name in SEARCHED), *labels]))


def search_words(query: str) -> list[str]:
    """Return the words that an entry must all hold to be found; the first ten count."""
    return plain(query).split()[:10]


def sought(content: Mapping[str, Any]) -> list[Sought]:
    """Return the kinds that a company says it seeks, in the order of the schema."""
    kinds = {one["kind"] for one in content["seeking"]}
    return [kind for kind in Sought if kind.value in kinds]


def sought_band(content: Mapping[str, Any]) -> AmountBand | None:
    """Return the band of the first thing sought that gives one: the amount by which pairs are weighed."""
    return next((AmountBand(one["band"]) for one in content["seeking"] if one["band"]), None)


def participations(content: Mapping[str, Any]) -> list[Participation]:
    """Return the kinds of participation an entry stands for: the company's own, else those its openings suggest."""
    wanted = {SOUGHT_PARTICIPATION[kind] for kind in sought(content)}
    if not wanted:
        wanted = {OPENING_PARTICIPATION[Opening(opening)] for opening in content["openings"]}
    return [kind for kind in Participation if kind in wanted]


def facets(content: Mapping[str, Any]) -> list[tuple[Facet, str]]:
    """Return the values an entry is found by, beyond its category and stage."""
    return [
        *((Facet.OPENING, opening) for opening in content["openings"]),
        *((Facet.PARTICIPATION, kind.value) for kind in participations(content)),
        *((Facet.PARTNER_COUNTRY, country) for country in content["partner_countries"]),
    ]
