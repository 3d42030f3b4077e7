"""`flask summit`: a summit from a file, refusals that name file, line and field."""

from datetime import date

import pytest

from app.cli.summit import summit as command
from app.config import ROOT
from app.registration import queries
from tests.factories import accounts
from tests.factories import registration as make

SHIPPED = ROOT / "app" / "reference" / "summit.toml"


@pytest.fixture
def run(app, session):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(command, [str(word) for word in words])


def changed(tmp_path, *pairs):
    text = SHIPPED.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "summit.toml"
    file.write_text(text)
    return file


def test_the_shipped_file_makes_a_summit_and_says_so_once(run, session):
    assert "version 1 is in force" in run("configure", SHIPPED).output
    assert "says the same already" in run("configure", SHIPPED).output
    shown = run("show")
    assert (shown.exit_code, "0 of 400 places taken" in shown.output) == (0, True)


def test_every_day_can_be_moved_alike(run, session):
    run("configure", SHIPPED, "--first-day", "2028-05-09")
    found = queries.current_summit(session)
    assert found is not None
    assert found.days == (date(2028, 5, 9), date(2028, 5, 10))
    assert found.settings.registration_closes == date(2028, 4, 21)


def test_without_a_summit_there_is_nothing_to_show(run):
    shown = run("show")
    assert (shown.exit_code, "summit configure" in shown.stderr) == (1, True)


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("tables = 24", "tables = 0"), ":11: tables: Use a whole number"),
        (('kind = "total"', 'kind = "totl"'), "pools: Item 1"),
        (('key = "leo-2027"', ""), ":1: key: Give the summit a short name"),
        (("tables = 24", "tables = = 24"), "at line 11"),
        (('zone = "America/New_York"', 'zone = "Mars"'), ":6: zone: 'Mars' is not a time zone"),
    ],
)
def test_an_unusable_file_is_refused_by_file_line_and_field(run, tmp_path, pair, words):
    result = run("configure", changed(tmp_path, pair))
    assert result.exit_code == 2
    assert words in result.stderr
    assert "summit.toml" in result.stderr


def test_a_file_that_is_not_there_is_refused(run, tmp_path):
    assert run("configure", tmp_path / "none.toml").exit_code == 2


def test_a_pool_smaller_than_what_is_taken_is_refused_with_the_reason(run, session, tmp_path):
    run("configure", SHIPPED)
    standing = queries.current_summit(session)
    make.registration(session, summit=standing, organization=accounts.organization(session))
    result = run("configure", changed(tmp_path, ("capacity = 400", "capacity = 0")))
    assert (result.exit_code, "1 places of the total" in result.stderr) == (1, True)
