"""Pages as others see them: who looks and when is part of the picture and of the file, on every page."""

import io
import threading
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from app.documents.rules.check import check
from app.documents.rules.kinds import ACCEPTED, LARGEST_BYTES, LARGEST_ROOM_BYTES, MB
from app.documents.rules.pages import WIDEST, page_count, page_picture
from app.documents.rules.pdfium_lock import LOCK
from app.documents.rules.refusal import BadFile
from app.documents.rules.stamp import Stamp
from app.documents.rules.stamping import stamped_pdf
from app.documents.states import ATTESTED, STAMPED, Kind, Purpose
from tests.factories import documents
from tests.rules.test_documents import mismatched

AT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
ANA = Stamp("Ana Duarte", "Duarte Capital", AT, "Halcyon room")
NAMES = ["山田 太郎", "محمد علي", "Ольга Іваненко", "Γιώργος", "दीपक", "สมชาย", "דוד", "Ærøskøbing 李"]
BEN = Stamp("Ben Osei", "Kestrel", AT)
TEXT = documents.text_pdf("Radiator study, page one", "Second page", "Third page")


def words_on(content: bytes, number: int) -> str:
    with LOCK:
        document = pypdfium2.PdfDocument(content)
        return str(document[number - 1].get_textpage().get_text_range())


def shown(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.check("F8")
def test_every_page_of_a_stamped_file_says_who_took_it_and_when_and_keeps_its_text():
    made = stamped_pdf(TEXT, Kind.PDF, ANA)
    assert page_count(made, Kind.PDF) == 3
    for number, words in enumerate(("Radiator study, page one", "Second page", "Third page"), 1):
        page = words_on(made, number)
        assert words in page
        assert "Ana Duarte · Duarte Capital" in page
        assert "2027-03-01 12:00 UTC" in page
        assert "Halcyon room" in page


@pytest.mark.check("F8")
def test_the_stamp_is_page_content_and_no_note_that_can_be_taken_off():
    with pikepdf.open(io.BytesIO(stamped_pdf(TEXT, Kind.PDF, ANA))) as opened:
        assert all("/Annots" not in page for page in opened.pages)
        assert all(b"/RoomStamp Do" in page.Contents[-1].read_bytes() for page in opened.pages)
        assert all(b"/Artifact BMC" in page.Contents[-1].read_bytes() for page in opened.pages)


def test_a_tagged_file_stays_tagged():
    with pikepdf.open(io.BytesIO(TEXT)) as before, pikepdf.open(io.BytesIO(stamped_pdf(TEXT, Kind.PDF, ANA))) as after:
        assert "/StructTreeRoot" in before.Root
        assert "/StructTreeRoot" in after.Root
        assert after.Root.MarkInfo.Marked


@pytest.mark.check("F8")
@pytest.mark.parametrize(
    "name", ["山田 太郎", "محمد علي", "Ольга Іваненко", "Γιώργος", "दीपक", "สมชาย", "דוד", "Ærøskøbing 李"]
)
def test_names_in_every_shipped_script_show_as_letters_and_not_as_boxes(name):
    page = words_on(stamped_pdf(TEXT, Kind.PDF, Stamp(name, "", AT)), 1)
    drawn = shown(page_picture(TEXT, Kind.PDF, 1, Stamp(name, "", AT)))
    blank = shown(page_picture(TEXT, Kind.PDF, 1, Stamp("\u200b", "", AT)))
    assert ImageChops.difference(drawn, blank).getbbox() is not None
    letters = [letter for letter in name if letter.isalpha()]
    assert sum(letter in page for letter in letters) >= len(letters) / 2


@pytest.mark.check("F8")
def test_a_pages_picture_has_the_stamp_in_its_pixels_all_over_and_the_text_stays_legible():
    ana, ben = (shown(page_picture(TEXT, Kind.PDF, 1, stamp, 1_000)) for stamp in (ANA, BEN))
    assert ana.size == ben.size
    assert ana.width == 1_000
    wide, high = ana.width // 3, ana.height // 3
    for column in range(3):
        for row in range(3):
            part = (column * wide, row * high, (column + 1) * wide, (row + 1) * high)
            assert ImageChops.difference(ana.crop(part), ben.crop(part)).getbbox(), f"no stamp in part {column}, {row}"
    assert min(ana.convert("L").get_flattened_data()) < 60, "the text is as dark as before"
    grey = [pixel for pixel in ana.convert("L").crop((300, 500, 900, 1_200)).get_flattened_data() if pixel < 250]
    assert grey
    assert min(grey) > 110, "the stamp is light enough to read through"


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.JPEG])
def test_a_picture_becomes_one_stamped_page(kind):
    content = documents.picture(kind.name, size=(900, 600))
    assert page_count(content, kind) == 1
    assert shown(page_picture(content, kind, 1, ANA)).size == (900, 600)
    assert "Ana Duarte" in words_on(stamped_pdf(content, kind, ANA), 1)
    with pytest.raises(BadFile, match="no such page"):
        page_picture(content, kind, 2, ANA)


