"""PDF files: one that opens without a password, runs nothing and carries no other file."""

import io
from collections.abc import Iterator

import pikepdf

from app.documents.rules.refusal import BadFile

MOST_OBJECTS = 200_000
MOST_PAGES = 2_000
ACTS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE"})
CARRIES = frozenset({"/JS", "/EF", "/XFA", "/EmbeddedFiles", "/RichMediaContent"})
AUTHOR = "author, title and program"


def checked(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the PDF without what it says of its author, and what was removed.

    A signed PDF is left as it is, because any change would break its signature. Raises BadFile.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise BadFile("This PDF is encrypted. Save it without a password or restrictions and send it again.")
            if not 1 <= len(pdf.pages) <= MOST_PAGES:
                raise BadFile(f"A PDF must have between 1 and {MOST_PAGES} pages.")
            signed = _walk(pdf)
            return (content, ()) if signed else (_without_author(pdf), (AUTHOR,))
    except pikepdf.PasswordError as error:
        raise BadFile("This PDF opens with a password only. Save it without one and send it again.") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
        raise BadFile(
            "This PDF is damaged and cannot be read. Save it anew, for example by printing to PDF."
        ) from error


def _walk(pdf: pikepdf.Pdf) -> bool:
    """Refuse what acts or carries; take names off comments and properties off parts; return whether it is signed."""
    if len(pdf.objects) > MOST_OBJECTS:
        raise BadFile("This PDF is too complicated to be checked. Print it to a new PDF and send that.")
    signed = False
    for thing in _dictionaries(pdf):
        if str(thing.get("/S", "")) in ACTS or any(key in thing for key in CARRIES):
            raise BadFile("This PDF runs a program or carries another file. Print it to a new PDF and send that.")
        signed = signed or str(thing.get("/Type", "")) == "/Sig"
    return signed


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for thing in pdf.objects:
        waiting = [thing]
        while waiting:
            part = waiting.pop()
            if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
                yield part
                waiting += [value for _key, value in part.items() if _is_inside(value)]
            elif isinstance(part, pikepdf.Array):
                waiting += [value for value in part if _is_inside(value)]


def _is_inside(value: object) -> bool:
    """Tell whether a value is written inside its holder; what stands by itself is visited by itself."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _without_author(pdf: pikepdf.Pdf) -> bytes:
    for thing in _dictionaries(pdf):
        for key in ("/Metadata", "/PieceInfo"):
            if key in thing:
                del thing[key]
        if "/Subtype" in thing and "/Rect" in thing and "/T" in thing and str(thing["/Subtype"]) != "/Widget":
            del thing["/T"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
