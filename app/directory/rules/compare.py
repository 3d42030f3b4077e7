"""Entries side by side: every field of the schema in the same order, and in words where they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.directory.rules.fields import LABELS
from app.directory.rules.words import in_words

MOST = 4
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Who and what", ("lead_company", "us_state", "category", "summary")),
    ("Standing", ("stage", "stage_group", "target_first_launch", "milestones")),
    ("Place", ("orbit", "altitude_km", "inclination_deg", "platform")),
    ("What is sought", ("seeking", "openings")),
    ("Partners and money", ("partners", "partner_countries", "foreign_participation", "funding_facts")),
    ("Export", ("export_class", "export_words", "export_review", "topic_keys")),
    ("Contacts", ("contacts",)),
    ("Where this comes from", ("as_of", "verification", "unverified_parts", "sources")),
)
SAID = {"stage_group": "Stage, in short"}
LEFT_OUT = frozenset({"name", "tiers"})
"""Fields that are no row: the name heads the column, and who sees what is the company's own affair."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field: the words of each entry, and whether they differ. `withheld` marks what a reader's tier hides."""

    name: str
    label: str
    values: tuple[str, ...]
    withheld: tuple[bool, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1

    @property
    def verdict(self) -> str:
        """Return in words how the entries compare here."""
        if not any(self.values):
            return "None states it"
        if not self.differs:
            return "All the same"
        silent = sum(not value for value in self.values)
        return "Differs" if not silent else f"Differs; {silent} of {len(self.values)} do not state it"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together."""

    title: str
    rows: tuple[Row, ...]


def compared(
    contents: Sequence[Mapping[str, Any]],
    withheld: Sequence[frozenset[str]],
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Group]:
    """Return every field of entries side by side, from contents that hold only what the reader may see.

    `values` gives words to the codes of a field that only other rooms know: countries, policy topics.
    """
    return [
        Group(title, tuple(_row(name, contents, withheld, (values or {}).get(name, {})) for name in names))
        for title, names in GROUPS
    ]  # fmt: skip


def _row(
    name: str, contents: Sequence[Mapping[str, Any]], withheld: Sequence[frozenset[str]], known: Mapping[str, str]
) -> Row:
    said = [_said(name, content[name], known) for content in contents]
    return Row(name, SAID.get(name, LABELS[name]), tuple(said), tuple(name in hidden for hidden in withheld))


def _said(name: str, value: Any, known: Mapping[str, str]) -> str:
    if known and isinstance(value, list):
        return ", ".join(known.get(one, one) for one in value)
    if known:
        return known.get(value, value)
    return in_words(name, value)
