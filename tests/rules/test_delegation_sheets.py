"""Sheets of delegates: read in every way spreadsheets write them, judged row by row, with what to write instead."""

import io

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.accounts.states import OrganizationKind
from app.core.csv_out import csv_text
from app.core.errors import TransitionRefused
from app.core.sheet_out import xlsx_bytes
from app.core.states import advance
from app.delegations.queries.imports import judge
from app.delegations.rules.caps import Cap, full_words, most_delegates
from app.delegations.rules.people import HEADINGS, Known, column_of, read_person
from app.delegations.rules.sheet import MOST_ROWS, UnusableSheet, read_sheet
from app.delegations.rules.standing import Facts, missing, standing
from app.delegations.states import TRANSITIONS, Endorsement, EndorsementEvent, RowOutcome
from app.registration.rules.summit import PoolRule
from app.registration.states import ParticipantType, PoolKind, RegistrationState
from tests.factories import delegations as make

COUNTRIES = {"JP": "Japan", "FR": "France", "AE": "United Arab Emirates"}
KNOWN = Known(COUNTRIES, OrganizationKind.TRADING_HOUSE)
AIKO = ("田中 愛子", "Aiko@Kibo.example", "Director", "Japan", "1980", "Foreign partner")


@pytest.mark.parametrize(
    "content",
    [
        make.csv_sheet(AIKO),
        make.csv_sheet(AIKO, encoding="utf-8-sig"),
        make.csv_sheet(AIKO, encoding="utf-16"),
        make.csv_sheet(AIKO, delimiter=";"),
        make.csv_sheet(AIKO, delimiter="\t", encoding="utf-16"),
        b"sep=;\r\n" + make.csv_sheet(AIKO, delimiter=";"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "semicolons", "tabs in utf-16", "sep line"],
)
def test_a_csv_reads_alike_in_every_encoding_and_with_every_delimiter(content):
    (line,) = read_sheet(content, is_xlsx=False).lines
    person, faults = read_person(line.cells, KNOWN)
    assert faults == []
    assert person is not None
    assert (person.name, person.email, person.citizenship) == ("田中 愛子", "aiko@kibo.example", "JP")


def test_an_xlsx_reads_numbers_as_written_and_computes_nothing():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    page.write_row(0, 0, ["Full name", "Mail", "Position", "Nationality", "Born", "Remark"])
    page.write_row(2, 0, ["Noor Haddad", "noor@kibo.example", "CEO", "ae", 1980, "=1+1"])
    page.write_formula(3, 0, '=HYPERLINK("http://evil.example")', None, "Evil")
    book.close()
    sheet = read_sheet(out.getvalue(), is_xlsx=True)
    assert [line.number for line in sheet.lines] == [3, 4], "as the spreadsheet counts"
    assert sheet.lines[0].cells["birth_year"] == "1980"
    assert sheet.ignored == ["Remark"]
    person, _ = read_person(sheet.lines[0].cells, KNOWN)
    assert person is not None
    assert person.participant_type is ParticipantType.PARTNER, "as the organization's people come unless they say"
    assert read_person(sheet.lines[1].cells, KNOWN)[0] is None


@pytest.mark.parametrize(
    ("content", "is_xlsx", "says"),
    [
        (b"", False, "empty"),
        (b"Name,Job title\nA,B\n", False, "'E-mail address', 'Citizenship' is missing"),
        ("Name,Mail,Title,Country\nJosé,a@b.example,x,FR".encode("latin-1"), False, "not in Unicode"),
        (b"Name,Name,Mail,Title,Country\n", False, "nobody below"),
        (b"Name,Full name,Mail,Title,Country\na,b,c,d,e\n", False, "Two columns mean 'Name'"),
        (make.csv_sheet(), False, "nobody below"),
        (make.csv_sheet(*make.many_rows(MOST_ROWS + 1)), False, "at most 1,000"),
        (b"PK\x03\x04 and nothing more", True, "cannot be read as XLSX"),
    ],
    ids=["empty", "columns missing", "latin-1", "no rows", "twice the same", "headings only", "too many", "broken"],
)
def test_a_sheet_that_cannot_be_read_says_what_to_do(content, is_xlsx, says):
    with pytest.raises(UnusableSheet, match=says):
        read_sheet(content, is_xlsx=is_xlsx)


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        ("name", "", "Name is missing"),
        ("email", "aiko at kibo", "Write it as name@example.org"),
        ("citizenship", "Japn", "Did you mean Japan? Write Japan or JP"),
        ("citizenship", "Atlantis of the deep", "Write its English name"),
        ("birth_year", "80", "four digits, such as 1980"),
        ("participant_type", "VIP", "is none of: Foreign partner"),
        ("participant_type", "U.S. company", "Write Foreign partner, or nothing"),
        ("job_title", "x" * 121, "at most 120"),
    ],
)
def test_every_fault_of_a_row_names_its_column_and_what_to_write_instead(field, written, says):
    row = dict(zip(HEADINGS, AIKO, strict=True)) | {field: written}
    person, (fault, *more) = read_person(row, KNOWN)
    assert person is None
    assert more == []
    assert fault.column == HEADINGS[field]
    assert says in fault.message


