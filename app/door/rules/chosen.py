"""Which badges to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.registration.states import TYPE_LABELS, ParticipantType


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice of badges; nothing chosen takes all. `market` is two letters, `order` is name or organization."""

    types: tuple[ParticipantType, ...] = ()
    market: str = ""
    unprinted: bool = True
    order: str = "name"

    def plain(self) -> dict[str, Any]:
        """Return the choice as it is kept with the run."""
        return {
            "types": [kind.value for kind in self.types],
            "market": self.market,
            "unprinted": self.unprinted,
            "order": self.order,
        }


def in_words(kept: Mapping[str, Any], countries: Mapping[str, str]) -> str:
    """Return a kept choice as the print log says it."""
    if not kept:
        return "One person"
    parts = [TYPE_LABELS[ParticipantType(kind)] for kind in kept.get("types", ())] or ["Everybody"]
    words = ", ".join(parts)
    if market := kept.get("market"):
        words += f", {countries.get(market, market)}"
    return words + (", not printed yet" if kept.get("unprinted") else "") + f", by {kept.get('order', 'name')}"
