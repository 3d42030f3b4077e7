"""How the fields of an entry read in words."""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.money import AmountBand, band_words
from app.directory.rules.fields import LABELS
from app.directory.rules.text import as_of_words, worded
from app.directory.states import (
    CATEGORY_LABELS,
    EXPORT_CLASS_LABELS,
    ORBIT_LABELS,
    PLATFORM_LABELS,
    SOUGHT_LABELS,
    STAGE_LABELS,
    TIER_LABELS,
    VERIFICATION_LABELS,
    Tier,
)
from app.regulatory.states import Opening

OPENING_LABELS: dict[Opening, str] = {
    Opening.EQUITY: "Equity investment",
    Opening.CREW_SEAT: "Crew seat",
    Opening.PAYLOAD: "Payload",
    Opening.HARDWARE_SUPPLY: "Hardware supply",
    Opening.HOST_MODULE: "Host a module",
    Opening.NATIONAL_MODULE: "National module",
    Opening.RESEARCH_FACILITY: "Research facility use",
    Opening.CARGO: "Cargo service",
    Opening.RETURN_SERVICE: "Return service",
    Opening.LANDING_SITE: "Landing site",
    Opening.DATA_SERVICE: "Data service",
    Opening.AGENCY_AGREEMENT: "Agency agreement",
}

WORDS: dict[str, dict[str, str]] = {
    "category": worded(CATEGORY_LABELS),
    "stage_group": worded(STAGE_LABELS),
    "orbit": worded(ORBIT_LABELS),
    "platform": worded(PLATFORM_LABELS),
    "verification": worded(VERIFICATION_LABELS),
    "openings": worded(OPENING_LABELS),
    "export_class": worded(EXPORT_CLASS_LABELS),
    "export_review": {"True": "Yes"},
}
SOUGHT_WORDS = worded(SOUGHT_LABELS)


def in_words(name: str, value: Any) -> str:
    """Return a field's value as a person reads it; what is empty is ""."""
    if not value and value != 0:
        return ""
    if name == "tiers":
        return "; ".join(f"{LABELS[field]}: {TIER_LABELS[Tier[tier.upper()]].lower()}" for field, tier in value.items())
    if isinstance(value, list):
        say = ONE.get(name)
        return "; ".join(map(say, value)) if say else ", ".join(in_words(name, item) for item in value)
    return WORDS.get(name, {}).get(str(value), str(value))


def partner_words(one: Mapping[str, Any]) -> str:
    """Return "Mitsui (JP, investor)"."""
    inside = ", ".join(part for part in ("/".join(one["countries"]), one["role"]) if part)
    return f"{one['name']} ({inside})" if inside else str(one["name"])


def milestone_words(one: Mapping[str, Any]) -> str:
    """Return "First module: due March 2028, before that 2027" or "Design review: done May 2026"."""
    when = f"done {as_of_words(one['done'])}" if one["done"] else ""
    due = f"due {as_of_words(one['due'])}" if one["due"] and not one["done"] else when
    slips = f", before that {', '.join(map(as_of_words, one['earlier']))}" if one["earlier"] else ""
    return f"{one['name']}: {due or 'no date'}{slips}"


def seeking_words(one: Mapping[str, Any]) -> str:
    """Return what is sought with as much of its amount, instrument and terms as the reader may see."""
    amount = band_words(AmountBand(one["band"]), one["currency"] or "USD") if one["band"] else ""
    parts = [part for part in (amount, one["instrument"], one["terms"]) if part]
    return f"{SOUGHT_WORDS[one['kind']]}{': ' if parts else ''}{', '.join(parts)}"


def fact_words(one: Mapping[str, Any]) -> str:
    """Return a funding fact with its source and date, as far as they are given."""
    told = ", ".join(part for part in (one["source"], as_of_words(one["as_of"]) if one["as_of"] else "") if part)
    return f"{one['fact']} [{told}]" if told else str(one["fact"])


def contact_words(one: Mapping[str, Any]) -> str:
    """Return "Dana Reyes, Partnerships, dana@example.com"."""
    return ", ".join(part for part in (one["name"], one["role"], one["email"]) if part)


ONE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "partners": partner_words,
    "milestones": milestone_words,
    "seeking": seeking_words,
    "funding_facts": fact_words,
    "contacts": contact_words,
}
