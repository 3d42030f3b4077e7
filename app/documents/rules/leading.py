"""What the first and last bytes of a file say it is."""

import puremagic

from app.documents.rules.refusal import BadFile
from app.documents.states import Kind

OPENING: dict[Kind, tuple[bytes, ...]] = {
    Kind.PDF: (b"%PDF-1.", b"%PDF-2."),
    Kind.PNG: (b"\x89PNG\r\n\x1a\n",),
    Kind.JPEG: (b"\xff\xd8\xff",),
    Kind.DOCX: (b"PK\x03\x04",),
    Kind.XLSX: (b"PK\x03\x04",),
}
ALSO_CALLED: dict[Kind, frozenset[str]] = {
    Kind.PDF: frozenset({".pdf", ".ai"}),
    Kind.PNG: frozenset({".png"}),
    Kind.JPEG: frozenset({".jpg", ".jpeg", ".jfif"}),
    Kind.DOCX: frozenset({".docx", ".zip"}),
    Kind.XLSX: frozenset({".xlsx", ".zip"}),
}
LOCKED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_ZIP = b"PK\x05\x06"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
LIVELY = (b"<script", b"<html", b"<!doctype html", b"<?php", b"<svg", b"<iframe")


def agree(content: bytes, kind: Kind) -> None:
    """Refuse content that does not begin as its name says, or that is two things at once."""
    if content.startswith(LOCKED_OFFICE):
        raise BadFile(
            "This is an old Office file or one with a password. Save it without a password in the new format."
        )
    if kind in OPENING:
        _begins_as(content, kind)
    elif content.startswith(PROGRAMS) or any(
        content.startswith(opening) for each in OPENING.values() for opening in each
    ):
        raise BadFile(f"This is not a {kind.value.upper()} file, although its name says so. Send the file itself.")
    if kind in (Kind.PDF, Kind.PNG, Kind.JPEG):
        _is_one_thing(content, kind)


def _begins_as(content: bytes, kind: Kind) -> None:
    if not content.startswith(OPENING[kind]):
        raise BadFile(f"This is not a {kind.value.upper()} file, although its name says so. Send the file itself.")
    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        found = set()
    if not found & ALSO_CALLED[kind]:
        raise BadFile(f"This is not a {kind.value.upper()} file, although its name says so. Send the file itself.")


def _is_one_thing(content: bytes, kind: Kind) -> None:
    """Refuse a document or picture that is also an archive or a web page, at either end."""
    after = content[content.rfind(b"%%EOF") :] if kind is Kind.PDF else content[-4096:]
    edges = (content[:1024] + after[:65_536]).lower()
    if END_OF_ZIP in content[-66_000:] or any(sign in edges for sign in LIVELY):
        raise BadFile("This file is two kinds of file at once. Make a new copy of it, for example by printing to PDF.")
