"""Who passes which filters, how many under every value, and in which order: answered in memory for one tier of readers.

The entries of a tier stand in a row by name, and a set of them is a number whose bit n says whether the nth is in it.
Narrowing is then "and", widening "or", and a count one instruction, so that two thousand entries cost what twenty do.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.directory.rules.filters import FILTERED, Confirmed, Sort

Bits = int


@dataclass(frozen=True, slots=True)
class Listed:
    """How a tier's readers find one entry: its row of the index, as rules.indexing makes it."""

    id: int
    entry_id: UUID
    facets: str
    confirmed_day: int | None
    sort_company: str
    as_of: str
    launch: int | None
    amount: int
    complete: int


# What to sort by, and whether the greatest comes first; equals stay by name, and what is not stated comes last.
ORDERS: dict[Sort, tuple[Callable[[Listed], Any], bool]] = {
    Sort.COMPANY: (lambda one: one.sort_company, False),
    Sort.NEWEST: (lambda one: one.as_of, True),
    Sort.CONFIRMED: (lambda one: one.confirmed_day or 0, True),
    Sort.COMPLETE: (lambda one: one.complete, True),
    Sort.LAUNCH: (lambda one: sys.maxsize if one.launch is None else one.launch, False),
    Sort.AMOUNT: (lambda one: one.amount, True),
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What passes all filters, and for each field that narrows what passes all the others."""

    passing: Bits
    but_for: Mapping[str, Bits]


class Catalogue:
    """The entries that one tier of readers may find, as they were when it was made."""

    def __init__(self, rows: Sequence[Listed], today: date) -> None:
        """Take the rows by name; `today` decides what was confirmed within so many days."""
        self.entry_ids = [one.entry_id for one in rows]
        self.places = {one.id: place for place, one in enumerate(rows)}
        self._under = _under(rows, today)
        by_name = range(len(rows))
        self._orders: dict[Sort, Sequence[int]] = {Sort.NAME: by_name}
        for sort, (of, greatest_first) in ORDERS.items():
            keys = [of(one) for one in rows]
            self._orders[sort] = sorted(by_name, key=keys.__getitem__, reverse=greatest_first)

    @property
    def everything(self) -> Bits:
        return (1 << len(self.entry_ids)) - 1

    def narrow(self, found: Bits, chosen: Mapping[str, Iterable[str]]) -> Narrowed:
        """Return what of `found` passes the values chosen of each field: any of one field's, and all fields."""
        under = {name: self._any(name, values) for name, values in chosen.items()}
        passing, but_for = found, dict.fromkeys(under, found)
        for name, within in under.items():
            passing &= within
            for other in but_for:
                if other != name:
                    but_for[other] &= within
        return Narrowed(passing, but_for)

    def counts(self, narrowed: Narrowed) -> dict[str, dict[str, int]]:
        """Return for each field how many entries each value would show, with the filters of the other fields."""
        found: dict[str, dict[str, int]] = {}
        for name in FILTERED:
            within = narrowed.but_for.get(name, narrowed.passing)
            counted = ((value, (held & within).bit_count()) for value, held in self._under.get(name, {}).items())
            found[name] = {value: count for value, count in counted if count}
        return found

    def in_order(self, found: Bits, sort: Sort) -> list[int]:
        """Return the places of what was found, sorted; not by relevance, which only a search knows."""
        flags = f"{found:b}"[::-1].ljust(len(self.entry_ids), "0")
        return [place for place in self._orders[sort] if flags[place] == "1"]

    def _any(self, name: str, values: Iterable[str]) -> Bits:
        held, found = self._under.get(name, {}), 0
        for value in values:
            found |= held.get(value, 0)
        return found


def bits(places: Iterable[int]) -> Bits:
    """Return a set of places as a number."""
    flags = bytearray()
    for place in sorted(set(places)):
        flags += b"0" * (place - len(flags)) + b"1"
    return int(flags[::-1] or b"0", 2)


def _under(rows: Sequence[Listed], today: date) -> dict[str, dict[str, Bits]]:
    """Return for each value of each field which entries are counted under it."""
    places: dict[str, dict[str, list[int]]] = {}
    since = {days.value: today.toordinal() - int(days) for days in Confirmed}
    for place, one in enumerate(rows):
        day = one.confirmed_day
        recent = [] if day is None else [f"confirmed:{days}" for days, first in since.items() if day >= first]
        for word in (*one.facets.split(), *recent):
            name, _, value = word.partition(":")
            places.setdefault(name, {}).setdefault(value, []).append(place)
    return {name: {value: bits(found) for value, found in values.items()} for name, values in places.items()}
