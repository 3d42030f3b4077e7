"""What may be shown to whom, how an entry is found, and how its fields read in words; nothing is stored here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from anyascii import anyascii

from app.core.money import BAND_LABELS
from app.directory.states import (
    CATEGORY_LABELS,
    STAGE_LABELS,
    VERIFICATION_LABELS,
    Category,
    Facet,
    StageGroup,
    Tier,
    Verification,
)
from app.regulatory.states import OPENING_PARTICIPATION, PARTICIPATION_LABELS, Opening, Participation

CONFIRM_EVERY = timedelta(days=180)
LEAST_PROOF = 20  # characters that a claim must say for itself
RESERVED_KEYS = frozenset({"claims", "mine", "new", "reviews"})
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# What a person agrees to when saving; a new text gets a new version and the old ones stay readable.
ATTESTATIONS: dict[str, str] = {
    "2026-11": "I have checked this text. It holds no classified or controlled unclassified information and no "
    "technical data controlled by the ITAR or the EAR, and my organization may publish it.",
}
ATTESTATION = "2026-11"

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


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry: its name in the table, its words, and the least tier that sees it."""

    name: str
    label: str
    tier: Tier


# The one place that says who sees what. Pages, search, facets, feeds and mails show a field only through `visible`.
FIELDS: tuple[Field, ...] = (
    Field("name", "Name", Tier.PUBLIC),
    Field("lead_company", "Lead company", Tier.PUBLIC),
    Field("us_state", "U.S. state", Tier.PUBLIC),
    Field("category", "Category", Tier.PUBLIC),
    Field("summary", "Summary", Tier.PUBLIC),
    Field("stage", "Stage", Tier.PUBLIC),
    Field("stage_group", "Stage, to filter by", Tier.PUBLIC),
    Field("target_first_launch", "First launch, target", Tier.PUBLIC),
    Field("partners", "Partners", Tier.PUBLIC),
    Field("partner_countries", "Partner countries", Tier.PUBLIC),
    Field("funding_facts", "Public funding facts", Tier.PUBLIC),
    Field("foreign_participation", "Foreign participation so far", Tier.PUBLIC),
    Field("openings", "Openings for partners", Tier.PUBLIC),
    Field("topic_keys", "Policy topics", Tier.PUBLIC),
    Field("sources", "Sources", Tier.PUBLIC),
    Field("as_of", "As of", Tier.PUBLIC),
    Field("verification", "Verification", Tier.PUBLIC),
    Field("unverified_parts", "Not verified", Tier.PUBLIC),
    Field("sought_kinds", "Participation sought", Tier.PUBLIC),
    Field("sought_band", "Amount sought", Tier.REGISTERED),
    Field("contact_name", "Contact", Tier.VETTED),
    Field("contact_email", "Contact e-mail", Tier.VETTED),
)
FIELD_NAMES = tuple(field.name for field in FIELDS)
LABELS = {field.name: field.label for field in FIELDS}
# Found by search, in this order; all of them public, so that no hit or count tells more than a page would.
SEARCHED = ("name", "lead_company", "summary", "stage", "partners", "funding_facts", "foreign_participation")
# What the reference data reports; a company's own words are never overwritten by it.
REPORTED = FIELD_NAMES[: FIELD_NAMES.index("sought_kinds")]

EMPTY: dict[str, Any] = {
    **{field.name: "" for field in FIELDS},
    **{name: [] for name in ("partner_countries", "openings", "topic_keys", "sources", "sought_kinds")},
    "category": Category.STATION.value,
    "stage_group": StageGroup.OTHER.value,
    "verification": Verification.COMPANY.value,
    "sought_band": None,
}


def visible(content: Mapping[str, Any], tier: Tier) -> dict[str, Any]:
    """Return the fields a reader of `tier` may see; those above it read as if they were empty."""
    return {field.name: content[field.name] if field.tier <= tier else EMPTY[field.name] for field in FIELDS}


def withheld(content: Mapping[str, Any], tier: Tier) -> list[Field]:
    """Return the fields that are filled in but above `tier`, to say in words that they exist for others."""
    return [field for field in FIELDS if field.tier > tier and content[field.name]]


def tidy(text: str) -> str:
    """Return what a person typed without characters that no text holds, and without blanks around it."""
    return CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def plain(text: str) -> str:
    """Return `text` as search compares it: without case, accents or double spaces."""
    return " ".join(anyascii(tidy(text)).casefold().split())


def search_text(content: Mapping[str, Any]) -> str:
    """Return everything about an entry that search looks through."""
    labels = [CATEGORY_LABELS[Category(content["category"])]]
    labels += [OPENING_LABELS[Opening(value)] for value in content["openings"]]
    return plain(" \n ".join([*(content[name] for name in SEARCHED), *labels]))


def search_words(query: str) -> list[str]:
    """Return the words that an entry must all hold to be found; the first ten count."""
    return plain(query).split()[:10]


