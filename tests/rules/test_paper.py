"""Papers: every script of the guests, nothing but data from what people typed, the same bytes each time."""

import io
from datetime import timedelta

import pikepdf
import pytest
import typst

from app.core import paper
from tests.conftest import NOON

NAMES = [
    ("Nguyễn Thị Ánh", "VN"), ("Łukasz Żółć", "PL"), ("Ελένη Παππά", "GR"), ("Наталья Щукина", "UA"),
    ("محمد العتيبي", "SA"), ("יעל כהן", "IL"), ("प्रिया शर्मा", "IN"), ("สมชาย ใจดี", "TH"), ("Արամ Պետրոսյան", "AM"),
    ("გიორგი ბერიძე", "GE"), ("张伟", "CN"), ("陳怡君", "TW"), ("斎藤 直子", "JP"), ("김민준", "KR"),
]  # fmt: skip
EVIL = [
    '#read("/etc/passwd")', '#import "/etc/passwd": *', '#image("https://example.org/x.png")', "*bold* _it_ `raw`",
    "#eval(\"1+1\") $x^2$ <label> @label", "https://example.org/a", "\\u{41} // comment /* */", '"}; "', "#panic()",
]  # fmt: skip
TEMPLATE = """
#import "parts.typ": *
#show: paper.with(title: "Trial", number: "T-1", summit: facts.summit, dated: "1 March 2027")
#for (who, where) in facts.names [#name(who, country: where) #name(who, country: where, weight: "bold") \\ ]
#for words in facts.words [#words \\ ]
#rows(columns: (1fr, auto), header: ("What", "Sum"), "Fee", "850.00")
"""


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """A paper with the shared parts, in a folder of templates of its own."""
    (tmp_path / "parts.typ").write_text((paper.TEMPLATES / "parts.typ").read_text())
    (tmp_path / "trial.typ").write_text(TEMPLATE)
    monkeypatch.setattr(paper, "TEMPLATES", tmp_path)
    return tmp_path


def trial_pdf(*, names=(), words=(), made_at=NOON):
    return paper.render("trial", {"summit": "LEO Summit", "names": names, "words": words}, made_at=made_at)


@pytest.mark.parametrize("person", NAMES, ids=[country for _name, country in NAMES])
def test_a_name_in_any_script_of_the_guests_has_every_glyph_in_regular_and_bold(trial, person):
    paper._compiled("trial", {"summit": "", "names": [person], "words": []}, NOON, accessible=True)


def test_a_script_without_a_font_leaves_a_paper_with_boxes_rather_than_none(trial):
    assert trial_pdf(names=[("\U00013000", "EG")]).startswith(b"%PDF-")


def test_papers_are_tagged_titled_and_numbered(trial):
    with pikepdf.open(io.BytesIO(trial_pdf())) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "StructTreeRoot" in str(pdf.Root.keys())
        assert str(pdf.Root.Lang) == "en"
        assert "pdfuaid:part" in pdf.Root.Metadata.read_bytes().decode()
        assert str(pdf.docinfo["/Title"]) == "Trial T-1"


@pytest.mark.check("E8")
@pytest.mark.parametrize("words", EVIL)
def test_what_people_typed_runs_reads_and_links_to_nothing(trial, words):
    plain = trial_pdf(words=["x" * len(words)])
    shown = trial_pdf(words=[words])
    with pikepdf.open(io.BytesIO(shown)) as pdf, pikepdf.open(io.BytesIO(plain)) as same:
        assert len(pdf.pages) == len(same.pages) == 1
        assert "/Annots" not in pdf.pages[0]
        assert len(pdf.pages[0].get("/Resources", {}).get("/XObject", {})) == 0


@pytest.mark.check("E8")
@pytest.mark.parametrize("line", ['#read("/../outside.txt")', '#image("../outside.txt")', '#read("/etc/hostname")'])
def test_even_a_template_reaches_no_other_folder(trial, line):
    (trial.parent / "outside.txt").write_text("secret")
    (trial / "trial.typ").write_text(f"{TEMPLATE}\n{line}")
    with pytest.raises(typst.TypstError):
        trial_pdf()


def test_the_same_facts_and_moment_give_the_same_bytes(trial):
    once = trial_pdf(names=NAMES, words=EVIL)
    assert once == trial_pdf(names=NAMES, words=EVIL)
    assert once != trial_pdf(names=NAMES, words=EVIL, made_at=NOON + timedelta(days=1))


def test_the_fonts_are_few_free_and_small():
    fonts = sorted(paper.FONTS.glob("*.?tf"))
    assert sum(file.stat().st_size for file in fonts) < 12 * 1024 * 1024
    assert "SIL OPEN FONT LICENSE" in (paper.FONTS / "OFL.txt").read_text()
