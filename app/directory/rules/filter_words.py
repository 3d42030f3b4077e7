"""What a search of the directory asks for, in words: for lists, mails and the heads of exports."""

from collections.abc import Mapping

from app.core.money import BAND_LABELS
from app.directory.rules import OPENING_LABELS, worded
from app.directory.rules.filters import BY_NAME, NOT_STATED, Filters, Standing
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS
from app.regulatory.states import PARTICIPATION_LABELS

STANDING_WORDS = {
    Standing.CONFIRMED: "confirmed by the company",
    Standing.REPORTED: "as reported, not confirmed",
}
VALUES: dict[str, dict[str, str]] = {
    "category": worded(CATEGORY_LABELS),
    "participation": worded(PARTICIPATION_LABELS),
    "opening": worded(OPENING_LABELS),
    "stage": worded(STAGE_LABELS),
    "band": worded(BAND_LABELS),
    "standing": worded(STANDING_WORDS),
}
COUNTED = {"confirmed": "{} days", "complete": "at least {} %"}


def filter_words(filters: Filters, countries: Mapping[str, str] | None = None) -> list[str]:
    """Return one line for each thing asked, none for everything: 'Category: Station or Free flyer'."""
    said = [f"Holds the words: {filters.search}"] if filters.search else []
    return said + [
        f"{BY_NAME[name].words}: {' or '.join(_value(name, value, countries or {}) for value in values)}"
        for name, values in filters.chosen().items()
    ]


def _value(name: str, value: str, countries: Mapping[str, str]) -> str:
    if name == "country":
        return countries.get(value, value)
    if value == NOT_STATED:
        return "not stated"
    known = VALUES.get(name, {}).get(value)
    return known or COUNTED.get(name, "{}").format(value if value.isupper() else value.replace("_", " "))
