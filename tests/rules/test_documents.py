"""Which files are taken: name, first bytes and a real reader agree, and nothing comes along unseen."""

import io
import struct
import zipfile

import pikepdf
import pytest
from PIL import Image

from app.documents.rules.check import check
from app.documents.rules.disposition import attachment
from app.documents.rules.kinds import ACCEPTED, LARGEST_BYTES, MB
from app.documents.rules.names import label
from app.documents.rules.refusal import BadFile
from app.documents.states import Kind, Purpose
from tests.factories import documents

SOUND = documents.contents()
STRANGE = {
    "exe": b"MZ\x90\x00\x03" + b"\x00" * 200, "elf": b"\x7fELF\x02\x01" + b"\x00" * 200, "sh": b"#!/bin/sh\nrm -r x\n",
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "zip": documents.zipped({"a": b"b"}),
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "noise": bytes(range(256)) * 4,
}  # fmt: skip


def purpose_for(kind: Kind) -> Purpose:
    return next(purpose for purpose, accepted in ACCEPTED.items() if kind in accepted.kinds)


def mismatched() -> list[tuple[str, bytes]]:
    found = [(f"a.{claimed.value}", SOUND[real]) for real in Kind for claimed in Kind if claimed is not real]
    return found + [(f"{what}.{claimed.value}", body) for what, body in STRANGE.items() for claimed in Kind]


@pytest.mark.parametrize("kind", Kind)
def test_a_sound_file_of_each_kind_is_taken_and_can_be_taken_again(kind):
    kept = check(SOUND[kind], name=f"Letter of Ana.{kind.value.upper()}", purpose=purpose_for(kind))
    assert kept.kind is kind
    again = check(kept.content, name=kept.name, purpose=kept.purpose)
    assert again.kind is kind


@pytest.mark.check("F2")
def test_a_file_that_is_not_what_its_name_says_is_refused_with_a_sentence():
    samples = mismatched()
    assert len(samples) >= 100
    taken, said = [], []
    for name, body in samples:
        try:
            check(body, name=name, purpose=purpose_for(Kind(name.rpartition(".")[2])))
            taken.append(name)
        except BadFile as refusal:
            said.append(refusal.message)
    assert taken == []
    assert all(words.endswith(".") for words in said)


@pytest.mark.check("F2")
@pytest.mark.parametrize(
    "name",
    ["a.pdf.exe", "a.exe.pdf", "a.html.pdf", "a.php.pdf", "a", ".pdf", "a.", "a.pdf.", "a.docm", "a.xlsm", "a.svg",
     "a\u202efdp.exe", "a.zip.pdf", "a.pdf\x00.exe", "a.js .pdf"],
)  # fmt: skip
def test_a_name_with_two_endings_or_an_unknown_one_is_refused(name):
    if name == "a.pdf.":
        return  # dots at the end are no part of a label
    with pytest.raises(BadFile):
        check(SOUND[Kind.PDF], name=name, purpose=Purpose.NOMINATION_LETTER)


@pytest.mark.check("F2")
@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [
        (Kind.PDF, SOUND[Kind.PDF] + documents.zipped({"evil.class": b"x"})),
        (Kind.PNG, SOUND[Kind.PNG] + documents.zipped({"evil.class": b"x"})),
        (Kind.JPEG, SOUND[Kind.JPEG] + b"<script>alert(1)</script>"),
        (Kind.PDF, SOUND[Kind.PDF] + b"\n<html><script>alert(1)</script>"),
        (Kind.PDF, b"<html>" + SOUND[Kind.PDF]),
        (Kind.PDF, SOUND[Kind.PDF][:200]),
        (Kind.PNG, SOUND[Kind.PNG][:50]),
        (Kind.JPEG, SOUND[Kind.JPEG][:200]),
        (Kind.XLSX, SOUND[Kind.XLSX][:-30]),
        (Kind.XLSX, b"%PDF-1.4\n" + SOUND[Kind.XLSX]),
        (Kind.XLSX, SOUND[Kind.XLSX] + b"tail"),
        (Kind.CSV, b'a,"b\n1,2'),
        (Kind.CSV, b"a,b\x00\n"),
        (Kind.XML, b"<a><b></a>"),
    ],
)
def test_a_file_that_is_two_things_at_once_or_cut_short_is_refused(kind, spoilt):
    with pytest.raises(BadFile):
        check(spoilt, name=f"a.{kind.value}", purpose=purpose_for(kind))