@pytest.mark.check("F8")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page.obj.__setitem__("/Rotate", 90),
        lambda page: page.obj.__setitem__("/MediaBox", pikepdf.Array([100, -200, 712, 592])),
        lambda page: page.contents_add(b"q q 0.01 0 0 0.01 5000 5000 cm", prepend=False),
        lambda page: page.obj.__setitem__("/CropBox", pikepdf.Array([50, 50, 400, 500])),
    ],
)
def test_the_stamp_stays_in_sight_on_turned_moved_and_sloppily_made_pages(spoil):
    with pikepdf.open(io.BytesIO(TEXT)) as opened:
        spoil(opened.pages[0])
        out = io.BytesIO()
        opened.save(out)
    plain = shown(page_picture(out.getvalue(), Kind.PDF, 1, Stamp("\u200b", "", AT)))
    made = stamped_pdf(out.getvalue(), Kind.PDF, ANA)
    with LOCK:
        page = pypdfium2.PdfDocument(made)[0].render(scale=1).to_pil().convert("RGB")
    assert plain.size[0] > 0
    bounds = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    assert bounds is not None
    assert (bounds[2] - bounds[0]) > page.width * 0.8
    assert (bounds[3] - bounds[1]) > page.height * 0.8


def test_damaged_files_and_pages_that_are_not_there_are_sentences():
    for act in (lambda c: page_count(c, Kind.PDF), lambda c: page_picture(c, Kind.PDF, 1, ANA),
                lambda c: stamped_pdf(c, Kind.PDF, ANA)):  # fmt: skip
        with pytest.raises(BadFile, match="damaged"):
            act(b"%PDF-1.7 nothing more")
    for number in (0, 4, -1):
        with pytest.raises(BadFile, match="no such page"):
            page_picture(TEXT, Kind.PDF, number, ANA)
    with pytest.raises(BadFile, match="no pages to show"):
        page_count(documents.xlsx(), Kind.XLSX)
    with pytest.raises(BadFile, match="damaged"):
        page_picture(b"\x89PNG\r\n\x1a\n", Kind.PNG, 1, ANA)


def huge_page() -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page(page_size=(14_400, 14_400))
    made.add_blank_page(page_size=(14_400, 3))
    made.save(out)
    return out.getvalue()


def test_large_pages_are_drawn_small_and_absurd_ones_do_not_eat_the_memory():
    assert max(shown(page_picture(huge_page(), Kind.PDF, 1, ANA, 100_000)).size) <= WIDEST
    assert max(shown(page_picture(huge_page(), Kind.PDF, 2, ANA)).size) <= WIDEST


def test_many_at_once_draw_their_own_page():
    found: dict[int, str] = {}

    def draw(number: int) -> None:
        stamp = Stamp(f"Reader {number}", "", AT)
        found[number] = words_on(stamped_pdf(TEXT, Kind.PDF, stamp), 1)
        page_picture(TEXT, Kind.PDF, number % 3 + 1, stamp, 300)

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"Reader {number}" in words for number, words in found.items())
    assert len(found) == 8


@pytest.mark.check("F1")
def test_what_is_taken_is_listed_in_one_place_and_50_megabytes_a_file():
    assert LARGEST_BYTES == 50 * MB
    assert LARGEST_ROOM_BYTES == 500 * MB
    for purpose in ATTESTED:
        assert ACCEPTED[purpose].words == "PDF, PNG or JPEG, up to 50 MB"
        with pytest.raises(BadFile, match="up to 50 MB"):
            check(b"%PDF-1.7" + b"x" * LARGEST_BYTES, name="a.pdf", purpose=purpose)


@pytest.mark.check("F1")
@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.XLSX])
@pytest.mark.parametrize("purpose", sorted(STAMPED))
def test_what_cannot_carry_a_stamp_is_refused_saying_what_to_do(purpose, kind):
    with pytest.raises(BadFile, match="Save it as PDF"):
        check(documents.contents()[kind], name=f"a.{kind.value}", purpose=purpose)


DOUBLE = ["a.pdf.exe", "a.exe.pdf", "a.html.pdf", "a.php.png", "a.js.jpg", "a.svg.png", "a.docm.pdf",
          "a\u202efdp.exe", "a.zip.pdf", "a"]  # fmt: skip


@pytest.mark.check("F2")
def test_a_room_takes_none_of_many_files_that_are_not_what_they_say():
    sound = documents.contents()
    samples = [(name, body) for name, body in mismatched() if name.endswith((".pdf", ".png", ".jpg"))]
    samples += [(name, sound[Kind.PDF]) for name in DOUBLE]
    archive = documents.zipped({"evil.class": b"x"})
    samples += [(f"a.{kind.value}", sound[kind] + tail) for kind in (Kind.PDF, Kind.PNG, Kind.JPEG)
                for tail in (archive, b"\n<html><script>alert(1)</script>", b"<?php system('x'); ?>")]  # fmt: skip
    samples += [(f"a.{kind.value}", b"<script>" + sound[kind]) for kind in (Kind.PDF, Kind.PNG, Kind.JPEG)]
    assert len(samples) >= 40
    taken, said = [], []
    for name, body in samples:
        try:
            check(body, name=name, purpose=Purpose.ROOM_DOCUMENT)
            taken.append(name)
        except BadFile as refusal:
            said.append(refusal.message)
    assert taken == []
    assert all(words.endswith(".") for words in said)
