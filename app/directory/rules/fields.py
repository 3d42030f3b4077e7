"""The fixed schema of an entry and who sees which part of it: the one table that every page and export obeys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.directory.states import Category, StageGroup, Tier, Verification


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry, or a part of one ("seeking.band"): its words, and the least tier that sees it.

    A company may show a `raisable` field to fewer people than that, never to more.
    """

    name: str
    label: str
    tier: Tier
    raisable: bool = False


P, R, V = Tier.PUBLIC, Tier.REGISTERED, Tier.VETTED

# The one place that says who sees what. Pages, search, facets, feeds and mails show a field only through `visible`.
TABLE: tuple[Field, ...] = (
    Field("name", "Name", P),
    Field("lead_company", "Lead company", P),
    Field("us_state", "U.S. state", P),
    Field("category", "Category", P),
    Field("summary", "Summary", P),
    Field("stage", "Stage", P),
    Field("stage_group", "Stage, to filter by", P),
    Field("orbit", "Orbit", P, raisable=True),
    Field("altitude_km", "Altitude in km", P, raisable=True),
    Field("inclination_deg", "Inclination in degrees", P, raisable=True),
    Field("platform", "Platform", P),
    Field("target_first_launch", "First launch, target", P),
    Field("milestones", "Milestones", P, raisable=True),
    Field("partners", "Partners", P, raisable=True),
    Field("partner_countries", "Partner countries", P),
    Field("funding_facts", "Public funding facts", P),
    Field("foreign_participation", "Foreign participation so far", P),
    Field("openings", "Openings for partners", P),
    Field("topic_keys", "Policy topics", P),
    Field("sources", "Sources", P),
    Field("as_of", "As of", P),
    Field("verification", "Verification", P),
    Field("unverified_parts", "Not verified", P),
    Field("seeking", "What is sought", P),
    Field("seeking.band", "Amount sought", R, raisable=True),
    Field("seeking.currency", "Currency of the amount", R, raisable=True),
    Field("seeking.instrument", "Instrument", R, raisable=True),
    Field("seeking.terms", "Terms in words", V, raisable=True),
    Field("export_class", "Export classification, as declared", R, raisable=True),
    Field("export_words", "About the classification", R, raisable=True),
    Field("export_review", "Documents need the export officer's word", P),
    Field("contacts", "Contacts", V, raisable=True),
    Field("tiers", "Who sees what", Tier.GRANTED),
)
# Every opening of a document is noted with a name, so nobody opens one without an account.
DOCUMENT_TIERS = (Tier.REGISTERED, Tier.VETTED, Tier.NDA, Tier.GRANTED)
FIELDS = tuple(field for field in TABLE if "." not in field.name)
FIELD_NAMES = tuple(field.name for field in FIELDS)
LABELS = {field.name: field.label for field in TABLE}
TIERS = {field.name: field.tier for field in TABLE}
RAISABLE = tuple(field for field in TABLE if field.raisable)
PARTS: dict[str, tuple[str, ...]] = {
    "milestones": ("id", "name", "due", "done", "earlier"),
    "partners": ("name", "countries", "role"),
    "funding_facts": ("fact", "source", "as_of"),
    "seeking": ("kind", "band", "currency", "instrument", "terms"),
    "contacts": ("name", "role", "email"),
}
# What the reference data reports; a company's own words are never overwritten by it.
REPORTED = (
    "name", "lead_company", "us_state", "category", "stage", "stage_group", "target_first_launch", "partners",
    "partner_countries", "funding_facts", "foreign_participation", "openings", "topic_keys", "sources", "as_of",
    "verification", "unverified_parts",
)  # fmt: skip

LISTS = ("partner_countries", "openings", "topic_keys", "sources", *PARTS)
EMPTY: dict[str, Any] = {
    **{field.name: "" for field in FIELDS},
    **{name: [] for name in LISTS},
    "altitude_km": None,
    "inclination_deg": None,
    "export_review": False,
    "tiers": {},
    "category": Category.STATION.value,
    "stage_group": StageGroup.OTHER.value,
    "verification": Verification.COMPANY.value,
}
NEEDS = {"seeking.band": "seeking.currency"}
"""What says something false without another part: a band is an amount of its currency, and of no other."""
EMPTY_PARTS: dict[str, Any] = {"band": None, "currency": "", "instrument": "", "terms": ""}


def tier_of(name: str, content: Mapping[str, Any]) -> Tier:
    """Return the least tier that sees a field or part of this entry: the table's, or a higher one its company chose."""
    chosen = content.get("tiers", {}).get(name)
    tier = max(TIERS[name], Tier[chosen.upper()]) if chosen else TIERS[name]
    return max(tier, tier_of(NEEDS[name], content)) if name in NEEDS else tier


def visible(content: Mapping[str, Any], tier: Tier) -> dict[str, Any]:
    """Return the fields a reader of `tier` may see; those above it, or not in `content`, read as if they were empty."""
    shown, cut = _sight(tier, tuple(sorted(content.get("tiers", {}).items())))
    seen = {**EMPTY, **{name: content[name] for name in shown if name in content}}
    for name, hidden in cut:
        if seen[name]:
            seen[name] = [{**one, **hidden} for one in seen[name]]
    return seen


@lru_cache(maxsize=256)
def _sight(tier: Tier, raised: tuple[tuple[str, str], ...]) -> tuple[list[str], list[tuple[str, dict[str, Any]]]]:
    """Return the fields a tier sees, and of structured ones the parts that read as empty instead.

    Lists read this for every row of theirs, and what companies raise differs little.
    """
    content = {"tiers": dict(raised)}
    shown = [field.name for field in FIELDS if tier_of(field.name, content) <= tier]
    cut = []
    for name in shown:
        parts = [part for part in PARTS.get(name, ()) if f"{name}.{part}" in TIERS]
        hidden = {part: EMPTY_PARTS[part] for part in parts if tier_of(f"{name}.{part}", content) > tier}
        if hidden:
            cut.append((name, hidden))
    return shown, cut


def withheld(content: Mapping[str, Any], tier: Tier) -> list[Field]:
    """Return the fields and parts that are filled in but above `tier`, to say in words that they exist for others."""
    above = (field for field in TABLE if tier_of(field.name, content) > tier and field.name != "tiers")
    return [field for field in above if _is_filled(field.name, content)]


def _is_filled(name: str, content: Mapping[str, Any]) -> bool:
    whole, _, part = name.partition(".")
    return any(one.get(part) for one in content[whole]) if part else bool(content[name])
