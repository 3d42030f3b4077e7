"""Reference data: whole or not at all, once, and saying what changed."""

import gzip
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import audit, reference
from app.core.sheets import BadSheet, open_sheet
from app.regulatory import queries as regulatory
from app.regulatory.loaders import LOADERS
from app.regulatory.models import Country, Topic
from app.screening import loaders as screening
from app.screening.models import ListEntry
from tests.factories import regulatory as make

COUNTRIES = LOADERS["countries"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files that a test may change."""
    for name in ("SOURCES.csv", "countries.csv", "regulatory_topics.csv"):
        shutil.copy(make.FOLDER / name, tmp_path / name)
    return tmp_path


def change(folder: Path, old: str, new: str, *, file: str = "countries.csv") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def load(session, folder, now):
    return reference.load(session, reference.prepare(COUNTRIES, folder), now=now)


def test_the_shipped_files_load_whole(session, now):
    make.load_shipped(session)
    assert session.scalar(select(func.count()).select_from(Country)) == 249
    assert session.scalar(select(func.count()).select_from(Topic)) == 44
    assert reference.current_version(session, "countries").as_of == date(2026, 7, 23)


def test_the_shipped_restricted_party_list_loads_whole(session, now):
    prepared = reference.prepare(screening.LOADERS["screening-list"], make.FOLDER)
    loaded = reference.load(session, prepared, now=now)
    assert (loaded.version.row_count, loaded.version.as_of) == (14_160, date(2022, 5, 16))
    assert session.scalar(select(func.count()).select_from(ListEntry)) == 14_160


def test_the_same_file_loads_nothing_a_second_time(session, folder, now):
    load(session, folder, now)
    again = load(session, folder, now)
    assert not again.is_new
    assert again.version.number == 1
    assert reference.is_loaded(session, COUNTRIES, folder) == again.version
    assert session.scalar(select(func.count()).select_from(Country)) == 249


def test_a_changed_file_writes_only_what_differs_and_says_what(session, folder, now):
    load(session, folder, now)
    lines = (folder / "countries.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("ZW,")]
    added = next(line for line in lines if line.startswith("AD,")).replace("AD,AND,Andorra", "XX,XXX,Atlantis")
    (folder / "countries.csv").write_text("".join([*kept, added]), encoding="utf-8")
    change(folder, "JP,JPN,Japan,", "JP,JPN,Nippon,")
    assert reference.is_loaded(session, COUNTRIES, folder) is None
    found = load(session, folder, now)
    assert (found.added, found.changed, found.removed) == (("XX",), ("JP",), ("ZW",))
    assert found.version.sample == {"added": ["XX"], "changed": ["JP"], "removed": ["ZW"]}
    assert session.scalar(select(func.count()).select_from(Country)) == 251
    assert regulatory.country(session, "JP").name == "Nippon"
    assert regulatory.country(session, "ZW") is None


def test_a_row_of_an_earlier_version_is_kept_as_it_was(session, folder, now):
    load(session, folder, now)
    change(folder, "JP,JPN,Japan,", "JP,JPN,Nippon,")
    load(session, folder, now)
    rows = session.execute(
        select(Country.name, Country.from_version, Country.to_version)
        .where(Country.key == "JP")
        .order_by(Country.from_version)
    ).all()
    assert rows == [("Japan", 1, 2), ("Nippon", 2, None)]


def test_a_row_that_comes_back_is_a_new_row(session, folder, now):
    whole = (folder / "countries.csv").read_text(encoding="utf-8")
    without = "".join(line for line in whole.splitlines(keepends=True) if not line.startswith("JP,"))
    for text in (whole, without, whole):
        (folder / "countries.csv").write_text(text, encoding="utf-8")
        load(session, folder, now)
    assert regulatory.country(session, "JP").name == "Japan"
    assert [v.number for v in reference.versions(session, "countries")] == [3, 2, 1]


def test_the_same_rows_of_a_later_date_are_a_new_version_without_changes(session, folder, now):
    load(session, folder, now)
    later = reference.prepare(COUNTRIES, folder, as_of=date(2027, 1, 1))
    found = reference.load(session, later, now=now)
    assert (found.version.number, found.added, found.changed, found.removed) == (2, (), (), ())


def test_the_order_of_the_file_changes_no_row(session, folder, now):
    load(session, folder, now)
    header, *lines = (folder / "countries.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "countries.csv").write_text(header + "".join(reversed(lines)), encoding="utf-8")
    found = load(session, folder, now)
    assert (found.added, found.changed, found.removed) == ((), (), ())


def test_a_load_is_on_the_record(session, folder, now):
    load(session, folder, now)
    audit.write_waiting(session)
    actions = session.scalars(select(audit.AuditEntry.action)).all()
    assert "reference.loaded" in actions


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("JP,JPN,Japan,", "jp,JPN,Japan,", "field iso2"),
        ("JP,JPN,Japan,2020-10-13,y", "JP,JPN,Japan,2020-10-13,yes", "field mtcr_member"),
        ("JP,JPN,Japan,", "JP,JPN,,", "field name"),
        ("JP,JPN,Japan,2020-10-13", "JP,JPN,Japan,13/10/2020", "field artemis_accords"),
        ("AD,AND,Andorra", "JP,AND,Andorra", "field iso2: 'JP' stands twice"),
        ("iso2,iso3,name", "iso2,iso3,title", "line 1, field name: this column is missing"),
        (",1,read,,2026-07-23\n", ",1,read,,2026-13-45\n", "field as_of"),
        (",1,read,,2026-07-23\n", ",1,read\n", "field dependency_of: the row ends"),
    ],
)
def test_bad_input_names_file_line_and_field_and_loads_nothing(session, folder, now, old, new, place):
    change(folder, old, new)
    with pytest.raises(BadSheet) as refusal:
        reference.prepare(COUNTRIES, folder)
    assert str(refusal.value).startswith("countries.csv, line ")
    assert place in str(refusal.value)
    assert session.scalar(select(func.count()).select_from(Country)) == 0


def test_a_topic_whose_days_run_backwards_is_refused(folder):
    change(folder, ",30,120,planning_allowance", ",130,120,planning_allowance", file="regulatory_topics.csv")
    with pytest.raises(BadSheet, match=r"regulatory_topics\.csv, line .*, field lead_days_max"):
        reference.prepare(LOADERS["topics"], folder)


def test_a_file_without_a_known_date_is_refused(folder):
    (folder / "SOURCES.csv").unlink()
    with pytest.raises(BadSheet, match=r"no date is given for countries\.csv"):
        reference.prepare(COUNTRIES, folder)


def test_a_missing_a_damaged_and_a_foreign_file_are_each_one_sentence(tmp_path):
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 500)[:40])
    (tmp_path / "odd.csv").write_bytes(b"a,b\n1,\xff\n")
    for name, words in (
        ("none.csv", "cannot be read"),
        ("cut.csv.gz", "cannot be read"),
        ("odd.csv", "line 2: not UTF-8"),
    ):
        with pytest.raises(BadSheet, match=words):
            open_sheet(tmp_path / name)


@pytest.mark.parametrize(
    ("column", "value"), [("countries", "Russia"), ("list_code", "sdn list"), ("name", ""), ("entity_id", "1 or 1=1")]
)
def test_a_restricted_party_with_a_bad_cell_is_refused_by_field(column, value):
    cells = dict.fromkeys(screening.COLUMNS, "") | {"entity_id": "1", "list_code": "SDN", "name": "A B"}
    with pytest.raises(ValueError) as refusal:
        screening.parse(cells | {column: value})
    assert refusal.value.field == column
