# ruff: noqa: E501 - samples and patterns are easier to read whole
"""Markings in names and properties, where there are no sentences."""

import re
from collections.abc import Iterator

from app.documents.rules.markings.discussed import is_denied
from app.documents.rules.markings.forms_of import CODE, at_low_control, label_of
from app.documents.rules.markings.marks import Mark, Piece
from app.documents.states import MarkKind

IN_NAME: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.CUI, re.compile(r"\b(?:CUI|FOUO|UCNI|SBU)\b")),
    (MarkKind.CUI, re.compile(r"\bcontrolled unclassified\b|\bfor official use only\b", re.I)),
    (MarkKind.DISSEMINATION, re.compile(r"\b(?:NOFORN|FEDCON|US PERSONS ONLY)\b", re.I)),
    (MarkKind.DISTRIBUTION, re.compile(r"\b(?i:dist|distro|distribution) ?(?i:statement|stmt)? ?[B-F]\b(?! list)")),
    (MarkKind.EXPORT, re.compile(r"\bITAR\b|\bexport (?:controlled|restricted)\b|\bEAR controlled\b|\bEXPT\b")),
    (MarkKind.EXPORT, re.compile(r"\bexport (?:controlled|restricted)\b", re.I)),
    (MarkKind.CLASSIFICATION, re.compile(rf"\b(?:ECCN |USML )?{CODE}|\bUSML\b", re.I)),
    (MarkKind.CLASSIFIED, re.compile(r"\b(?:TOP )?SECRET\b")),
]  # fmt: skip
TALKS = re.compile(
    r"\b(?:polic(?:y|ies)|training|awareness|guid(?:e|es|ance|elines?)|overview|faq|handbook|complian(?:ce|t)|regulations?|"
    r"explained|explaining|introduction|intro|understanding|paper|article|brochure|basics|rules?|"
    r"comments?|analysis|reform|course|workshop|webinar|reading|report on|what|how|why|investors?|checklist|vitae|cv|law|act|"
    r"program(?:me)?|memo on|free|questions?|answers?|glossary|term sheet|series)\b",
    re.I,
)
SAYS_CLASS = re.compile(
    r"classif|categor|sensitiv|marking|label|protect|distribution|handling|dissemination|_name$", re.I
)


def marks_in_name(piece: Piece) -> Iterator[Mark]:
    """Yield what a file's name says of the file, unless it is about that subject."""
    words = " ".join(re.sub(r"[_.()\[\]-]+", " ", re.sub(r"\.[a-z]{3,4}$", "", piece.text)).split())
    code = re.search(rf"{CODE}", piece.text, re.I)
    if TALKS.search(words):
        return
    for kind, pattern in IN_NAME:
        found = pattern.search(words)
        if found and not is_denied(words[: found.start()]):
            yield Mark(kind, piece.where, piece.text)
            return
    if code and re.search(r"[0-9][A-E][0-9]{3}", code[0]) and not at_low_control(code[0]):
        yield Mark(MarkKind.CLASSIFICATION, piece.where, piece.text)


def marks_in_property(piece: Piece) -> Iterator[Mark]:
    """Yield what a property says: one of its parts is nothing but a marking."""
    parts = [part.strip() for part in re.split(r"[;,|\n]|\s[-\u2013]\s", piece.text)]
    several = len([part for part in parts if part]) > 2
    for part in filter(None, parts):
        kind = label_of(part)
        bare = part.upper() in ("CUI", "FOUO", "SBU", "SECRET", "NOFORN")
        if kind and not is_denied(part) and not (bare and (several or not part.isupper())):
            yield Mark(kind, piece.where, piece.text[:200])
        elif part.upper() == "ITAR" and SAYS_CLASS.search(piece.where):
            yield Mark(MarkKind.EXPORT, piece.where, piece.text[:200])
