"""Markings that are sentences."""

from collections.abc import Iterable

from app.documents.rules.markings.marks import Mark, Piece


def marks(piece: Piece) -> Iterable[Mark]:
    return ()
