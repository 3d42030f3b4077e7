"""How what entries are found by reads in words: fields, their values, orders."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel.numbers import get_currency_name

from app.core.money import BAND_LABELS, BAND_SCALE, AmountBand, band_words
from app.directory.rules.filters import NOT_STATED, Complete, Confirmed, Sort, Standing
from app.directory.rules.text import worded
from app.directory.rules.us_states import US_STATES
from app.directory.rules.words import OPENING_LABELS
from app.directory.states import (
    CATEGORY_LABELS,
    EXPORT_CLASS_LABELS,
    ORBIT_LABELS,
    PLATFORM_LABELS,
    SOUGHT_LABELS,
    STAGE_LABELS,
)
from app.regulatory.states import PARTICIPATION_LABELS

SORT_LABELS: dict[Sort, str] = {
    Sort.RELEVANCE: "Best match first",
    Sort.NAME: "Name",
    Sort.COMPANY: "Lead company",
    Sort.NEWEST: "Newest facts first",
    Sort.CONFIRMED: "Last confirmed first",
    Sort.COMPLETE: "Most complete first",
    Sort.LAUNCH: "First launch, soonest first",
    Sort.AMOUNT: "Largest amount, by currency",
}
STANDING_LABELS: dict[Standing, str] = {
    Standing.CONFIRMED: "Confirmed by the company",
    Standing.REPORTED: "As reported, not confirmed",
}
CONFIRMED_LABELS: dict[Confirmed, str] = {
    Confirmed.MONTH: "30 days",
    Confirmed.QUARTER: "90 days",
    Confirmed.HALF: "180 days",
    Confirmed.YEAR: "A year",
}
COMPLETE_LABELS: dict[Complete, str] = {
    Complete.QUARTER: "25 % or more",
    Complete.HALF: "50 % or more",
    Complete.THREE_QUARTERS: "75 % or more",
    Complete.ALL: "100 %",
}
BANDS = worded(BAND_LABELS)
UNSTATED = {NOT_STATED: "Not stated"}
VALUES: dict[str, dict[str, str]] = {
    "category": worded(CATEGORY_LABELS),
    "participation": worded(PARTICIPATION_LABELS),
    "sought": worded(SOUGHT_LABELS),
    "band": BANDS,
    "opening": worded(OPENING_LABELS),
    "stage": worded(STAGE_LABELS),
    "platform": worded(PLATFORM_LABELS) | UNSTATED,
    "orbit": worded(ORBIT_LABELS) | UNSTATED,
    "us_state": US_STATES,
    "export": worded(EXPORT_CLASS_LABELS) | UNSTATED,
    "standing": worded(STANDING_LABELS),
    "confirmed": worded(CONFIRMED_LABELS),
    "complete": worded(COMPLETE_LABELS),
}


def value_labels(name: str, values: Iterable[str], country_names: Mapping[str, str]) -> dict[str, str]:
    """Return the words of the values of a field, in the order of the page; a value without words stands for itself."""
    if name == "currency":
        return {code: f"{code}, {get_currency_name(code, locale='en')}" for code in sorted(values)}
    known = country_names if name == "country" else VALUES.get(name, {})
    ordered = [*known, *sorted(set(values) - known.keys())]
    return {value: known.get(value) or UNSTATED.get(value, value) for value in ordered}


def amount_words(seeking: Iterable[Mapping[str, Any]]) -> str:
    """Return the bands that are sought, each once, with their currency."""
    bands = (band_words(AmountBand(one["band"]), _known(one["currency"])) for one in seeking if one["band"])
    return ", ".join(dict.fromkeys(bands))


def _known(currency: str) -> str:
    return currency if currency in BAND_SCALE else "USD"
