"""What one version of the settings changes against another, in words."""

from dataclasses import dataclass

from app.registration.rules.described import NONE, SECTIONS, lines
from app.registration.rules.summit import SummitSettings


@dataclass(frozen=True, slots=True)
class Change:
    """One setting before and after, as people read it."""

    label: str
    before: str
    after: str


def changes(before: SummitSettings, after: SummitSettings) -> list[Change]:
    """Return what differs, in the order of the page; a list item by item, what is gone or new as `none`."""
    found: list[Change] = []
    for name in (name for labels in SECTIONS.values() for name in labels):
        if getattr(before, name) == getattr(after, name):
            continue
        old = {line.label: line.words for line in lines(before, name)}
        new = {line.label: line.words for line in lines(after, name)}
        found += [
            Change(label, old.get(label, NONE), new.get(label, NONE))
            for label in dict.fromkeys([*old, *new])
            if old.get(label) != new.get(label)
        ]
    return found
