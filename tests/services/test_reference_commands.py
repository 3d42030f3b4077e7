"""`flask reference` and `flask screening batch`, as scripts call them."""

import csv
import gzip
import shutil
from pathlib import Path

import pytest

from tests.factories import regulatory as make

LIST = (
    "entity_id,list_code,type,name,aliases,countries,dates_of_birth\n"
    '1,SDN,Individual,"IVANOV, Sergei","IVANOV, Sergey | FOX",RU,1953-01-31\n'
    "2,EL,Entity,Polyus Orbital Systems JSC,,RU;CN,\n"
    "3,SDN,Vessel,GOLDEN PEARL,,,\n"
)
QUERIES = (
    "query_id,query,kind,label\nq1,Sergej IVANOV,person,?\nq2,Golden Pearl,organisation,?\n"
    'q3,"Polyus Orbital Systems, Ltd",organisation,?\nq4,!!!,person,?\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped countries and topics, where a test may change them."""
    for name in ("SOURCES.csv", "countries.csv", "regulatory_topics.csv"):
        shutil.copy(make.FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def run(app, now):
    """Run a command and return its result; what it refuses goes to stderr."""
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def load(run, folder, *words):
    return run("reference", "load", "--folder", folder, "--only", "countries", "--only", "topics", *words)


def test_a_load_says_what_it_did_and_a_second_one_that_nothing_changed(run, folder):
    first = load(run, folder)
    assert first.exit_code == 0
    assert "countries: version 1 as of 2026-07-23, 249 rows: 249 added, 0 changed, 0 removed" in first.stdout
    second = load(run, folder)
    assert second.exit_code == 0
    assert second.stdout.splitlines() == ["countries: unchanged, version 1", "topics: unchanged, version 1"]


def test_a_changed_file_is_told_by_key(run, folder):
    load(run, folder)
    path = folder / "countries.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("JP,JPN,Japan,", "JP,JPN,Nippon,"), encoding="utf-8")
    said = load(run, folder).stdout
    assert "countries: version 2 as of 2026-07-23, 249 rows: 0 added, 1 changed, 0 removed" in said
    assert "  changed: JP" in said
    assert "topics: unchanged, version 1" in said


def test_one_bad_file_stops_all_with_exit_2_and_loads_nothing(run, folder):
    path = folder / "regulatory_topics.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("export_control", "exports", 1), encoding="utf-8")
    refused = load(run, folder)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("regulatory_topics.csv, line 2, field domain: 'exports' is none of")
    assert "nothing loaded" in run("reference", "status").stdout
    assert "countries: version" not in run("reference", "status").stdout


def test_an_unknown_kind_and_a_date_for_many_files_are_refused(run, folder):
    unknown = run("reference", "load", "--folder", folder, "--only", "planets")
    assert unknown.exit_code == 2
    assert "There is no reference data 'planets'" in unknown.stderr
    assert load(run, folder, "--as-of", "2027-01-01").exit_code == 2


def test_a_newer_date_for_the_same_file_is_a_new_version(run, folder):
    load(run, folder)
    dated = run("reference", "load", "--folder", folder, "--only", "countries", "--as-of", "2027-02-01")
    assert "countries: version 2 as of 2027-02-01, 249 rows: 0 added, 0 changed, 0 removed" in dated.stdout


def test_status_names_date_age_file_and_changes_of_every_version(run, folder):
    load(run, folder)
    said = run("reference", "status").stdout
    assert "(221 days old), from countries.csv, loaded 2027-03-01 12:00 UTC" in said
    assert "screening-list: nothing loaded" in said


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """A folder with a list, also compressed, and queries."""
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "list.csv.gz").write_bytes(gzip.compress(LIST.encode()))
    (tmp_path / "queries.csv").write_text(QUERIES, encoding="utf-8")
    return tmp_path


def batch(run, names, *, listed="list.csv", asked="queries.csv"):
    out = names / "out.csv"
    return run("screening", "batch", names / asked, "--list", names / listed, "--out", out), out


@pytest.mark.parametrize("listed", ["list.csv", "list.csv.gz"])
def test_each_query_is_answered_in_order_with_ids_and_scores_best_first(run, names, listed):
    result, out = batch(run, names, listed=listed)
    assert result.exit_code == 0, result.output
    rows = {row["query_id"]: row for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    assert list(rows) == ["q1", "q2", "q3", "q4"]
    assert rows["q1"]["entity_ids"].split("|")[0] == "1"
    assert rows["q3"]["entity_ids"].split("|")[0] == "2"
    assert "3" not in rows["q2"]["entity_ids"].split("|")
    assert (rows["q4"]["entity_ids"], rows["q4"]["scores"]) == ("", "")
    for row in rows.values():
        scores = [float(score) for score in row["scores"].split("|") if score]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) == len([key for key in row["entity_ids"].split("|") if key]) <= 10
    assert "names a CPU-second" in result.stdout
    assert "indexed 3 parties" in result.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("queries.csv", "q2,Golden Pearl,organisation", "q2,Golden Pearl,planet", "queries.csv, line 3, field kind"),
        ("queries.csv", "query_id,query", "id,query", "queries.csv, line 1, field query_id"),
        ("list.csv", "2,EL,", "1,EL,", "list.csv, line 3, field entity_id: '1' stands twice"),
        ("list.csv", "RU;CN", "Russia", "list.csv, line 3, field countries"),
    ],
)
def test_unusable_input_ends_with_2_and_names_file_line_and_field(run, names, file, old, new, words):
    path = names / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    result, out = batch(run, names)
    assert result.exit_code == 2
    assert result.stderr.startswith(words)
    assert not out.exists()


def test_a_missing_list_and_a_folder_that_cannot_be_written_are_one_sentence(run, names):
    missing, _ = batch(run, names, listed="none.csv")
    assert (missing.exit_code, missing.stderr) == (2, "none.csv: cannot be read (No such file or directory).\n")
    nowhere = run(
        "screening", "batch", names / "queries.csv", "--list", names / "list.csv", "--out", names / "no" / "out.csv"
    )
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr
