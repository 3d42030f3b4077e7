"""What rooms above add to the page of an entry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryPart:
    """What another room adds beside an entry: a template, and what it shows as `facts`."""

    template: str
    facts: object
