"""Markings in names and properties."""

from collections.abc import Iterable

from app.documents.rules.markings.marks import Mark, Piece


def marks_in_name(piece: Piece) -> Iterable[Mark]:
    return ()


def marks_in_property(piece: Piece) -> Iterable[Mark]:
    return ()
