"""Files of every kind, made by real programs' libraries, and ways to spoil them."""

import io
import json
import zipfile
from uuid import UUID

import pikepdf
import typst
import xlsxwriter
from PIL import Image
from sqlalchemy.orm import Session

from app.core import clock, paper
from app.documents import services
from app.documents.models import File
from app.documents.rules.attest import VERSION, Attested
from app.documents.states import ATTESTED, Handling, Kind, Purpose
from tests.factories import accounts

AUTHOR = "Planted Author"
RELS = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


def pdf(*, pages: int = 1, author: str = AUTHOR, password: str = "", **root: object) -> bytes:
    """A PDF; `root` are entries of its catalogue."""
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.docinfo["/Author"] = author
    for name, value in root.items():
        made.Root[f"/{name}"] = made.make_indirect(value)
    made.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), place: bool = False) -> bytes:
    """A picture; with `place` it says where and by whom it was taken."""
    out, shown = io.BytesIO(), Image.new("RGB", size, (200, 30, 30))
    if not place:
        shown.save(out, kind)
        return out.getvalue()
    exif = Image.Exif()
    exif[0x013B] = AUTHOR
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 53.0, 51.0), 3: "W", 4: (77.0, 2.0, 11.0)})
    shown.save(out, kind, exif=exif)
    return out.getvalue()


def xlsx(rows: list[list[object]] | None = None) -> bytes:
    """A sheet with an author."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.set_properties({"author": AUTHOR})
    sheet = book.add_worksheet()
    for number, cells in enumerate(rows or [["name", "email"], ["Ana", "ana@example.org"]]):
        sheet.write_row(number, 0, cells)
    book.close()
    return out.getvalue()


def docx() -> bytes:
    """The smallest text document."""
    return zipped(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/'
            b'2006/content-types"/>',
            "_rels/.rels": RELS,
            "word/document.xml": b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
            b'wordprocessingml/2006/main"><w:body/></w:document>',
            "docProps/core.xml": f"<a>{AUTHOR}</a>".encode(),
        }
    )


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def with_parts(archive: bytes, **more: bytes) -> bytes:
    """The same archive with more parts; `__` in a name stands for a slash."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    return zipped(parts | {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()})


def contents() -> dict[Kind, bytes]:
    """One sound file of each kind."""
    return {
        Kind.PDF: pdf(), Kind.PNG: picture(), Kind.JPEG: picture("JPEG"), Kind.DOCX: docx(), Kind.XLSX: xlsx(),
        Kind.CSV: b"name,amount\nAna,1\n", Kind.XML: b'<?xml version="1.0"?><Document><Stmt/></Document>',
    }  # fmt: skip


def attested(by: UUID, *, handling: Handling = Handling.BUSINESS_CONFIDENTIAL) -> Attested:
    """That somebody attested the text of today."""
    return Attested(by, clock.now(), VERSION, handling)


def text_pdf(*pages: str) -> bytes:
    """A PDF with a text layer, one page for each text."""
    source = "\n#pagebreak()\n".join(f"#{json.dumps(page or ' ', ensure_ascii=False)}" for page in pages)
    return typst.compile(source.encode(), font_paths=paper.fonts())


def file(session: Session, *, purpose: Purpose = Purpose.NOMINATION_LETTER, owner_id: UUID | None = None,
         name: str = "letter.pdf", content: bytes | None = None) -> File:  # fmt: skip
    """A kept file; where its purpose asks for it, its owner attested it."""
    owner_id = owner_id or (accounts.user(session).id if purpose in ATTESTED else None)
    kept = services.keep_file(
        session, content or pdf(), name=name, purpose=purpose, owner_id=owner_id, now=clock.now(),
        attested=attested(owner_id) if owner_id and purpose in ATTESTED else None,
    )  # fmt: skip
    session.flush()
    return kept


def held(session: Session, *, owner_id: UUID | None = None, purpose: Purpose = Purpose.ROOM_DOCUMENT) -> File:
    """A file that the marking scan holds."""
    return file(session, purpose=purpose, owner_id=owner_id, name="study.pdf", content=marked_pdf())


def marked_pdf() -> bytes:
    """A PDF that says of itself that it is controlled."""
    return text_pdf("CUI//SP-EXPT\nThermal study of a radiator\nCUI//SP-EXPT", "CUI//SP-EXPT\nResults\nCUI//SP-EXPT")
