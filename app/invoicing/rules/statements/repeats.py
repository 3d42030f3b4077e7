"""Whether a movement is one that came before in another file, however that file was written.

Files agree on account, day, sum and currency; only movements that do are compared here. What else they tell differs:
a sheet may lack the bank's reference, the payer or part of the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz

from app.core.names.written import plain
from app.invoicing.rules.match import ALIKE, named_in
from app.invoicing.states import FileKind

UNLIKE = 60.0
"""How alike, of 100, two names of one payer are at least, as banks cut and order them."""
NO_ACCOUNT = "CSV"
"""What stands for our account where a sheet does not name it."""


class Sameness(IntEnum):
    """How sure it is that two movements are one; only what is CERTAIN is passed over without a person."""

    DIFFERENT = 0
    POSSIBLE = 1
    CERTAIN = 2
    REFERENCED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What a file tells of a movement beyond day, sum and currency."""

    kind: FileKind
    account: str
    bank_ref: str = ""
    end_to_end: str = ""
    name: str = ""
    remittance: str = ""

    @property
    def words(self) -> str:
        return _letters(f"{self.remittance} {self.end_to_end}")

    @property
    def named(self) -> frozenset[str]:
        return frozenset(named_in(f"{self.remittance} {self.end_to_end}"))


def sameness(one: Told, other: Told) -> Sameness:
    """Tell whether two movements of two files, of the same day, sum and currency, are one."""
    if one.account != other.account and NO_ACCOUNT not in (one.account, other.account):
        return Sameness.DIFFERENT
    if _contradict(one, other):
        return Sameness.DIFFERENT
    if one.bank_ref and other.bank_ref:
        if _letters(one.bank_ref) == _letters(other.bank_ref):
            return Sameness.REFERENCED
        return Sameness.DIFFERENT if one.kind is other.kind else Sameness.POSSIBLE
    agree = bool(one.named & other.named) or _hold(one.words, other.words)
    if one.kind is other.kind:
        return Sameness.POSSIBLE if agree else Sameness.DIFFERENT
    if one.end_to_end and _letters(one.end_to_end) == _letters(other.end_to_end):
        return Sameness.REFERENCED
    if one.named & other.named or (agree and _alike(one, other)):
        return Sameness.CERTAIN
    return Sameness.POSSIBLE


def pair(new: Sequence[Told], known: Sequence[Told]) -> dict[int, tuple[int, Sameness]]:
    """Return for places in `new` the place in `known` that each repeats; each known one is repeated once at most.

    The surest pairs are made first, so that a doubtful one takes nothing away from a certain one.
    """
    found: dict[int, tuple[int, Sameness]] = {}
    taken: set[int] = set()
    degrees = {(at, place): sameness(one, two) for at, one in enumerate(new) for place, two in enumerate(known)}
    for degree in (Sameness.REFERENCED, Sameness.CERTAIN, Sameness.POSSIBLE):
        for (at, place), said in degrees.items():
            if said is degree and at not in found and place not in taken:
                found[at] = (place, said)
                taken.add(place)
    return found


def _contradict(one: Told, other: Told) -> bool:
    if one.named and other.named:
        return not one.named & other.named
    if _hold(one.words, other.words):
        return False
    names = plain(one.name), plain(other.name)
    return all(names) and fuzz.token_set_ratio(*names) < UNLIKE


def _alike(one: Told, other: Told) -> bool:
    names = plain(one.name), plain(other.name)
    return all(names) and fuzz.token_set_ratio(*names) >= ALIKE


def _hold(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
