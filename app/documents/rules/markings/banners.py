"""Markings that stand on a line of their own: banners, portion marks, blocks that say who controls a document."""

import re
from collections.abc import Iterable

from app.documents.rules.markings.marks import Mark, Piece, around
from app.documents.states import MarkKind


def marks(piece: Piece) -> Iterable[Mark]:
    for found in re.finditer(r"\bCUI//", piece.text):
        yield Mark(MarkKind.CUI, piece.where, around(piece.text, *found.span()))