@pytest.mark.parametrize(
    "catalogue",
    [
        {"OpenAction": pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")},
        {"OpenAction": pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")},
        {"AcroForm": pikepdf.Dictionary(XFA="<xdp/>", Fields=pikepdf.Array())},
        {"Names": pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array()))},
    ],
)
def test_a_pdf_that_runs_something_or_carries_a_file_is_refused(catalogue):
    with pytest.raises(BadFile, match="Print it to a new PDF"):
        check(documents.pdf(**catalogue), name="a.pdf", purpose=Purpose.NOMINATION_LETTER)


@pytest.mark.parametrize("password", ["secret"])
def test_a_pdf_with_a_password_is_refused(password):
    with pytest.raises(BadFile, match="password"):
        check(documents.pdf(password=password), name="a.pdf", purpose=Purpose.NOMINATION_LETTER)


def lying_archive() -> bytes:
    """An archive whose list says less than it holds."""
    body = bytearray(documents.with_parts(documents.xlsx(), xl__big=b"\x00" * 100_000))
    at = body.rindex(b"PK\x01\x02", 0, body.rindex(b"xl/big"))
    body[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(body)


def encrypted_archive() -> bytes:
    body = bytearray(documents.xlsx())
    at = body.index(b"PK\x01\x02")
    body[at + 8] |= 1
    return bytes(body)


def escaping_archive(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(documents.xlsx())) as opened:
        parts = {part: opened.read(part) for part in opened.namelist()}
    return documents.zipped(parts | {name: b"x"})


@pytest.mark.check("F3")
@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (lambda: documents.with_parts(documents.xlsx(), xl__big=b"\x00" * 30_000_000), "too large when unpacked"),
        (lambda: documents.with_parts(documents.xlsx(), **{f"xl__n{n}": b"x" for n in range(1_000)}), "1000 parts"),
        (lying_archive, "damaged"),
        (encrypted_archive, "encrypted"),
        (lambda: escaping_archive("../../etc/cron.d/x"), "damaged"),
        (lambda: escaping_archive("/etc/passwd"), "damaged"),
        (lambda: escaping_archive("xl\\..\\evil"), "damaged"),
        (lambda: escaping_archive("C:/evil"), "damaged"),
        (lambda: documents.with_parts(documents.xlsx(), xl__vbaProject_dot_bin=b"x"), "macros"),
        (lambda: documents.with_parts(documents.docx(), word__vbaData_dot_xml=b"x"), "macros"),
        (lambda: documents.with_parts(documents.xlsx(), xl__embeddings__a=b"x"), "another file"),
        (lambda: documents.with_parts(documents.xlsx(), xl__media__a_dot_zip=b"x"), "another file"),
        (lambda: documents.with_parts(documents.xlsx(), xl__a_dot_png=documents.zipped({"a": b"b"})), "another file"),
    ],
)  # fmt: skip
def test_an_archive_that_swells_escapes_hides_or_runs_something_is_refused(spoilt, says):
    body = spoilt()
    kind = Kind.DOCX if b"word/document.xml" in body else Kind.XLSX
    with pytest.raises(BadFile, match=says):
        check(body, name=f"a.{kind.value}", purpose=Purpose.APPLICATION_ANSWER)


@pytest.mark.check("F3")
def test_a_sheet_that_fetches_parts_of_itself_is_refused_and_one_with_links_is_not():
    link = b'<R><Relationship Id="r1" Type="x/%s" Target="https://example.org/" TargetMode="External"/></R>'
    with pytest.raises(BadFile, match="from the network"):
        check(
            documents.with_parts(documents.xlsx(), xl___rels__a_dot_rels=link % b"attachedTemplate"),
            name="a.xlsx", purpose=Purpose.IMPORT_SHEET,
        )  # fmt: skip
    fine = documents.with_parts(documents.xlsx(), xl___rels__a_dot_rels=link % b"hyperlink")
    assert check(fine, name="a.xlsx", purpose=Purpose.IMPORT_SHEET).kind is Kind.XLSX


