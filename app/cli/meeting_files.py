"""The files of `meetings solve`: instance, earlier schedule and list of frozen meetings, checked field by field."""

from pathlib import Path
from typing import Any

import click

from app.cli.json_files import Unusable, listed, member, read_json, stop_at, whole
from app.scheduling.instance import Instance, Meeting


def read_instance(path: Path) -> tuple[Instance, list[int]]:
    """Return the instance and the ids of its meetings in order."""
    document = read_json(path)
    try:
        return _instance(document)
    except Unusable as problem:
        stop_at(path, problem)


def _instance(document: Any) -> tuple[Instance, list[int]]:
    people = whole(member(document, "participants", ""), "participants")
    slots = whole(member(document, "slots", ""), "slots", least=1)
    morning = whole(member(document, "morning_slots", ""), "morning_slots", most=slots)
    tables = whole(member(document, "tables", ""), "tables")
    fairness = document.get("fairness")
    rows = listed(member(document, "meetings", ""), "meetings")
    ids = _ids(rows)
    free = _free_slots(document, people, slots)
    sessions = {
        "any": (1 << slots) - 1,
        "morning": (1 << morning) - 1,
        "afternoon": ((1 << slots) - 1) >> morning << morning,
    }
    place = {name: n for n, name in enumerate(ids)}
    return Instance(
        people=people, slots=slots, tables=tables, day_starts=_day_starts(document, slots),
        meetings=[_meeting(row, f"meetings[{n}]", people, slots, sessions, free, place) for n, row in enumerate(rows)],
        fairness=None if fairness is None else whole(fairness, "fairness"),
    ), ids  # fmt: skip


def _ids(rows: list[Any]) -> list[int]:
    ids = [
        whole(member(row, "id", f"meetings[{n}]"), f"meetings[{n}].id", least=-(2**62)) for n, row in enumerate(rows)
    ]
    seen: set[int] = set()
    for n, name in enumerate(ids):
        if name in seen:
            raise Unusable(f"meetings[{n}].id", f"{name} is given twice")
        seen.add(name)
    return ids


def _free_slots(document: Any, people: int, slots: int) -> list[int]:
    """Return for each participant the slots that are not forbidden."""
    free = [(1 << slots) - 1] * people
    forbidden = document.get("forbidden", {})
    if not isinstance(forbidden, dict):
        raise Unusable("forbidden", "must be an object from participant to slots")
    for name, barred in forbidden.items():
        at = f"forbidden.{name}"
        person = whole(int(name) if name.isdecimal() else name, at, least=1, most=people)
        for n, slot in enumerate(listed(barred, at)):
            free[person - 1] &= ~(1 << whole(slot, f"{at}[{n}]", least=1, most=slots) - 1)
    return free


def _day_starts(document: Any, slots: int) -> tuple[int, ...]:
    given = listed(document.get("day_starts", [1]), "day_starts")
    starts = [whole(slot, f"day_starts[{n}]", least=1, most=slots) - 1 for n, slot in enumerate(given)]
    if not starts or starts[0] != 0 or sorted(set(starts)) != starts:
        raise Unusable("day_starts", "must begin with 1 and ascend")
    return tuple(starts)


def _meeting(
    row: Any, at: str, people: int, slots: int, sessions: dict[str, int], free: list[int], place: dict[int, int]
) -> Meeting:
    a = whole(member(row, "a", at), f"{at}.a", least=1, most=people) - 1
    b = whole(member(row, "b", at), f"{at}.b", least=1, most=people) - 1
    if a == b:
        raise Unusable(f"{at}.b", "joins a participant to itself")
    session = row.get("session", "any")
    if session not in sessions:
        raise Unusable(f"{at}.session", "must be any, morning or afternoon")
    allowed = sessions[session] & free[a] & free[b] & _named_slots(row, at, slots)
    after = []
    for n, earlier in enumerate(listed(row.get("after", []), f"{at}.after")):
        if isinstance(earlier, bool) or earlier not in place:
            raise Unusable(f"{at}.after[{n}]", f"there is no meeting {earlier}")
        after.append(place[earlier])
    return Meeting((a, b), allowed, tuple(after))


def _named_slots(row: Any, at: str, slots: int) -> int:
    """Return the slots that `fixed` and `allowed` of a meeting leave."""
    found = (1 << slots) - 1
    if row.get("fixed") is not None:
        found &= 1 << whole(row["fixed"], f"{at}.fixed", least=1, most=slots) - 1
    if row.get("allowed") is not None:
        given = enumerate(listed(row["allowed"], f"{at}.allowed"))
        found &= sum({1 << whole(slot, f"{at}.allowed[{n}]", least=1, most=slots) - 1 for n, slot in given})
    return found


def read_previous(path: Path, instance: Instance, ids: list[int]) -> dict[int, int]:
    """Return the earlier slots by place; meetings that no longer exist are left out."""
    document = read_json(path)
    place = {name: n for n, name in enumerate(ids)}
    found: dict[int, int] = {}
    try:
        for n, row in enumerate(listed(member(document, "assignments", ""), "assignments")):
            at = f"assignments[{n}]"
            name = whole(member(row, "meeting", at), f"{at}.meeting", least=-(2**62))
            slot = whole(member(row, "slot", at), f"{at}.slot", least=1, most=instance.slots)
            if name in place:
                found[place[name]] = slot - 1
    except Unusable as problem:
        stop_at(path, problem)
    return found


def read_frozen(path: Path, instance: Instance, ids: list[int], previous: Path | None) -> frozenset[int]:
    """Return the meetings that keep their earlier slot."""
    if previous is None:
        raise click.UsageError("--frozen needs --previous: it names meetings that keep their earlier slot.")
    place = {name: n for n, name in enumerate(ids)}
    found = set()
    document = read_json(path)
    try:
        for n, name in enumerate(listed(document, "the file")):
            m = place.get(whole(name, f"[{n}]", least=-(2**62)))
            if m is None or m not in instance.previous:
                raise Unusable(f"[{n}]", f"meeting {name} has no earlier slot to keep")
            found.add(m)
    except Unusable as problem:
        stop_at(path, problem)
    return frozenset(found)
