"""The scan itself: every piece of a file, by what it is to the file."""

import re
from collections.abc import Iterable

from app.documents.rules.markings import banners, labels, legends, margins
from app.documents.rules.markings.extract import UNREAD, pieces
from app.documents.rules.markings.fold import folded
from app.documents.rules.markings.forms_of import LEADERS
from app.documents.rules.markings.marks import Mark, Piece, Role
from app.documents.states import Kind, MarkKind

MOST_MARKS = 50
OPENS_WITH_BANNER = re.compile(r"\s*(?:CUI|CONTROLLED)//[A-Z][A-Z/-]+", re.IGNORECASE)


def marks_in_file(content: bytes, *, kind: Kind, name: str) -> tuple[Mark, ...]:
    """Return the markings of a file as it came, before anything is removed from it; the first fifty."""
    return _first(pieces(content, kind, name))


def marks_in_text(text: str) -> tuple[Mark, ...]:
    """Return the markings of a text that somebody typed.

    One that opens with a banner and goes on in the same line is marked too: in a form there is no line of its own.
    """
    opening = OPENS_WITH_BANNER.match(folded(text))
    if opening:
        return (Mark(MarkKind.CUI, "text", opening[0].strip()),)
    return _first([Piece("text", text)])


def _first(found: Iterable[Piece]) -> tuple[Mark, ...]:
    marks: dict[tuple[MarkKind, str], Mark] = {}
    for piece in found:
        for mark in _marks_of(piece):
            marks.setdefault((mark.kind, mark.where), mark)
            if len(marks) == MOST_MARKS:
                return tuple(marks.values())
    return tuple(marks.values())


def _marks_of(piece: Piece) -> Iterable[Mark]:
    if piece.text == UNREAD:
        yield Mark(MarkKind.UNREADABLE, piece.where, "A picture without text: the scan cannot read it.")
        return
    plain = Piece(piece.where, LEADERS.sub("", folded(piece.text)), piece.role)
    if piece.role is Role.NAME:
        yield from labels.marks_in_name(plain)
        return
    if piece.role is Role.PROPERTY:
        yield from labels.marks_in_property(plain)
    if piece.role is Role.EDGE:
        yield from margins.marks(plain)
    yield from banners.marks(plain)
    yield from legends.marks(plain)
