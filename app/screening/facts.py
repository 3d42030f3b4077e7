"""Plain values that the matcher, the rules and the services of this room share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Listed:
    """A party of the list as far as matching and its facts need it."""

    key: str
    list_code: str
    kind: str
    name: str
    aliases: tuple[str, ...]
    countries: tuple[str, ...]
    birth_dates: tuple[str, ...]
    particulars: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """A listed party that a name resembles. `score` is 0 to 100 and means the same for every kind of name."""

    key: str
    score: float
    matched_name: str
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundHit:
    """A match with the listed party's own facts held against those given."""

    match: Match
    list_code: str
    listed_name: str
    agreeing: tuple[str, ...]
    disagreeing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListVersion:
    """The version of the list that names are compared with."""

    number: int
    as_of: date
    sha256: str
