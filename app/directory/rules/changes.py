"""What differs between two versions of an entry, and what a new date of a milestone says about the old one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.directory.rules.fields import EMPTY, FIELD_NAMES, LABELS
from app.directory.rules.words import in_words

MOST_SLIPS = 10


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of a comparison, in words."""

    name: str
    label: str
    before: str
    after: str


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that differ, in the order of the page."""
    return [name for name in FIELD_NAMES if before.get(name, EMPTY[name]) != after.get(name, EMPTY[name])]


def comparison(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Return the fields that read differently, with both sides as a person reads them."""
    lines = [
        FieldChange(
            name,
            LABELS[name],
            in_words(name, before.get(name, EMPTY[name])),
            in_words(name, after.get(name, EMPTY[name])),
        )
        for name in changed_fields(before, after)
    ]
    return [line for line in lines if line.before != line.after]


def with_slips(shown: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the milestones of `new`, each keeping the dates that were shown for it before.

    What was shown and then moved is a slip, and stays readable; a company cannot take it back.
    """
    before = {one["id"]: one for one in shown.get("milestones", ())}
    return [_with_slip(before.get(one["id"]), one) for one in new["milestones"]]


def _with_slip(shown: Mapping[str, Any] | None, one: Mapping[str, Any]) -> dict[str, Any]:
    if shown is None:
        return {**one, "earlier": []}
    moved = [shown["due"]] if shown["due"] and shown["due"] != one["due"] else []
    return {**one, "earlier": [*shown["earlier"], *moved][-MOST_SLIPS:]}
