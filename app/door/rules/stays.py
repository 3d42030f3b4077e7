"""Who was inside and when, told from all scans of one person: the same whatever order they arrived in.

Gates without a network let people in by what they know, so their scans arrive late and in any order. The record is
therefore not what arrived first but the replay of all scans by the time they were made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.door.states import Direction, ScanResult, Standing

DAY_ENDS = time(4)

REFUSALS: dict[Standing, ScanResult] = {
    Standing.NOT_CONFIRMED: ScanResult.NOT_CONFIRMED,
    Standing.SUSPENDED: ScanResult.SUSPENDED,
    Standing.STOPPED: ScanResult.STOPPED,
    Standing.UNKNOWN: ScanResult.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Pass:
    """One scan of one person; `at` is the corrected time."""

    id: UUID
    nonce: UUID
    at: datetime
    gate: str
    direction: Direction
    standing: Standing


@dataclass(frozen=True, slots=True)
class Stay:
    """From being let in by the scan `began` until leaving, or until the venue's day ended; None is still inside."""

    began: UUID
    gate: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the record answers to a scan; `earlier` is the stay it met."""

    result: ScanResult
    earlier: Stay | None = None


def day_end(moment: datetime, zone: str) -> datetime:
    """Return when the venue's day of `moment` ends: at four in the morning, so that an evening counts as its day."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < DAY_ENDS else local.date() + timedelta(days=1)
    return datetime.combine(day, DAY_ENDS, ZoneInfo(zone))


def day_start(moment: datetime, zone: str) -> datetime:
    """Return when the venue's day of `moment` began."""
    end = day_end(moment, zone)
    return datetime.combine(end.date() - timedelta(days=1), DAY_ENDS, ZoneInfo(zone))


def replay(passes: Iterable[Pass], zone: str) -> tuple[dict[UUID, Answer], list[Stay]]:
    """Return the answer to each scan by its id, and the stays, oldest first; only the last may be open."""
    answers: dict[UUID, Answer] = {}
    stays: list[Stay] = []
    for scan in sorted(passes, key=lambda one: (one.at, one.nonce)):
        inside = _still_inside(stays, scan.at, zone)
        answers[scan.id] = answer = _answer(scan, inside)
        if answer.result is ScanResult.ADMITTED:
            stays.append(Stay(scan.id, scan.gate, scan.at))
        elif answer.result is ScanResult.LEFT and inside is not None:
            stays[-1] = Stay(inside.began, inside.gate, inside.since, scan.at)
    return answers, stays


def _still_inside(stays: list[Stay], at: datetime, zone: str) -> Stay | None:
    """Return the open stay; one of an earlier day ended with that day."""
    if not stays or stays[-1].until is not None:
        return None
    last = stays[-1]
    ended = day_end(last.since, zone)
    if at < ended:
        return last
    stays[-1] = Stay(last.began, last.gate, last.since, ended)
    return None


def _answer(scan: Pass, inside: Stay | None) -> Answer:
    if scan.direction is Direction.OUT:
        return Answer(ScanResult.LEFT if inside else ScanResult.NOT_INSIDE, inside)
    if scan.standing is not Standing.GOOD:
        return Answer(REFUSALS[scan.standing], inside)
    return Answer(ScanResult.ALREADY_INSIDE if inside else ScanResult.ADMITTED, inside)


def is_conflict(told: ScanResult | None, result: ScanResult) -> bool:
    """Tell whether a gate let somebody in whom the record does not: for a person to look at."""
    return told is ScanResult.ADMITTED and result is not ScanResult.ADMITTED


def corrected(device_at: datetime, *, sent_at: datetime, now: datetime) -> datetime:
    """Return when a scan was made by our clock, whatever the device's says; never later than now."""
    return min(now, device_at + (now - sent_at))
