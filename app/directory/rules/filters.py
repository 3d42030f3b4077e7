"""What a reader asks the directory for, and how it is written in an address: one place for pages, alerts and feeds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, Self

from app.core.money import AmountBand
from app.directory.rules.text import tidy
from app.directory.states import Category, ExportClass, Orbit, Platform, Sought, StageGroup, Tier
from app.regulatory.states import Opening, Participation

LONGEST_SEARCH = 100
NOT_STATED = "none"


class Standing(StrEnum):
    """Whose words an entry holds."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"


class Confirmed(StrEnum):
    """Within how many days a company last confirmed its entry."""

    MONTH = "30"
    QUARTER = "90"
    HALF = "180"
    YEAR = "365"


class Complete(StrEnum):
    """How complete an entry is, at least, in per cent."""

    QUARTER = "25"
    HALF = "50"
    THREE_QUARTERS = "75"
    ALL = "100"


class Sort(StrEnum):
    """The order of a list of entries."""

    RELEVANCE = "relevance"
    NAME = "name"
    COMPANY = "company"
    NEWEST = "newest"
    CONFIRMED = "confirmed"
    COMPLETE = "complete"
    LAUNCH = "launch"
    AMOUNT = "amount"


SORT_TIERS: dict[Sort, Tier] = {Sort.AMOUNT: Tier.REGISTERED}


class Args(Protocol):
    """An address's parameters, each with one value or several."""

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One field to narrow by: its name in addresses, the values it may have, the least tier that may ask."""

    name: str
    words: str
    known: tuple[str, ...] | re.Pattern[str]
    tier: Tier = Tier.PUBLIC

    def of(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return those of `values` that mean something, each once: in the field's order, or sorted."""
        given = {str(value) for value in values}
        if isinstance(self.known, re.Pattern):
            return tuple(sorted(value for value in given if self.known.fullmatch(value)))
        return tuple(value for value in self.known if value in given)


def _all(kind: type[StrEnum], *more: str) -> tuple[str, ...]:
    return (*(member.value for member in kind), *more)


# In the order of the page. Everything here is a field of Filters.
ASKED: tuple[Asked, ...] = (
    Asked("category", "Category", _all(Category)),
    Asked("participation", "Participation", _all(Participation)),
    Asked("sought", "What is sought", _all(Sought)),
    Asked("band", "Amount sought", _all(AmountBand), Tier.REGISTERED),
    Asked("currency", "Currency of the amount", re.compile(r"[A-Z]{3}"), Tier.REGISTERED),
    Asked("opening", "Opening for partners", _all(Opening)),
    Asked("stage", "Stage", _all(StageGroup)),
    Asked("launch", "Year of a launch or milestone", re.compile(rf"\d{{4}}|{NOT_STATED}")),
    Asked("platform", "Platform", _all(Platform, NOT_STATED)),
    Asked("orbit", "Orbit", _all(Orbit, NOT_STATED)),
    Asked("country", "Partner country", re.compile(r"[A-Z]{2}")),
    Asked("us_state", "U.S. state", re.compile(r"[A-Z]{2}")),
    Asked("export", "Export classification, as declared", _all(ExportClass, NOT_STATED), Tier.REGISTERED),
    Asked("standing", "Whose words", _all(Standing)),
    Asked("confirmed", "Confirmed by the company within", _all(Confirmed)),
    Asked("complete", "Completeness", _all(Complete)),
)
BY_NAME: dict[str, Asked] = {asked.name: asked for asked in ASKED}
FILTERED: tuple[str, ...] = tuple(BY_NAME)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked for; values of one field widen, different fields narrow.

    Written in an address by `to_args` and read by `from_args`; reading what was written gives the same again.
    """

    search: str = ""
    category: tuple[str, ...] = ()
    participation: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    band: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    launch: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    orbit: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    us_state: tuple[str, ...] = ()
    export: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, args: Args, *, tier: Tier = Tier.GRANTED) -> Self:
        """Read an address; values that mean nothing, and fields that a reader of `tier` may not ask, are left out."""
        typed = (args.getlist("q") or [""])[0]
        allowed: dict[str, Any] = {
            asked.name: asked.of(args.getlist(asked.name)) for asked in ASKED if asked.tier <= tier
        }
        return cls(search=" ".join(tidy(typed).split())[:LONGEST_SEARCH].strip(), **allowed)

    def to_args(self) -> dict[str, str | list[str]]:
        """Return the address's parameters, none for what was not asked."""
        found: dict[str, str | list[str]] = {"q": self.search} if self.search else {}
        return found | {name: list(values) for name, values in self.chosen().items()}

    def chosen(self) -> Mapping[str, tuple[str, ...]]:
        """Return the values of each field that narrows, in the order of the page."""
        return {name: tuple(map(str, values)) for name in FILTERED if (values := getattr(self, name))}

    def for_tier(self, tier: Tier) -> Self:
        """Return what a reader of `tier` may ask of it."""
        return self._with({name: () for name in self.chosen() if BY_NAME[name].tier > tier})

    def without(self, name: str, value: str | None = None) -> Self:
        """Return the same without a value of a field, or without the whole field; "search" is a field too."""
        if name == "search":
            return replace(self, search="")
        kept = () if value is None else tuple(one for one in getattr(self, name) if one != value)
        return self._with({name: kept})

    def _with(self, values: dict[str, Any]) -> Self:
        return replace(self, **values)