@pytest.mark.parametrize(
    "body",
    [b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
     b"<a>" * 10_000 + b"</a>" * 10_000],
)  # fmt: skip
def test_xml_that_defines_entities_or_nests_without_end_is_refused(body):
    with pytest.raises(BadFile):
        check(body, name="a.xml", purpose=Purpose.STATEMENT)


@pytest.mark.check("F7")
@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg")])
def test_a_picture_loses_place_and_author_and_stands_upright(kind, ending):
    before = documents.picture(kind, place=True)
    with Image.open(io.BytesIO(before)) as taken:
        assert taken.getexif().get_ifd(0x8825)
    kept = check(before, name=f"a.{ending}", purpose=Purpose.NOMINATION_LETTER)
    with Image.open(io.BytesIO(kept.content)) as shown:
        assert not dict(shown.getexif())
        assert shown.size == (30, 40)
    assert documents.AUTHOR.encode() not in kept.content
    assert kept.removed


@pytest.mark.check("F7")
@pytest.mark.parametrize("kind", [Kind.PDF, Kind.XLSX, Kind.DOCX])
def test_a_document_loses_its_author(kind):
    kept = check(SOUND[kind], name=f"a.{kind.value}", purpose=Purpose.APPLICATION_ANSWER)
    assert kept.removed
    if kind is Kind.PDF:
        with pikepdf.open(io.BytesIO(kept.content)) as opened:
            assert not dict(opened.docinfo)
    else:
        with zipfile.ZipFile(io.BytesIO(kept.content)) as opened:
            assert all(documents.AUTHOR.encode() not in opened.read(name) for name in opened.namelist())


def test_a_signed_pdf_keeps_its_signature():
    signed = documents.pdf(Signature=pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=b"signature"))
    kept = check(signed, name="a.pdf", purpose=Purpose.NOMINATION_LETTER)
    assert (kept.content, kept.removed) == (signed, ())


@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_taken_is_said_in_words_and_to_the_file_chooser(purpose):
    accepted = ACCEPTED[purpose]
    assert accepted.words.endswith(f"up to {accepted.most_bytes // MB} MB")
    assert accepted.extensions.startswith(".")
    assert accepted.most_bytes <= LARGEST_BYTES


def test_a_file_of_a_kind_or_size_not_taken_is_refused_naming_what_is():
    with pytest.raises(BadFile, match="Send PDF, PNG or JPEG, up to 50 MB"):
        check(SOUND[Kind.CSV], name="a.csv", purpose=Purpose.NOMINATION_LETTER)
    with pytest.raises(BadFile, match="up to 10 MB"):
        check(b"a" * (10 * MB + 1), name="a.csv", purpose=Purpose.STATEMENT)
    with pytest.raises(BadFile, match="empty"):
        check(b"", name="a.csv", purpose=Purpose.STATEMENT)


@pytest.mark.parametrize(
    ("given", "shown"),
    [("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\ana\\Letter.pdf", "Letter.pdf"),
     ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
     ("被提名人.pdf", "被提名人.pdf"), ("x\u202efdp.pdf", "xfdp.pdf"), ("a" * 300 + ".pdf", "a" * 116 + ".pdf")],
)  # fmt: skip
def test_a_name_is_only_a_label(given, shown):
    assert label(given) == shown


def test_a_download_is_named_in_every_script_and_its_name_cannot_leave_its_place():
    assert attachment("letter.pdf") == 'attachment; filename="letter.pdf"'
    assert (
        attachment("被提名.pdf")
        == "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E8%A2%AB%E6%8F%90%E5%90%8D.pdf"
    )
    assert attachment('a"; x="b.pdf').startswith('attachment; filename="a; x=b.pdf"; filename*=UTF-8')
