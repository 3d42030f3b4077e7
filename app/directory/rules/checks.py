"""What a company may write into its entry, field by field: pure checks that refuse with the field's name."""

from collections.abc import Mapping
from typing import Any

from app.core.errors import InvalidInput
from app.directory.rules import values
from app.directory.rules.fields import LABELS, RAISABLE, REPORTED, TIERS
from app.directory.rules.values import LONGEST_LINE, LONGEST_TEXT, MOST_ROWS, MOST_SOURCES
from app.directory.states import Category, ExportClass, Orbit, Platform, StageGroup, Tier
from app.regulatory.states import Opening

__all__ = [
    "CHECKS", "EDITABLE", "LONGEST_LINE", "LONGEST_TEXT", "MOST_ROWS", "MOST_SOURCES", "PROPOSABLE", "BadFields",
    "checked",
]  # fmt: skip


class BadFields(InvalidInput):
    """Fields were sent that cannot be kept as they are; `faults` says why, by their names in the schema."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as they are kept.

    Raises InvalidInput for one nobody may write, BadFields with every fault there is: who writes mends them in one go.
    """
    if unknown := next((name for name in fields if name not in CHECKS), None):
        raise InvalidInput(f"{LABELS.get(unknown, unknown)} cannot be changed here.")
    clean: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, value in fields.items():
        try:
            clean[name] = CHECKS[name](value)
        except ValueError as fault:
            faults[name] = f"{LABELS[name]}: {fault}"
    if faults:
        raise BadFields(faults)
    return clean


def _tiers(value: Any) -> dict[str, str]:
    """Keep only what is shown to fewer people than the schema would show it to."""
    if not isinstance(value, Mapping) or not set(value) <= {field.name for field in RAISABLE}:
        raise ValueError("choose from the fields that may be shown to fewer people.")
    known = {tier.name.lower(): tier for tier in Tier}
    if not set(value.values()) <= set(known):
        raise ValueError("choose one of the list.")
    return {name: tier for name, tier in value.items() if known[tier] > TIERS[name]}


CHECKS = {
    "name": values.needed,
    "lead_company": values.needed,
    "us_state": values.code,
    "category": values.one_of(Category),
    "summary": values.text,
    "stage": values.text,
    "stage_group": values.one_of(StageGroup),
    "orbit": values.one_or_none_of(Orbit),
    "altitude_km": values.number(100, 100_000, "a whole number of kilometres", int),
    "inclination_deg": values.number(0, 180, "a number of degrees from 0 to 180", float),
    "platform": values.one_or_none_of(Platform),
    "target_first_launch": values.text,
    "milestones": values.milestones,
    "partners": values.partners,
    "partner_countries": values.list_of(values.code, 60),
    "funding_facts": values.funding_facts,
    "foreign_participation": values.text,
    "openings": values.some_of(Opening),
    "sources": values.list_of(values.source, MOST_SOURCES),
    "seeking": values.seeking,
    "export_class": values.one_or_none_of(ExportClass),
    "export_words": values.text,
    "export_review": bool,
    "contacts": values.contacts,
    "tiers": _tiers,
}
EDITABLE = tuple(CHECKS)
# Reported facts that a company can take over as they are; the rest of a report is about the report itself.
PROPOSABLE = tuple(name for name in REPORTED if name in CHECKS and name not in ("summary", "stage_group"))
