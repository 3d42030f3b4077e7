"""CSV and XML: text that a strict reader reads to the end."""

import csv
import io
import re

from lxml import etree

from app.documents.rules.refusal import BadFile

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MARKUP = re.compile(r"\s*(<|%PDF|\{\\rtf)", re.I)
MOST_ROWS = 200_000
LIVELY_ROOTS = frozenset({"html", "svg", "xsl", "stylesheet", "script"})


def decoded(content: bytes) -> str:
    """Return the text: UTF-8, UTF-16 with its mark, or Windows Latin as older bank programs write it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def checked_csv(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the CSV as it came. Raises BadFile when it is not text or not readable as CSV."""
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        raise BadFile("This is not text. Export the sheet as CSV in UTF-8 and send that.") from error
    if CONTROL.search(text) or MARKUP.match(text):
        raise BadFile("This is not a CSV file, although its name says so. Send the file itself.")
    try:
        for number, _row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            if number > MOST_ROWS:
                raise BadFile(f"The file has more than {MOST_ROWS} rows. Send it in parts.")
    except csv.Error as error:
        raise BadFile(f"This cannot be read as CSV ({error}). Export it anew and send that.") from error
    return content, ()


def checked_xml(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the XML as it came. Raises BadFile when it is not well formed or brings definitions of its own."""
    root = parsed_xml(content)
    if etree.QName(root).localname.lower() in LIVELY_ROOTS:
        raise BadFile("This is a web page or a picture, not data. Send the file that your bank or program exported.")
    return content, ()


def parsed_xml(content: bytes) -> etree._Element:
    """Return the root of an XML text; nothing is fetched and no entity is resolved. Raises BadFile."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadFile("This cannot be read as XML. Export it anew and send that.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadFile("This XML brings definitions of its own (a DOCTYPE). Export it without them and send that.")
    return root
