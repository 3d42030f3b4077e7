"""The scan itself: every piece of a file, by what it is to the file."""

from collections.abc import Iterable

from app.documents.rules.markings import banners, labels, legends, margins
from app.documents.rules.markings.extract import UNREAD, pieces
from app.documents.rules.markings.fold import folded
from app.documents.rules.markings.forms_of import LEADERS
from app.documents.rules.markings.marks import Mark, Piece, Role
from app.documents.states import Kind, MarkKind

MOST_MARKS = 50


def marks_in_file(content: bytes, *, kind: Kind, name: str) -> tuple[Mark, ...]:
    """Return the markings of a file as it came, before anything is removed from it; the first fifty."""
    return _first(pieces(content, kind, name))


def marks_in_text(text: str) -> tuple[Mark, ...]:
    """Return the markings of a text that somebody typed."""
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
