"""DOCX and XLSX: an archive that is small when unpacked, runs nothing and carries no other file."""

import io
import re
import zipfile
from collections.abc import Iterable
from struct import error as StructError  # noqa: N812 - an exception, named as one
from zlib import error as ZlibError  # noqa: N812 - an exception, named as one

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from app.documents.rules.kinds import MB
from app.documents.rules.refusal import BadFile
from app.documents.rules.texts import parsed_xml
from app.documents.states import Kind

MOST_ENTRIES = 1_000
MOST_RATIO = 100
MOST_UNPACKED_BYTES = 300 * MB
MAIN_PART = {Kind.DOCX: "word/document.xml", Kind.XLSX: "xl/workbook.xml"}
ESCAPES = re.compile(r"^[/\\]|\\|(^|/)\.\.(/|$)|^[A-Za-z]:|\x00")
NESTED = re.compile(
    r"\.(zip|jar|rar|7z|gz|tgz|bz2|xz|docx?|xlsx?|pptx?|docm|xlsm|exe|dll|js|vbs|ole)$|(^|/)embeddings/|\.bin$", re.I
)
HARMLESS_BIN = re.compile(r"(^|/)(printerSettings/printerSettings\d*|calcChain)\.bin$")
MACROS = re.compile(r"vba(Project|Data)|(^|/)macrosheets/|activeX", re.I)
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")
AUTHOR = "author and company"
PROPERTIES = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
DAMAGED = "This Office file is damaged and cannot be read. Save it anew and send that."


def checked(content: bytes, kind: Kind) -> tuple[bytes, tuple[str, ...]]:
    """Return the document without what it says of its author, and what was removed. Raises BadFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _looks_harmless(entries, kind, len(content))
            if content[-22:-18] != b"PK\x05\x06" or archive.comment:
                raise BadFile(DAMAGED)
            parts = {entry.filename: _read(archive, entry) for entry in entries if not entry.is_dir()}
        _runs_and_carries_nothing(parts)
        _parse(content, parts, kind)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, StructError, ZlibError, RuntimeError) as error:
        raise BadFile(DAMAGED) from error
    return _packed(parts), (AUTHOR,)


def _looks_harmless(entries: list[zipfile.ZipInfo], kind: Kind, packed_bytes: int) -> None:
    """Judge by the archive's own list, before anything is unpacked."""
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(map(str.lower, names))) != len(names):
        raise BadFile(f"This file holds more than {MOST_ENTRIES} parts, or one part twice. Save it anew and send that.")
    if any(ESCAPES.search(name) for name in names):
        raise BadFile(DAMAGED)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise BadFile("This file is encrypted. Save it without a password and send it again.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(packed_bytes, 1):
        raise BadFile("This file would be far too large when unpacked. Send a smaller one.")
    if any(MACROS.search(name) for name in names):
        raise BadFile("This file holds macros. Save it without macros and send it again.")
    if any(NESTED.search(name) and not HARMLESS_BIN.search(name) for name in names):
        raise BadFile("This file carries another file inside. Remove it and send it again.")
    if "[Content_Types].xml" not in names or [k for k, part in MAIN_PART.items() if part in names] != [kind]:
        raise BadFile(f"This is not a {kind.value.upper()} file, although its name says so. Send the file itself.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack one part, and never more than it declared."""
    with archive.open(entry) as opened:
        part = opened.read(entry.file_size + 1)
    if len(part) != entry.file_size:
        raise BadFile(DAMAGED)
    return part


def _runs_and_carries_nothing(parts: dict[str, bytes]) -> None:
    if any(part.startswith(ARCHIVES) for name, part in parts.items() if not HARMLESS_BIN.search(name)):
        raise BadFile("This file carries another file inside. Remove it and send it again.")
    if b"macroEnabled" in parts["[Content_Types].xml"]:
        raise BadFile("This file holds macros. Save it without macros and send it again.")
    for name, part in parts.items():
        if name.endswith(".rels") and any(_reaches_out(link) for link in parsed_xml(part)):
            raise BadFile("This file takes parts of itself from the network. Save it complete and send it again.")


def _reaches_out(link: etree._Element) -> bool:
    return link.get("TargetMode") == "External" and not str(link.get("Type", "")).endswith("/hyperlink")


def _parse(content: bytes, parts: dict[str, bytes], kind: Kind) -> None:
    for name in ("[Content_Types].xml", MAIN_PART[kind]):
        parsed_xml(parts[name])
    if kind is Kind.XLSX:
        try:
            CalamineWorkbook.from_filelike(io.BytesIO(content))
        except (CalamineError, ValueError) as error:
            raise BadFile(DAMAGED) from error


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _named(parts.items()):
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _named(parts: Iterable[tuple[str, bytes]]) -> Iterable[tuple[str, bytes]]:
    return ((name, PROPERTIES.get(name, part)) for name, part in parts)
