"""A PDF that carries in each page who took it, and when: part of the page's own content, not a note on top of it."""

import io
import math
import warnings

import pikepdf
from PIL import Image

from app.documents.rules.pages import ANGLE, DAMAGED, SHOWN, TOO_MUCH, on_white, places
from app.documents.rules.pdfs import MOST_PAGES
from app.documents.rules.pictures import MOST_PIXELS
from app.documents.rules.refusal import BadFile
from app.documents.rules.stamp import Stamp, drawn
from app.documents.states import Kind

STAMP = "/RoomStamp"
DOTS_PER_INCH = 150
MOST_PARSED_BYTES = 4_000_000


def stamped_pdf(content: bytes, kind: Kind, stamp: Stamp) -> bytes:
    """Return the file as a PDF with the stamp in every page; text, links and tags stay. Raises BadFile."""
    if kind not in SHOWN:
        raise BadFile(f"A {kind.value.upper()} file cannot carry a stamp. Its owner can save it as PDF.")
    source = content if kind is Kind.PDF else _as_pdf(content)
    try:
        with pikepdf.open(io.BytesIO(source)) as pdf, pikepdf.open(io.BytesIO(drawn(stamp.lines))) as small:
            if len(pdf.pages) > MOST_PAGES:
                raise BadFile(TOO_MUCH)
            mark = pdf.copy_foreign(small.pages[0].as_form_xobject())
            tile = small.pages[0].mediabox
            for page in pdf.pages:
                _stamp(pdf, page, mark, (float(tile[2]), float(tile[3])))
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True)
            return out.getvalue()
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise BadFile(DAMAGED) from error


def _stamp(pdf: pikepdf.Pdf, page: pikepdf.Page, mark: pikepdf.Object, words: tuple[float, float]) -> None:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    turned = int(page.obj.get("/Rotate", 0) or 0) % 360
    shorter = min(right - left, top - bottom)
    scale = min(shorter * 0.4 / words[0], max(1.2, shorter / 500))
    angle = math.radians(ANGLE + turned)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    corners = [(x * cos - y * sin, x * sin + y * cos) for x in (0, words[0]) for y in (0, words[1])]
    low = (min(x for x, _ in corners), min(y for _, y in corners))
    tile = (max(x for x, _ in corners) - low[0], max(y for _, y in corners) - low[1])
    drawing = [
        f"q {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {left + x - low[0]:.2f} {bottom + y - low[1]:.2f} cm {STAMP} Do Q"
        for x, y in places((right - left, top - bottom), tile)
    ]
    if "/Resources" in page.obj:  # shared by pages as often as not: this page gets its own
        page.obj.Resources = pikepdf.Dictionary(dict(page.resources.items()))
        if "/XObject" in page.resources:
            page.obj.Resources.XObject = pikepdf.Dictionary(dict(page.resources.XObject.items()))
    page.add_resource(mark, pikepdf.Name.XObject, pikepdf.Name(STAMP), replace_existing=True)
    page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
    closed = "Q " * (1 + _left_open(page))
    page.contents_add(pdf.make_stream(f"\n{closed}\nq /Artifact BMC {' '.join(drawing)} EMC Q\n".encode()))


def _left_open(page: pikepdf.Page) -> int:
    """Return how many states the page's own content leaves open: they would move the stamp out of sight."""
    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    if sum(int(part.get("/Length", 0)) for part in parts if isinstance(part, pikepdf.Stream)) > MOST_PARSED_BYTES:
        return 0
    depth = 0
    for step in pikepdf.parse_content_stream(page, operators="q Q"):
        depth = depth + 1 if str(step.operator) == "q" else max(0, depth - 1)
    return max(0, depth - 1)  # one is ours


def _as_pdf(content: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadFile(TOO_MUCH)
                out = io.BytesIO()
                on_white(opened).save(out, "PDF", resolution=DOTS_PER_INCH)
                return out.getvalue()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise BadFile(DAMAGED) from error
