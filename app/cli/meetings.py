"""`meetings solve`: a seating plan for an event given in a file."""

import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import click

from app.cli.json_files import write_json
from app.cli.meeting_files import read_frozen, read_instance, read_previous
from app.scheduling.conflicts import Cause, Conflict
from app.scheduling.exact import Verdict
from app.scheduling.instance import Instance
from app.scheduling.solver import Effort, Seated, seat

REFUSED = 1
in_file = click.Path(path_type=Path, dir_okay=False)

WORDS: dict[Cause, str] = {
    Cause.NO_COMMON_SLOT: "The people of this meeting have no slot in common.",
    Cause.PERSON_OVERBOOKED: "One person has more meetings than slots for them.",
    Cause.TABLES_FULL: "There are more meetings than tables in the slots they may take.",
    Cause.ORDER_IMPOSSIBLE: "The wanted order of meetings leaves no slot.",
    Cause.PEOPLE_BUSY: "In each slot of this meeting somebody sits elsewhere, and no exchange was found.",
    Cause.BUT_FOR_FAIRNESS: "Without the fairness bound everything would fit.",
    Cause.BUT_FOR_ORDER: "Without the wanted order of meetings everything would fit.",
    Cause.BUT_FOR_TABLES: "With more tables everything would fit.",
    Cause.TOGETHER: "It takes more than one rule to rule everything out; no single one is to blame.",
}


@click.group("meetings")
def meetings() -> None:
    """Seat meetings in slots and at tables."""


@meetings.command("solve")
@click.argument("instance_file", metavar="INSTANCE.json", type=in_file)
@click.option("--out", "out_file", metavar="SCHEDULE.json", type=in_file, required=True, help="Where the plan goes.")
@click.option("--time-limit", type=click.FloatRange(min=0.01), help="Seconds; without it, until proven.")
@click.option("--previous", "previous_file", metavar="OLD.json", type=in_file, help="Move as few of these as can be.")
@click.option("--frozen", "frozen_file", metavar="IDS.json", type=in_file, help="Meetings that keep their old slot.")
@click.option("--fairness", metavar="D|none", help="Instead of the bound in the file.")
@click.option(
    "--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Threads of the exact solver."
)
def solve_file(
    instance_file: Path, out_file: Path, time_limit: float | None, previous_file: Path | None,
    frozen_file: Path | None, fairness: str | None, workers: int,
) -> None:  # fmt: skip
    """Seat every meeting of INSTANCE.json with as few breaks as possible.

    Ctrl-C or the time limit end the search and keep the best plan so far. Exit status 1 means: proven that
    not everything fits; the file then says what collides and holds the best plan that leaves meetings out.
    """
    began = time.monotonic()
    instance, ids = read_instance(instance_file)
    instance = _with_fairness(instance, fairness)
    if previous_file is not None:
        instance = replace(instance, previous=read_previous(previous_file, instance, ids))
    if frozen_file is not None:
        instance = replace(instance, frozen=read_frozen(frozen_file, instance, ids, previous_file))
    with _Interruptible() as interrupted:
        found = seat(instance, Effort(seconds=time_limit, workers=workers, stop=interrupted))
    report = _report(instance, ids, found, time.monotonic() - began)
    write_json(out_file, report)
    words = f"{report['status']}: {len(found.plan)} of {len(ids)} meetings seated, {found.breaks} breaks"
    print(f"{words} (bound {found.bound}), {report['seconds']:.1f} s")
    if found.verdict is Verdict.INFEASIBLE:
        click.echo("Not every meeting can be seated: " + report["conflicts"][0]["reason"], err=True)
        raise SystemExit(REFUSED)


class _Interruptible:
    """Turns Ctrl-C and a polite kill into a flag that the solver asks for."""

    def __init__(self) -> None:
        self._asked = False

    def __enter__(self) -> Callable[[], bool]:
        self._before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}
        return lambda: self._asked

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True


def _report(instance: Instance, ids: list[int], found: Seated, seconds: float) -> dict[str, Any]:
    status = found.verdict.value
    if found.verdict is Verdict.UNKNOWN:
        status = "unknown"
    used = [0] * instance.slots
    assignments = []
    for m, slot in sorted(found.plan.items()):
        used[slot] += 1
        assignments.append({"meeting": ids[m], "slot": slot + 1, "table": used[slot]})
    return {
        "status": status,
        "breaks": found.breaks,
        "bound": found.bound,
        "seconds": round(seconds, 3),
        "assignments": assignments,
        "unplaced": [{"meeting": ids[m], **_words(conflict, ids)} for m, conflict in sorted(found.unseated.items())],
        "conflicts": [_words(conflict, ids) for conflict in found.conflicts],
    }


def _words(conflict: Conflict, ids: list[int]) -> dict[str, Any]:
    return {
        "cause": conflict.cause.value,
        "reason": WORDS[conflict.cause],
        "meetings": [ids[m] for m in conflict.meetings],
        "participants": [person + 1 for person in conflict.people],
        "slots": [slot + 1 for slot in conflict.slots],
    }


def _with_fairness(instance: Instance, fairness: str | None) -> Instance:
    if fairness is None:
        return instance
    if fairness == "none":
        return replace(instance, fairness=None)
    if not fairness.isdecimal():
        raise click.BadParameter("takes a whole number or none", param_hint="--fairness")
    return replace(instance, fairness=int(fairness))
