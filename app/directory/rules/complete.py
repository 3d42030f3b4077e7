"""How complete an entry is, so that entries can be compared: what must be said before review, and a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.directory.rules.fields import LABELS

# What must be said before a reviewer is asked.
REQUIRED = ("name", "lead_company", "category", "summary", "stage", "seeking", "contacts")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a full entry says, and how much of the score it is worth; `name` is a field or a part of one."""

    name: str
    points: int
    advice: str


# The points add up to 100. What partners ask first weighs most: what is sought, how much, when, where it stands.
ASKED: tuple[Asked, ...] = (
    Asked("summary", 10, "Say in two or three sentences what it is."),
    Asked("stage", 8, "Say where it stands."),
    Asked("platform", 5, "Say what it flies on or is."),
    Asked("orbit", 5, "Say where it flies."),
    Asked("target_first_launch", 6, "Name the target of the first launch."),
    Asked("milestones", 10, "Name milestones with their dates."),
    Asked("seeking", 14, "Say what you seek from partners."),
    Asked("seeking.band", 8, "Give a band of the amount."),
    Asked("seeking.terms", 4, "Say the terms in words."),
    Asked("partners", 6, "Name current partners and their countries."),
    Asked("funding_facts", 8, "Give public funding facts with their source."),
    Asked("export_class", 8, "Declare the export classification."),
    Asked("contacts", 6, "Name a contact."),
    Asked("sources", 2, "Give an address where this can be checked."),
)


def missing(content: Mapping[str, Any]) -> list[str]:
    """Return the words for the fields a company must still fill in before review."""
    return [LABELS[name] for name in REQUIRED if not content[name]]


def completeness(content: Mapping[str, Any]) -> int:
    """Return 0 to 100: how much of what partners ask the entry answers. Whether it is true is not judged."""
    return sum(asked.points for asked in ASKED if _answers(asked.name, content))


def advice(content: Mapping[str, Any]) -> list[Asked]:
    """Return what would make the entry more complete, the weightiest first."""
    return sorted((asked for asked in ASKED if not _answers(asked.name, content)), key=lambda asked: -asked.points)


def _answers(name: str, content: Mapping[str, Any]) -> bool:
    whole, _, part = name.partition(".")
    return any(one.get(part) for one in content[whole]) if part else bool(content[name])
