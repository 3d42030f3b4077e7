"""Reading what a file says: its pages or parts, its properties, and its name."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator

import pikepdf
import pypdfium2
from lxml import etree
from pypdfium2 import raw as pdfium

from app.documents.rules.markings.marks import Piece, Role
from app.documents.rules.pdfium_lock import LOCK
from app.documents.rules.texts import decoded, parsed_xml
from app.documents.states import Kind

MOST_SECONDS = 20
MOST_LETTERS = 100_000
MARGIN, MOST_MARGIN_LINES = 0.075, 5
PLAIN = re.compile(r"\w")
SAID_IN_PDF = ("/Contents", "/Title", "/V", "/TU", "/Alt", "/ActualText", "/RC")
PARAGRAPHS = frozenset(
    {"p", "si", "c", "comment", "property", "title", "subject", "description", "keywords", "category", "contentStatus",
     "Company", "Manager"}
)  # fmt: skip
HEADERS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
SPEAKING_ATTRIBUTES = frozenset({"string", "name", "alt", "title", "descr"})
UNREAD = "could not be read"


def unreadable(where: str) -> Piece:
    """Return the piece that says that something could not be read."""
    return Piece(where, UNREAD)


def pieces(content: bytes, kind: Kind, name: str) -> Iterator[Piece]:
    """Yield what a file says; a piece that says UNREAD stands for what shows something but holds no text."""
    yield Piece("file name", name, Role.NAME)
    if kind is Kind.PDF:
        yield from _of_pdf(content)
    elif kind in (Kind.DOCX, Kind.XLSX):
        yield from _of_archive(content)
    elif kind is Kind.XML:
        yield Piece("text", "\n".join(_lines(parsed_xml(content))))
    elif kind is Kind.CSV:
        rows = [list(filter(None, row)) for row in csv.reader(io.StringIO(decoded(content), newline=""))]
        yield Piece("rows of one cell", "\n".join(row[0] for row in rows if len(row) == 1), Role.EDGE)
        yield Piece("cells", "\n".join(cell for row in rows for cell in row), Role.CELLS)
    else:
        yield from _of_picture(content)


def _of_picture(content: bytes) -> Iterator[Piece]:
    """Yield what a picture's own notes say; what its pixels say nobody reads."""
    for found in re.findall(rb"[\x20-\x7e]{4,400}", content[:65_536] + content[-65_536:]):
        if b" " in found or b"/" in found or found.isupper():
            yield Piece("notes inside the picture", found.decode("ascii"), Role.PROPERTY)
    yield unreadable("the picture")


def _of_pdf(content: bytes) -> Iterator[Piece]:
    yield from _said_beside_pages(content)
    until = time.monotonic() + MOST_SECONDS
    with LOCK:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    try:
        for number in range(pages):
            if time.monotonic() > until:
                yield unreadable(f"page {number + 1} and those after it")
                return
            with LOCK:
                found = _page(document, number)
            yield from found
    finally:
        with LOCK:
            document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> list[Piece]:
    """Return the text of a page, and once more what of it stands in the margins at its top and bottom."""
    page, where = document[number], f"page {number + 1}"
    try:
        reader = page.get_textpage()
        try:
            text = str(reader.get_text_range(count=min(reader.count_chars(), MOST_LETTERS), errors="replace"))
            left, bottom, right, top = page.get_cropbox()
            band = (top - bottom) * MARGIN
            edges = [(bottom, bottom + band), (top - band, top)]
            beside = [str(reader.get_text_bounded(left, low, right, high, errors="replace")) for low, high in edges]
        finally:
            reader.close()
        shows_something = pdfium.FPDFPage_CountObjects(page) > 0
    finally:
        page.close()
    if not PLAIN.search(text):
        return [unreadable(where)] if shows_something else []
    few = [words for words in beside if PLAIN.search(words) and len(words.splitlines()) <= MOST_MARGIN_LINES]
    return [Piece(where, text, Role.PAGE), *(Piece(where, words, Role.EDGE) for words in few)]


def _said_beside_pages(content: bytes) -> Iterator[Piece]:
    """Yield properties, notes, bookmarks and filled-in fields."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if "/Info" in pdf.trailer and isinstance(pdf.trailer.Info, pikepdf.Dictionary):
            yield from (
                Piece(f"property {key[1:]}", str(value), Role.PROPERTY) for key, value in pdf.trailer.Info.items()
            )
        for thing in pdf.objects:
            if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                continue
            if isinstance(thing, pikepdf.Stream) and str(thing.get("/Type", "")) == "/Metadata":
                yield from _of_xmp(thing.read_bytes())
            for key in SAID_IN_PDF:
                if isinstance(said := thing.get(key), pikepdf.String):
                    yield Piece(f"note, bookmark or field ({key[1:]})", str(said), Role.PROPERTY)


def _of_xmp(content: bytes) -> Iterator[Piece]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(content.strip(b"\x00 \r\n"), parser)
    for part in () if root is None else root.iter("*"):
        name = etree.QName(part).localname
        if part.text and part.text.strip():
            yield Piece(f"property {name}", part.text, Role.PROPERTY)
        yield from (
            Piece(f"property {etree.QName(key).localname}", str(value), Role.PROPERTY)
            for key, value in part.attrib.items()
        )


def _of_archive(content: bytes) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if not part.endswith((".xml", ".rels", ".vml")) or part == "[Content_Types].xml":
                continue
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
            root = etree.fromstring(archive.read(part), parser)
            if root is None:
                continue
            role = _role_of(part)
            beside = [one for one in root.iter("*") if etree.QName(one).localname in HEADERS]
            yield from (
                Piece(f"{part}, header or footer", _plain("".join(map(str, one.itertext()))), Role.EDGE)
                for one in beside
            )
            said = _lines(root)
            if role is Role.PROPERTY:
                yield from (Piece(part, line, role) for line in said)
            elif said:
                yield Piece(part, "\n".join(said), role)


def _role_of(part: str) -> Role:
    if part.startswith("docProps/"):
        return Role.PROPERTY
    if part.startswith("xl/") and not re.search(r"/(workbook|comments\d*|drawing\d*)\.", part):
        return Role.CELLS
    return Role.EDGE if re.search(r"/(header\d*|footer\d*|vmlDrawing\d*|workbook)\.", part) else Role.TEXT


def _lines(root: etree._Element) -> list[str]:
    """Return the words of an XML text, one line for each paragraph, cell or header, and what attributes say."""
    found = []
    for part in root.iter("*"):
        name = etree.QName(part).localname
        found += [str(value) for key, value in part.attrib.items() if etree.QName(key).localname in SPEAKING_ATTRIBUTES]
        if name in PARAGRAPHS or (len(part) == 0 and not _stands_inside(part)):
            found.append("".join(map(str, part.itertext())))
    return [line for line in found if line.strip()]


def _plain(words: str) -> str:
    """Return the words of a sheet's header without the signs that place and set them."""
    return re.sub(r"&(?:[LCRDPTNAFGBIUESXY]|\"[^\"]*\"|\d+)", "  |  ", words)


def _stands_inside(part: etree._Element) -> bool:
    return any(etree.QName(above).localname in PARAGRAPHS for above in part.iterancestors("*"))
