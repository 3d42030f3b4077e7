"""What a page of a file says, for those who do not see its picture."""

import pypdfium2

from app.documents.rules.pdfium_lock import LOCK
from app.documents.states import Kind

MOST_LETTERS = 20_000


def page_text(content: bytes, kind: Kind, number: int) -> str:
    """Return the text of page `number` (from 1), line by line; empty where there is none to read."""
    if kind is not Kind.PDF:
        return ""
    with LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except (pypdfium2.PdfiumError, ValueError):
            return ""
        try:
            return _read(document, number)
        except pypdfium2.PdfiumError:
            return ""
        finally:
            document.close()


def _read(document: pypdfium2.PdfDocument, number: int) -> str:
    if not 1 <= number <= len(document):
        return ""
    page = document[number - 1]
    reader = page.get_textpage()
    text = str(reader.get_text_range(count=min(reader.count_chars(), MOST_LETTERS), errors="replace"))
    lines = (" ".join(line.split()) for line in text.replace("\x00", "").splitlines())
    return "\n".join(line for line in lines if line)