def test_all_faults_of_a_row_are_told_at_once():
    _, faults = read_person({"email": "x", "birth_year": "y"}, KNOWN)
    assert {fault.field for fault in faults} == {"name", "job_title", "citizenship", "email", "birth_year"}


def judged(*rows, there=(), left=None, keeps_reserve=False):
    sheet = read_sheet(make.csv_sheet(*rows), is_xlsx=False)
    return judge(sheet, KNOWN, set(there), left=left, keeps_reserve=keeps_reserve, organization="Kibo")


def test_a_dry_run_tells_new_known_twice_in_the_sheet_and_beyond_the_cap():
    rows = [("A B", f"{name}@kibo.example", "CEO", "JP", "", "") for name in ("one", "two", "one", "three", "four")]
    looked = judged(*rows, there={"two@kibo.example"}, left=2)
    assert [row.outcome for row in looked.rows] == [
        RowOutcome.NEW, RowOutcome.KNOWN, RowOutcome.WRONG, RowOutcome.NEW, RowOutcome.WRONG,
    ]  # fmt: skip
    assert "row 2" in looked.rows[2].faults[0].message
    assert "no place left" in looked.rows[4].faults[0].message
    kept = judged(*rows, left=1, keeps_reserve=True)
    assert [row.outcome for row in kept.rows][-2:] == [RowOutcome.RESERVE, RowOutcome.RESERVE]


def test_headings_are_known_by_several_names():
    assert [column_of(words) for words in ("E-MAIL", "nationality:", " Name * ", "Shoe size")] == [
        "email", "citizenship", "name", None,
    ]  # fmt: skip


@pytest.mark.check("E6")
def test_sheets_that_leave_open_with_the_right_text_and_run_nothing():
    hostile = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "田中 愛子", 'Ünïcode; "quoted", cömma']
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes("Delegation", ["A"] * 7, [hostile])))
    cells = book.get_sheet_by_index(0).to_python()[1]
    assert cells == ["'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "田中 愛子", hostile[-1]]
    text = csv_text(["A"], [[cell] for cell in hostile]).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "\n=" not in text


def test_the_cap_of_an_organization_comes_from_its_pool():
    pools = (PoolRule(PoolKind.TOTAL, "", 90), PoolRule(PoolKind.ORGANIZATION, "*", 5))
    assert most_delegates(pools, "kibo") == 5
    assert most_delegates((*pools, PoolRule(PoolKind.ORGANIZATION, "kibo", 8)), "kibo") == 8
    assert most_delegates(pools[:1], "kibo") is None
    assert Cap(5, 5).is_full
    assert Cap(5, 7).left == 0
    assert not Cap(None, 90).is_full
    assert "Kibo may send 5, and 5 are endorsed" in full_words(Cap(5, 5), organization="Kibo")


@pytest.mark.parametrize("state", list(Endorsement))
@pytest.mark.parametrize("event", list(EndorsementEvent))
def test_an_endorsement_moves_by_its_table_only(state, event):
    if (state, event) in TRANSITIONS:
        assert advance(TRANSITIONS, state, event, thing="endorsement") in Endorsement
    else:
        with pytest.raises(TransitionRefused):
            advance(TRANSITIONS, state, event, thing="endorsement")


def facts(**changed) -> Facts:
    plain = {
        "state": None, "has_taken_over": True, "endorsement": Endorsement.ENDORSED, "needs_letter": False,
        "has_letter": False, "on_behalf_undeclared": False, "endorsement_asked": True,
    }  # fmt: skip
    return Facts(**{**plain, **changed})


@pytest.mark.parametrize("state", list(RegistrationState))
def test_a_focal_point_reads_where_somebody_stands_and_never_why(state):
    words, _tone = standing(facts(state=state))
    assert not {"screen", "match", "hit", "list"} & set(words.casefold().split())


def test_what_is_missing_is_what_somebody_can_still_do():
    assert missing(facts(has_taken_over=False)) == ["The person has not accepted the invitation"]
    waiting = facts(state=RegistrationState.IN_REVIEW, endorsement=Endorsement.WAITING, needs_letter=True)
    assert missing(waiting) == ["Your endorsement", "A nomination letter"]
    assert missing(facts(state=RegistrationState.DECLINED, needs_letter=True)) == [], "nothing helps any more"
