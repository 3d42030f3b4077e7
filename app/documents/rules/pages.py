"""Pages of a file as others see them: drawn on the server, with who looks and when burnt into the pixels.

Nothing that is drawn is kept. pdfium may not be used by two threads at once, so one lock stands round it.
"""

import ctypes
import io
import math
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
from PIL import Image
from pypdfium2 import raw as pdfium

from app.documents.rules.pdfium_lock import LOCK
from app.documents.rules.pictures import MOST_PIXELS
from app.documents.rules.refusal import BadFile
from app.documents.rules.stamp import Stamp, drawn
from app.documents.states import Kind

PICTURE_TYPE = "image/jpeg"
NARROWEST, WIDEST = 200, 2_400
MOST_DRAWN_PIXELS = 12_000_000
MOST_SECONDS = 10
INK, STRONGEST = 110, 120  # a grey that shows on white and on dark pages, and lets the page be read through it
ANGLE = 30
DAMAGED = "This file cannot be shown page by page: it is damaged. Ask its owner to save it anew as PDF."
TOO_MUCH = "This page is too complicated to be shown. Ask the owner for a simpler version of the file."
NO_PAGE = "This file has no such page."
SHOWN = frozenset({Kind.PDF, Kind.PNG, Kind.JPEG})


def page_count(content: bytes, kind: Kind) -> int:
    """Return how many pages a file has; a picture has one. Raises BadFile."""
    _showable(kind)
    if kind is not Kind.PDF:
        return 1
    with _opened(content) as document:
        return len(document)


def page_picture(content: bytes, kind: Kind, number: int, stamp: Stamp, width: int = 1_200) -> bytes:
    """Return page `number` (from 1) as a JPEG of about `width` pixels with the stamp burnt in. Raises BadFile.

    Slow and large pages are refused rather than drawn: at most twelve million pixels and ten seconds.
    """
    _showable(kind)
    width = max(NARROWEST, min(width, WIDEST))
    page = _page_of_pdf(content, number, width) if kind is Kind.PDF else _page_of_picture(content, number, width)
    shown = Image.alpha_composite(page.convert("RGBA"), _layer(page.size, stamp)).convert("RGB")
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=85)
    return out.getvalue()


def _showable(kind: Kind) -> None:
    if kind not in SHOWN:
        raise BadFile(f"A {kind.value.upper()} file has no pages to show. Its owner can save it as PDF.")


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF with the lock held. Whatever pdfium cannot read is a BadFile."""
    with LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise BadFile(DAMAGED) from error
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise BadFile(DAMAGED) from error
        finally:
            document.close()


def _page_of_pdf(content: bytes, number: int, width: int) -> Image.Image:
    with _opened(content) as document:
        if not 1 <= number <= len(document):
            raise BadFile(NO_PAGE)
        document.init_forms()
        page = document[number - 1]
        wide, high = page.get_size()
        if not (wide > 0 and high > 0):
            raise BadFile(DAMAGED)
        scale = min(width / wide, math.sqrt(MOST_DRAWN_PIXELS / (wide * high)))
        size = (max(1, round(wide * scale)), max(1, round(high * scale)))
        if max(size) > 20_000:
            raise BadFile(TOO_MUCH)
        return _drawn_page(document, page, size)


def _drawn_page(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, size: tuple[int, int]) -> Image.Image:
    bitmap = pypdfium2.PdfBitmap.new_native(*size, pdfium.FPDFBitmap_BGRx)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
    until = time.monotonic() + MOST_SECONDS
    pause = pdfium.IFSDK_PAUSE()
    pause.version = 1
    asked = type(pause.NeedToPauseNow)(lambda _self: time.monotonic() > until)
    pause.NeedToPauseNow = asked
    where = (0, 0, *size, 0, pdfium.FPDF_ANNOT)
    status = pdfium.FPDF_RenderPageBitmap_Start(bitmap, page, *where, ctypes.byref(pause))
    pdfium.FPDF_RenderPage_Close(page)
    if status == pdfium.FPDF_RENDER_TOBECONTINUED:
        raise BadFile(TOO_MUCH)
    if status != pdfium.FPDF_RENDER_DONE:
        raise BadFile(DAMAGED)
    if document.formenv:
        pdfium.FPDF_FFLDraw(document.formenv, bitmap, page, *where)
    picture: Image.Image = bitmap.to_pil()
    return picture.convert("RGB")


def _page_of_picture(content: bytes, number: int, width: int) -> Image.Image:
    if number != 1:
        raise BadFile(NO_PAGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadFile(TOO_MUCH)
                shown = on_white(opened)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise BadFile(DAMAGED) from error
    scale = min(1, width / shown.width, math.sqrt(MOST_DRAWN_PIXELS / (shown.width * shown.height)))
    return shown.resize((max(1, round(shown.width * scale)), max(1, round(shown.height * scale))))


def on_white(picture: Image.Image) -> Image.Image:
    """Return a picture without transparency."""
    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def _layer(size: tuple[int, int], stamp: Stamp) -> Image.Image:
    """Return the stamp in rows over the whole page, slanted, on nothing."""
    with _opened(drawn(stamp.lines)) as document:
        page = document[0]
        wide = max(120, min(size) * 0.4)
        scale = min(wide / page.get_width(), max(1.2, min(size) / 500))
        shades = page.render(scale=scale).to_pil().convert("L")
    # Drawn on white and turned into grey ink: on a transparent ground pdfium leaves out strokes of letters.
    ink = shades.point([min(STRONGEST, 2 * (255 - shade)) for shade in range(256)])
    words = Image.merge("RGBA", [Image.new("L", shades.size, INK)] * 3 + [ink])
    slanted = words.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)
    layer = Image.new("RGBA", size, (255, 255, 255, 0))
    for left, top in places(size, slanted.size):
        layer.paste(slanted, (round(left), round(top)))  # tiles never overlap
    return layer


def places(size: tuple[float, float], tile: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Yield where the corner of each tile stands: rows that are shifted against each other, none far from the next."""
    across, down = tile[0] * 1.15, tile[1] * 1.15
    for row in range(math.ceil(size[1] / down) + 1):
        start = -tile[0] * (0.25 if row % 2 else 0.75)
        for column in range(math.ceil(size[0] / across) + 2):
            yield start + column * across, row * down - tile[1] * 0.25
