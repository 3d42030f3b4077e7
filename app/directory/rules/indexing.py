"""By what an entry is found, for each tier of readers: its words, the values it is counted under, its places in order.

Everything is made of what `visible` leaves for that tier and of nothing else. Who searches, counts, sorts or is
given suggestions reads only the rows of their own tier, so none of that can tell more than a page would.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel import Locale

from app.core.money import BAND_ORDER, BAND_SCALE, AmountBand
from app.directory.rules.asking import spelled_words
from app.directory.rules.complete import completeness
from app.directory.rules.fields import FIELD_NAMES, visible
from app.directory.rules.filters import NOT_STATED, Complete, Standing
from app.directory.rules.finding import participations, sought
from app.directory.rules.stage import launch_years
from app.directory.rules.text import plain
from app.directory.rules.us_states import US_STATES
from app.directory.rules.words import in_words
from app.directory.states import Tier

# Grows when an entry would be indexed otherwise than before; `database migrate` then makes the index anew.
INDEX_VERSION = 2
INDEXED = (Tier.PUBLIC, Tier.REGISTERED, Tier.VETTED)
MOST_INDEXED_WORDS = 6_000
LONGEST_LAUNCH = 25
FIELD_END = "|"
# These weigh more than the rest of what is searched.
FIRST = ("name", "lead_company", "summary")
UNSEARCHED = frozenset(
    {*FIRST, "us_state", "partner_countries", "stage_group", "topic_keys", "sources", "as_of", "verification",
     "unverified_parts", "export_review", "tiers", "altitude_km", "inclination_deg"}
)  # fmt: skip
COUNTRIES: Mapping[str, str] = Locale("en").territories


@dataclass(frozen=True, slots=True)
class FoundBy:
    """How one tier of readers finds an entry.

    `facets` holds " category:station stage:design ", `launch` the first year named; `amount` grows with the band
    sought within one currency; `words` separates fields by a bar; `spelled` says how each of its words is written.
    """

    tier: Tier
    facets: str
    sort_name: str
    sort_company: str
    as_of: str
    confirmed_day: int | None
    launch: int | None
    amount: int
    complete: int
    name: str
    company: str
    summary: str
    words: str
    spelled: Mapping[str, str]


def found_by(content: Mapping[str, Any], *, confirmed_at: datetime | None) -> list[FoundBy]:
    """Return how each tier finds an entry with this content; `confirmed_at` is when its company last vouched for it."""
    return [_found_by(visible(content, tier), tier, completeness(content), confirmed_at) for tier in INDEXED]


def _found_by(seen: Mapping[str, Any], tier: Tier, complete: int, confirmed_at: datetime | None) -> FoundBy:
    years = launch_years(seen)
    fields = [spelled_words(text) for text in _texts(seen)]
    name, company, summary = (" ".join(word for word, _ in field) for field in fields[:3])
    words = _joined(fields)
    return FoundBy(
        tier=tier, facets=f" {' '.join(_facets(seen, complete, confirmed_at))} ",
        sort_name=plain(seen["name"])[:300], sort_company=plain(seen["lead_company"])[:300], as_of=seen["as_of"],
        confirmed_day=day_number(confirmed_at), launch=years[0] if years else None,
        amount=max((_amount(one) for one in seen["seeking"]), default=0), complete=complete,
        name=name, company=company, summary=summary, words=words, spelled=_spelled(fields, words),
    )  # fmt: skip


def day_number(moment: datetime | None) -> int | None:
    """Return a day as a number that counts days; None when there is none."""
    return moment.date().toordinal() if moment else None


def _joined(fields: Iterable[list[tuple[str, str]]]) -> str:
    words = [word for field in fields if field for word in (*(kept for kept, _ in field), FIELD_END)]
    return " ".join(words[:MOST_INDEXED_WORDS]).removesuffix(FIELD_END).rstrip()


def _spelled(fields: Iterable[list[tuple[str, str]]], words: str) -> dict[str, str]:
    """Return how each of `words` is written; of several spellings the first of the alphabet."""
    found: dict[str, str] = {}
    for word, spelling in (pair for field in fields for pair in field):
        found[word] = min(found.get(word, spelling), spelling)
    return {word: found[word] for word in words.split() if word != FIELD_END}


def _texts(seen: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(seen[name]) for name in FIRST)
    yield from (in_words(name, seen[name]) for name in FIELD_NAMES if name not in UNSEARCHED)
    yield " ".join(COUNTRIES.get(code, code) for code in seen["partner_countries"])
    yield US_STATES.get(seen["us_state"], seen["us_state"])


def _amount(one: Mapping[str, Any]) -> int:
    """Return a number by which amounts are put in order: currencies one after the other, never one among another."""
    if not one["band"]:
        return 0
    place = BAND_ORDER[AmountBand(one["band"])]
    if place == BAND_ORDER[AmountBand.UNDISCLOSED]:
        return 1
    currencies = list(reversed(BAND_SCALE))
    currency = one["currency"] if one["currency"] in BAND_SCALE else "USD"
    return (currencies.index(currency) + 1) * 100 + place


def _facets(seen: Mapping[str, Any], complete: int, confirmed_at: datetime | None) -> list[str]:
    years = launch_years(seen)
    span = range(years[0], min(years[1], years[0] + LONGEST_LAUNCH) + 1) if years else [NOT_STATED]
    standing = Standing.CONFIRMED if confirmed_at else Standing.REPORTED
    found: dict[str, Iterable[Any]] = {
        "category": [seen["category"]],
        "participation": participations(seen),
        "sought": sought(seen),
        "band": [one["band"] for one in seen["seeking"]],
        "currency": [one["currency"] for one in seen["seeking"]],
        "opening": seen["openings"],
        "stage": [seen["stage_group"]],
        "launch": span,
        "platform": [seen["platform"] or NOT_STATED],
        "orbit": [seen["orbit"] or NOT_STATED],
        "country": seen["partner_countries"],
        "us_state": [seen["us_state"]],
        "export": [seen["export_class"] or NOT_STATED],
        "standing": [standing],
        "complete": [least for least in Complete if complete >= int(least)],
    }
    return [f"{name}:{value}" for name, values in found.items() for value in dict.fromkeys(values) if value]
