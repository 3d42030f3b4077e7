"""The marking scan is measured on files that are marked as agencies do, and on ones that only speak of markings."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image

from app.documents.rules.check import check
from app.documents.rules.markings import marks_in_file, marks_in_text
from app.documents.rules.markings.fold import folded
from app.documents.states import Kind, MarkKind, Purpose
from tests.factories import documents
from tests.markings.clean import clean
from tests.markings.fifth import fifth_clean, fifth_marked
from tests.markings.fourth import fourth_clean, fourth_marked
from tests.markings.make import Sample, pdf, with_properties
from tests.markings.marked import BODY, marked
from tests.markings.more import more_clean, more_marked
from tests.markings.seventh import seventh_clean, seventh_marked
from tests.markings.sixth import sixth_clean, sixth_marked
from tests.markings.third import third_clean, third_marked

EVERY_LOT = (marked, more_marked, third_marked, fourth_marked, fifth_marked, sixth_marked, seventh_marked,
             clean, more_clean, third_clean, fourth_clean, fifth_clean, sixth_clean, seventh_clean)  # fmt: skip
LEAST_CAUGHT, MOST_HELD = 0.95, 0.05


def found_in(sample: Sample) -> list[str]:
    marks = marks_in_file(sample.content, kind=sample.kind, name=sample.name)
    return [f"{mark.kind} on {mark.where}: {mark.words}" for mark in marks]


@pytest.mark.check("G3")
@pytest.mark.parametrize(
    "lots", [(marked,), (more_marked, third_marked), (fourth_marked,), (fifth_marked, sixth_marked, seventh_marked)]
)
def test_at_least_95_of_100_marked_files_are_caught(lots: tuple[Callable[[], list[Sample]], ...]):
    samples = [sample for lot in lots for sample in lot()]
    missed = [sample.what for sample in samples if not found_in(sample)]
    rate = 1 - len(missed) / len(samples)
    assert len(samples) >= 50
    assert rate >= LEAST_CAUGHT, f"caught {rate:.1%} of {len(samples)}; missed:\n" + "\n".join(missed)


@pytest.mark.check("G3")
@pytest.mark.parametrize(
    "lots", [(clean,), (more_clean, third_clean), (fourth_clean,), (fifth_clean, sixth_clean, seventh_clean)]
)
def test_at_most_5_of_100_clean_files_are_held(lots: tuple[Callable[[], list[Sample]], ...]):
    samples = [sample for lot in lots for sample in lot()]
    held = {sample.what: found for sample in samples if (found := found_in(sample))}
    rate = len(held) / len(samples)
    assert len(samples) >= 40
    assert rate <= MOST_HELD, f"held {rate:.1%} of {len(samples)}:\n" + "\n".join(f"{k}: {v}" for k, v in held.items())


def test_the_sets_are_large_and_no_sample_is_there_twice():
    names = [(lot, sample.what) for lot in EVERY_LOT for sample in lot()]
    assert len(marked()) >= 60
    assert len(clean()) >= 100
    assert len(set(names)) == len(names)
    assert {sample.kind for sample in marked()} == {Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV}


@pytest.mark.check("G3")
def test_a_mark_says_on_which_page_it_stands_and_what_is_round_it():
    content = pdf(BODY, "Appendix\n\nThis document contains technical data controlled under the ITAR (22 CFR 120-130).")
    marks = marks_in_file(content, kind=Kind.PDF, name="study.pdf")
    assert [mark.where for mark in marks] == ["page 2"]
    assert "technical data controlled under the ITAR" in marks[0].words


@pytest.mark.check("G3")
def test_properties_are_read_before_they_are_removed():
    content = with_properties(pdf(BODY), {"Subject": "CUI//SP-EXPT"})
    kept = check(content, name="study.pdf", purpose=Purpose.ROOM_DOCUMENT)
    assert [(mark.kind, mark.where) for mark in kept.marks] == [(MarkKind.CUI, "property Subject")]
    with pikepdf.open(io.BytesIO(kept.content)) as opened:
        assert not dict(opened.docinfo)


def picture_pdf(*, words: str = "") -> bytes:
    """A PDF whose one page is a picture."""
    out = io.BytesIO()
    Image.new("RGB", (600, 800), (240, 240, 240)).save(out, "PDF")
    return out.getvalue()


@pytest.mark.check("G3")
def test_what_cannot_be_read_is_held_where_others_would_see_it_and_not_where_only_reviewers_do():
    for name, content in (("scan.pdf", picture_pdf()), ("photo.png", documents.picture()),
                          ("photo.jpg", documents.picture("JPEG"))):  # fmt: skip
        held = check(content, name=name, purpose=Purpose.ROOM_DOCUMENT)
        assert [mark.kind for mark in held.marks] == [MarkKind.UNREADABLE]
        assert check(content, name=name, purpose=Purpose.CLAIM_PROOF).marks == ()


def test_a_page_with_nothing_on_it_is_not_called_unreadable():
    assert check(documents.pdf(pages=2), name="empty.pdf", purpose=Purpose.ROOM_DOCUMENT).marks == ()


def test_other_purposes_are_not_searched():
    content = pdf(BODY, head="CUI")
    assert check(content, name="letter.pdf", purpose=Purpose.NOMINATION_LETTER).marks == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [("C U I", "CUI"), ("N O F O R N", "NOFORN"), ("E X P O R T   C O N T R O L L E D", "EXPORT CONTROLLED"),
     ("\u0421UI", "CUI"), ("\uff23\uff35\uff29", "CUI"), ("C\u200bU\u00adI", "CUI"), ("I.T.A.R. data", "ITAR data"),
     ("C\nU\nI\nnext line", "CUI\nnext line"), ("1TAR", "ITAR"), ("содержит", "содержит"), ("Plan A B", "Plan A B"),
     ("Statement C - U.S. only", "Statement C - U.S. only")],
)  # fmt: skip
def test_letters_that_are_pulled_apart_or_only_look_latin_are_read_as_meant(written, read):
    assert folded(written).strip() == read


def test_a_typed_text_is_searched_in_the_same_way():
    assert marks_in_text("Peak loads.\n(CUI) The panel rejects 3.1 kW.")[0].kind is MarkKind.CUI
    assert marks_in_text("We comply with the ITAR and the EAR, and seek a partner for two racks.") == ()


@pytest.mark.parametrize(
    "text",
    ["this document contains " * 4_000, "CUI " * 20_000, "A " * 30_000, "(" * 20_000, "A" * 50_000,
     "ITAR controlled under the " * 4_000, "export\n" * 20_000,
     "9A515, " * 10_000, "\u201c" * 20_000, "distribution statement " * 5_000],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_no_text_keeps_the_scan_busy(text):
    marks_in_text(text)
