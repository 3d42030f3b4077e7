"""What an edit of the settings changes, in words."""

from dataclasses import dataclass, fields
from typing import Any

from app.registration.rules.stored import to_plain
from app.registration.rules.summit import Break, PoolRule, PriceStep, SummitSettings


@dataclass(frozen=True, slots=True)
class Change:
    """One setting before and after, as people read it."""

    label: str
    before: str
    after: str


def changes(before: SummitSettings, after: SummitSettings) -> list[Change]:
    """Return what differs, in the order of the settings."""
    found = []
    for setting in fields(SummitSettings):
        old, new = getattr(before, setting.name), getattr(after, setting.name)
        if old != new:
            label = setting.name.removesuffix("_cents").replace("_", " ").capitalize()
            found.append(Change(label, _words(setting.name, old), _words(setting.name, new)))
    return found


def _words(name: str, value: Any) -> str:
    if value in (None, "", ()):
        return "none"
    if name.endswith("cents"):
        return f"{value / 100:,.2f}"
    if isinstance(value, tuple):
        return "; ".join(_item(item) for item in value)
    return str(to_plain(value))


def _item(item: Any) -> str:
    if isinstance(item, PriceStep):
        return f"{item.cents / 100:,.2f} from {item.since}"
    if isinstance(item, PoolRule):
        return f"{item.kind} {item.key}".strip() + f": {item.capacity}"
    if isinstance(item, Break):
        return f"{item.starts:%H:%M} to {item.ends:%H:%M} {item.label}".strip()
    return str(item)
