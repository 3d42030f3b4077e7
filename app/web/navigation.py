"""What the shell's navigation offers; an item shows when its route's policy admits the reader."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One link: its words, the endpoint it leads to and the section it stands in."""

    label: str
    endpoint: str
    section: str


ITEMS: list[Item] = []
