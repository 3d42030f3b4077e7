"""What the scan finds: a marking, its kind, where it stands, and the words around it."""

from dataclasses import dataclass
from enum import StrEnum

from app.documents.states import MarkKind

LONGEST_WORDS = 240


class Role(StrEnum):
    """What a piece of text is to its file: it decides how a marking looks there."""

    TEXT = "text"
    PAGE = "page"
    EDGE = "edge"
    CELLS = "cells"
    PROPERTY = "property"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and where it stands: `page 3`, `file name`, `property Title`."""

    where: str
    text: str
    role: Role = Role.TEXT


@dataclass(frozen=True, slots=True)
class Mark:
    """A marking that was found; `words` are it and some around it."""

    kind: MarkKind
    where: str
    words: str


def around(text: str, start: int, end: int) -> str:
    """Return what stands at start:end with some words around it, on one line."""
    before, after = text[max(0, start - 80) : start], text[end : end + 80]
    return " ".join(f"{before}{text[start:end]}{after}".split())[:LONGEST_WORDS]
