"""Makers of real files for the marking scan: PDF in several layouts, DOCX, XLSX, CSV, with properties."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import pikepdf
import typst
import xlsxwriter

from app.core import paper
from app.documents.states import Kind
from tests.factories.documents import RELS

LAYOUT = b"""
#let d = json(bytes(sys.inputs.facts))
#let lines(words) = words.split("\\n").join(linebreak())
#set page(paper: d.paper, flipped: d.flipped, columns: d.columns,
  header: align(eval(d.align), text(size: d.edge * 1pt, lines(d.head))),
  footer: align(eval(d.align), text(size: d.edge * 1pt, lines(d.foot))),
  foreground: if d.across != "" { rotate(-40deg, text(size: 40pt, fill: rgb(200, 0, 0, 60), d.across)) })
#set text(font: (d.font, "Noto Sans", "Noto Sans CJK JP", "Noto Sans Arabic"), size: d.size * 1pt, fill: eval(d.fill),
  tracking: d.tracking * 1pt, hyphenate: d.hyphenate)
#set par(justify: d.justify)
#for (number, page) in d.pages.enumerate() {
  if number > 0 { pagebreak() }
  for words in page.split("\\n\\n") { par(lines(words)) }
}
"""


@dataclass(frozen=True)
class Sample:
    """A file, and what it is a sample of."""

    what: str
    content: bytes = field(repr=False)
    kind: Kind = Kind.PDF
    name: str = "document.pdf"


def pdf(*pages: str, head: str = "", foot: str = "", info: Mapping[str, str] | None = None, xmp: str = "",
        **layout: object) -> bytes:  # fmt: skip
    """A PDF with a text layer; pages are paragraphs parted by empty lines."""
    facts = {
        "pages": list(pages), "head": head, "foot": foot, "align": "center", "paper": "us-letter", "flipped": False,
        "columns": 1, "across": "", "font": "Noto Sans", "size": 10, "edge": 9, "fill": "black", "tracking": 0,
        "justify": False, "hyphenate": False,
    }  # fmt: skip
    made = typst.compile(LAYOUT, font_paths=paper.fonts(), sys_inputs={"facts": json.dumps(facts | layout)})
    return with_properties(made, info, xmp) if info or xmp else made


def with_properties(content: bytes, info: Mapping[str, str] | None = None, xmp: str = "") -> bytes:
    """The same PDF with these properties."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        for name, value in (info or {}).items():
            opened.docinfo[f"/{name}"] = value
        if xmp:
            with opened.open_metadata() as metadata:
                metadata["dc:description"] = xmp
        out = io.BytesIO()
        opened.save(out)
        return out.getvalue()


def with_note(content: bytes, words: str) -> bytes:
    """The same PDF with a comment on its first page."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 30, 30], Contents=words
        )
        opened.pages[0].Annots = pikepdf.Array([opened.make_indirect(note)])
        out = io.BytesIO()
        opened.save(out)
        return out.getvalue()


def _word(*paragraphs: str, style: str = "") -> str:
    return "".join(f"<w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p>" for words in paragraphs) + style


def docx(*paragraphs: str, head: str = "", foot: str = "", watermark: str = "", comment: str = "",
         properties: Mapping[str, str] | None = None, custom: Mapping[str, str] | None = None,
         split: bool = False) -> bytes:  # fmt: skip
    """A Word document; `split` cuts each word into runs of two letters, as change tracking does."""
    space = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    body = _word(*paragraphs)
    if split:
        body = "".join(
            "<w:p>" + "".join(f"<w:r><w:t xml:space='preserve'>{escape(p[i : i + 2])}</w:t></w:r>"
                              for i in range(0, len(p), 2)) + "</w:p>" for p in paragraphs
        )  # fmt: skip
    parts = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"/>',
        "_rels/.rels": RELS.decode(),
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
    }
    if head or watermark:
        drawn = f'<w:p><w:r><w:pict><v:shape><v:textpath string="{escape(watermark)}"/></v:shape></w:pict></w:r></w:p>'
        parts["word/header1.xml"] = f"<w:hdr {space}>{_word(head, style=drawn if watermark else '')}</w:hdr>"
    if foot:
        parts["word/footer1.xml"] = f"<w:ftr {space}>{_word(foot)}</w:ftr>"
    if comment:
        parts["word/comments.xml"] = (
            f"<w:comments {space}><w:comment w:id='1'>{_word(comment)}</w:comment></w:comments>"
        )
    if properties:
        inner = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in properties.items())
        parts["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}</cp:coreProperties>'
        )
    if custom:
        inner = "".join(
            f'<property pid="2" name="{escape(name)}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
            for name, value in custom.items()
        )
        parts["docProps/custom.xml"] = (
            '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
            f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{inner}</Properties>'
        )
    return _packed(parts)


def _packed(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def xlsx(*rows: Sequence[object], head: str = "", sheet: str = "Sheet1", comment: str = "",
         properties: Mapping[str, str] | None = None) -> bytes:  # fmt: skip
    """A sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    if properties:
        book.set_properties(dict(properties))
    made = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        made.write_row(number, 0, row)
    if head:
        made.set_header(head)
    if comment:
        made.write_comment("B2", comment)
    book.close()
    return out.getvalue()
