"""The two solving commands: their files, their exit status, what they say about bad input, published optima."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli.json_files import line_of
from app.cli.matching import matching
from app.cli.meetings import meetings
from tests.databases import REQUIRED

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = Path(os.environ.get("B2B_INSTANCES", ROOT.parent / "shared" / "data" / "b2b"))
QUICK = [
    ("tic-12.original", 2), ("tic-12crafc.original", 0), ("tic-13.forb0003", 2), ("forum-13crafb.original", 0),
    ("tic-13crafc.fixed020-Forb", 2), ("forum-13crafb.fixed040-Forb", 2), ("tic-13crafc.prec25", 2),
]  # fmt: skip

EVENT: dict[str, Any] = {
    "participants": 3, "slots": 4, "morning_slots": 2, "tables": 1, "fairness": None, "forbidden": {"1": [1]},
    "meetings": [
        {"id": 10, "a": 1, "b": 2, "session": "any", "fixed": None, "after": []},
        {"id": 20, "a": 1, "b": 3, "session": "afternoon", "fixed": None, "after": [10]},
    ],
}  # fmt: skip
MARKET: dict[str, Any] = {
    "id": "m", "left": 2, "right": 2, "left_score": [[1, 0.5], [0.5, None]], "right_score": [[1, 0.5], [0.5, 1]],
    "left_capacity": [1, 1], "right_capacity": [1, 1], "left_floor": 1, "forbidden": [], "pinned": [],
}  # fmt: skip


def solve_event(folder: Path, event: Any, *more: str) -> tuple[Result, Any]:
    source, out = folder / "event.json", folder / "schedule.json"
    source.write_text(event if isinstance(event, str) else json.dumps(event))
    result = CliRunner().invoke(meetings, ["solve", str(source), "--out", str(out), *more])
    return result, json.loads(out.read_text()) if out.exists() else None


def solve_market(folder: Path, market: Any) -> tuple[Result, Any]:
    source, out = folder / "market.json", folder / "pairs.json"
    source.write_text(json.dumps({"markets": [market]}))
    result = CliRunner().invoke(matching, ["solve", str(source), "--out", str(out)])
    return result, json.loads(out.read_text())["markets"][0] if out.exists() else None


@pytest.mark.parametrize(
    ("field", "line"),
    [("a", 2), ("rows", 3), ("rows[1]", 5), ("rows[1].name", 6), ("rows[1].missing", 5), ("rows[9]", 3), ("z", 1),
     ("the file", 1), ("a.deep", 2)],
)  # fmt: skip
def test_a_field_of_a_file_is_found_on_its_line(field: str, line: int) -> None:
    text = '{\n"a": "x, ]}",\n"rows": [\n [1, {"b": 2}],\n{ "id": [] ,\n"name" : null }\n]}'
    assert line_of(text, field) == line


def test_a_market_is_solved_into_pairs_value_bound_and_unmet_floors(tmp_path: Path) -> None:
    result, answer = solve_market(tmp_path, MARKET)
    assert result.exit_code == 0, result.output
    assert answer["pairs"] == [[0, 1], [1, 0]]
    assert answer["value"] == pytest.approx(0.5)
    assert answer["bound"] == pytest.approx(0.5)
    assert answer["unmet_floor"] == []


@pytest.mark.parametrize(
    ("part", "value", "named"),
    [
        ("left_score", [[1, 2]], "markets[0].left_score: must have 2 members"),
        ("right_score", [[1, 2], [3, "x"]], "markets[0].right_score[1][1]"),
        ("left_score", [[1, -1], [0, 0]], "markets[0].left_score[0][1]"),
        ("left_capacity", [1, True], "markets[0].left_capacity[1]"),
        ("forbidden", [[0, 5]], "markets[0].forbidden[0][1]"),
        ("pinned", [[1, 1]], "markets[0].pinned"),
        ("left", "two", "markets[0].left"),
    ],
)
def test_a_market_that_cannot_be_used_ends_with_2_naming_file_line_and_field(
    tmp_path: Path, part: str, value: object, named: str
) -> None:
    result, answer = solve_market(tmp_path, {**MARKET, part: value})
    assert (result.exit_code, answer) == (2, None)
    assert f"market.json: line 1: {named}" in result.stderr


def test_an_event_is_seated_with_status_breaks_bound_and_tables(tmp_path: Path) -> None:
    result, schedule = solve_event(tmp_path, EVENT)
    assert result.exit_code == 0, result.output
    assert (schedule["status"], schedule["breaks"], schedule["bound"], schedule["unplaced"]) == ("optimal", 0, 0, [])
    assert schedule["assignments"] == [
        {"meeting": 10, "slot": 2, "table": 1}, {"meeting": 20, "slot": 3, "table": 1},
    ]  # fmt: skip
    assert schedule["seconds"] >= 0


def test_an_impossible_event_ends_with_1_and_says_what_collides(tmp_path: Path) -> None:
    result, schedule = solve_event(tmp_path, {**EVENT, "forbidden": {"1": [1, 3, 4]}})
    assert result.exit_code == 1
    assert schedule["status"] == "infeasible"
    assert schedule["conflicts"][0]["meetings"] == [20]
    assert schedule["unplaced"][0]["reason"] == "The people of this meeting have no slot in common."
    assert "no slot in common" in result.stderr


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ('{"participants": 3,\n "slots": }', "line 2"),
        ({**EVENT, "tables": -1}, "tables: must be at least 0"),
        ({**EVENT, "meetings": [{"id": 1, "a": 1, "b": 9}]}, "meetings[0].b: must be from 1 to 3"),
        ({**EVENT, "meetings": [{"id": 1, "a": 1, "b": 2, "after": [7]}]}, "meetings[0].after[0]"),
        ({**EVENT, "forbidden": {"x": [1]}}, "forbidden.x"),
        ({**EVENT, "day_starts": [2]}, "day_starts"),
        ([], "the file: must be an object"),
    ],
)
def test_an_event_that_cannot_be_used_ends_with_2_naming_file_and_field(
    tmp_path: Path, event: object, named: str
) -> None:
    result, schedule = solve_event(tmp_path, event)
    assert (result.exit_code, schedule) == (2, None)
    assert "event.json" in result.stderr
    assert named in result.stderr


def test_frozen_meetings_keep_the_slot_of_the_earlier_schedule(tmp_path: Path) -> None:
    old, ids = tmp_path / "old.json", tmp_path / "ids.json"
    old.write_text(json.dumps({"assignments": [{"meeting": 10, "slot": 2}, {"meeting": 20, "slot": 4}]}))
    ids.write_text("[20]")
    _, schedule = solve_event(tmp_path, EVENT, "--previous", str(old), "--frozen", str(ids))
    assert {a["meeting"]: a["slot"] for a in schedule["assignments"]} == {10: 2, 20: 4}
    result, _ = solve_event(tmp_path, EVENT, "--frozen", str(ids))
    assert result.exit_code == 2


def published(name: str, fairness: int) -> dict[str, Any]:
    listed: list[dict[str, Any]] = json.loads((PUBLISHED / "published.json").read_text())
    return next(e for e in listed if (e["instance"], e["fairness"]) == (name, fairness))


@pytest.fixture
def instances() -> Path:
    if not (PUBLISHED / "published.json").exists():
        assert not REQUIRED, f"CI=true needs the published events at {PUBLISHED}"
        pytest.skip(f"the published events are not at {PUBLISHED}")
    return PUBLISHED


@pytest.mark.parametrize(("name", "fairness"), QUICK)
def test_published_events_end_at_their_published_optimum(
    instances: Path, tmp_path: Path, name: str, fairness: int
) -> None:
    wanted = published(name, fairness)
    source = instances / "json" / f"{name}.json"
    result, schedule = solve_event(tmp_path, source.read_text(), "--fairness", str(fairness), "--time-limit", "120")
    assert schedule["status"] == wanted["status"]
    assert result.exit_code == (wanted["status"] == "infeasible")
    if wanted["status"] == "infeasible":
        return
    checker = [sys.executable, str(instances / "check.py"), str(source), str(tmp_path / "schedule.json")]
    judged = subprocess.run([*checker, "--fairness", str(fairness)], capture_output=True, text=True, check=False)
    assert json.loads(judged.stdout)["breaks"] == schedule["breaks"] == wanted["breaks"], judged.stdout


def test_ctrl_c_keeps_the_best_plan_so_far(instances: Path, tmp_path: Path) -> None:
    out = tmp_path / "schedule.json"
    source = instances / "json" / "ticf-13crafb.forb0007.json"
    loads = "import ortools.sat.python.cp_model; from app.cli.meetings import meetings"
    words = [sys.executable, "-c", f"{loads}; print('loaded', flush=True); meetings()", "solve", str(source)]
    with subprocess.Popen([*words, "--out", str(out)], cwd=ROOT, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()  # however long a busy machine takes to load it
        time.sleep(4)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 0
    schedule = json.loads(out.read_text())
    assert schedule["status"] in ("feasible", "optimal")
    assert len(schedule["assignments"]) == 195