def participations(content: Mapping[str, Any]) -> list[Participation]:
    """Return the kinds of participation an entry stands for: the company's own, else those its openings suggest."""
    if content["sought_kinds"]:
        wanted = {Participation(kind) for kind in content["sought_kinds"]}
    else:
        wanted = {OPENING_PARTICIPATION[Opening(opening)] for opening in content["openings"]}
    return [kind for kind in Participation if kind in wanted]


def facets(content: Mapping[str, Any]) -> list[tuple[Facet, str]]:
    """Return the values an entry is found by, beyond its category and stage."""
    return [
        *((Facet.OPENING, opening) for opening in content["openings"]),
        *((Facet.PARTICIPATION, kind.value) for kind in participations(content)),
        *((Facet.PARTNER_COUNTRY, country) for country in content["partner_countries"]),
    ]


STAGE_BEGINS: tuple[tuple[str, StageGroup], ...] = (
    ("withdrawn", StageGroup.WITHDRAWN),
    ("completed", StageGroup.COMPLETED),
    ("operati", StageGroup.OPERATIONAL),
    ("concept", StageGroup.CONCEPT),
    ("design", StageGroup.DESIGN),
    ("awarded", StageGroup.ON_SALE),
    ("re-planned", StageGroup.PLANNING),
    ("request for information", StageGroup.PLANNING),
)
STAGE_HOLDS: tuple[tuple[str, StageGroup], ...] = (
    ("being sold", StageGroup.ON_SALE),
    ("development", StageGroup.DEVELOPMENT),
    ("build", StageGroup.DEVELOPMENT),
    ("integration", StageGroup.DEVELOPMENT),
    ("test", StageGroup.DEVELOPMENT),
    ("phase", StageGroup.DEVELOPMENT),
    ("launched", StageGroup.OPERATIONAL),
)


def stage_group(stage: str) -> StageGroup:
    """Return the coarse stage that reported words fall under: a reading of ours to filter by, not a reported fact."""
    words = plain(stage)
    begins = (group for start, group in STAGE_BEGINS if words.startswith(start))
    holds = (group for part, group in STAGE_HOLDS if part in words)
    return next(begins, None) or next(holds, StageGroup.OTHER)


def as_of_words(as_of: str) -> str:
    """Return "12 February 2026", "February 2026", "2026" or "a date not given"."""
    parts = [int(part) for part in as_of.split("-") if part]
    if len(parts) == 3:
        day = date(parts[0], parts[1], parts[2])
        return f"{day.day} {day:%B %Y}"
    if len(parts) == 2:
        return f"{date(parts[0], parts[1], 1):%B %Y}"
    return as_of or "a date not given"


def standing(*, confirmed: bool, as_of: str) -> str:
    """Return the sentence that says whose words an entry holds."""
    when = f"{'in' if len(as_of) in (4, 7) else 'on'} {as_of_words(as_of)}"
    return f"Confirmed by the company {when}" if confirmed else f"As reported {when}, not confirmed by the company"


def slug(name: str, taken: Iterable[str] = ()) -> str:
    """Return a free key made of a name: "Haven-1 Lab" becomes "haven-1-lab", or "haven-1-lab-2" if that is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:70].strip("-") or "entry"
    unusable = {*taken, *RESERVED_KEYS}
    numbered = (f"{base}-{number}" for number in range(2, len(unusable) + 3))
    return base if base not in unusable else next(key for key in numbered if key not in unusable)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that differ, in the order of the page."""
    return [name for name in FIELD_NAMES if before.get(name, EMPTY[name]) != after.get(name, EMPTY[name])]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of a comparison, in words."""

    name: str
    label: str
    before: str
    after: str


def comparison(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Return the fields that differ, with both sides as a person reads them."""
    return [
        FieldChange(
            name,
            LABELS[name],
            in_words(name, before.get(name, EMPTY[name])),
            in_words(name, after.get(name, EMPTY[name])),
        )
        for name in changed_fields(before, after)
    ]


def worded(labels: Mapping[Any, str]) -> dict[str, str]:
    """Return labels by stored value, from labels by enum member: for forms and for reading stored content."""
    return {member.value: words for member, words in labels.items()}


WORDS: dict[str, dict[str, str]] = {
    "category": worded(CATEGORY_LABELS),
    "stage_group": worded(STAGE_LABELS),
    "verification": worded(VERIFICATION_LABELS),
    "openings": worded(OPENING_LABELS),
    "sought_kinds": worded(PARTICIPATION_LABELS),
    "sought_band": worded(BAND_LABELS),
}


def in_words(name: str, value: Any) -> str:
    """Return a field's value as a person reads it; a list is joined by commas, what is empty is ""."""
    if not value:
        return ""
    if isinstance(value, list):
        return ", ".join(in_words(name, item) for item in value)
    return WORDS.get(name, {}).get(value, str(value))


# What must be said before a reviewer is asked, so that entries can be compared.
REQUIRED = ("name", "lead_company", "category", "summary", "stage", "sought_kinds", "contact_name", "contact_email")


def missing(content: Mapping[str, Any]) -> list[str]:
    """Return the words for the fields a company must still fill in before review."""
    return [LABELS[name] for name in REQUIRED if not content[name]]
