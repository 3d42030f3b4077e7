"""Decisions of scheduling that need no database: deadlines, caps, whose turn it is, reasons in words."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.matching.states import Side
from app.scheduling.conflicts import Cause
from app.scheduling.instance import Instance
from app.scheduling.solver import Effort
from app.scheduling.states import WAITING, MeetingState

OPEN_FOR = timedelta(days=10)
AT_LEAST = timedelta(hours=1)
MOST_OPEN_REQUESTS = {Side.PARTNER: 15, Side.COMPANY: 30}
LONGEST_NOTE = 600
WORTH_PROVING = 8_000
NO_MEETING = "There is no such meeting. Go back to your meetings."

CAUSES: dict[Cause, str] = {
    Cause.NO_COMMON_SLOT: "The people have no free slot in common. One of them can free a slot.",
    Cause.PERSON_OVERBOOKED: "One person has more meetings than free slots. Another person can sit for that side.",
    Cause.TABLES_FULL: "All tables are taken in the slots they could meet. More tables or slots would help.",
    Cause.ORDER_IMPOSSIBLE: "The wanted order of meetings leaves no slot.",
    Cause.PEOPLE_BUSY: "In each common slot one of them sits elsewhere, and no exchange was found.",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Which sides have said yes to a meeting in `state`."""

    state: MeetingState
    partner: bool
    company: bool

    def by(self, side: Side) -> bool:
        return self.partner if side is Side.PARTNER else self.company

    def waits_for(self, side: Side) -> bool:
        """Tell whether it is for `side` to answer."""
        return self.state in WAITING and not self.by(side)

    @property
    def complete(self) -> bool:
        return self.partner and self.company


def other(side: Side) -> Side:
    """Return the other side of the table."""
    return Side.COMPANY if side is Side.PARTNER else Side.PARTNER


def deadline(now: datetime, first_slot: datetime | None) -> datetime:
    """Return until when a suggestion or request can be answered: ten days, or until the first slot begins."""
    ends = now + OPEN_FOR
    if first_slot is not None:
        ends = min(ends, first_slot)
    return max(ends, now + AT_LEAST)


def day_starts(starts: Sequence[datetime], zone: str) -> tuple[int, ...]:
    """Return the places of the slots that are the first of their day at the venue."""
    on: list[date] = [moment.astimezone(ZoneInfo(zone)).date() for moment in starts]
    return (0, *(n for n, (a, b) in enumerate(pairwise(on), 1) if a != b))


def in_two_zones(moment: datetime, venue: str, own: str) -> str:
    """Return a time as a choice in a form shows it: at the venue, and at the reader's place where that differs."""
    there, here = moment.astimezone(ZoneInfo(venue)), moment.astimezone(ZoneInfo(own))
    said = f"{there:%a} {there.day} {there:%b}, {there:%H:%M}"
    if here.utcoffset() == there.utcoffset():
        return said
    return f"{said} (your time {here:%a} {here:%H:%M})"


def days(starts: Iterable[datetime], zone: str) -> list[date]:
    """Return the days at the venue on which slots begin, in order."""
    return sorted({moment.astimezone(ZoneInfo(zone)).date() for moment in starts})


def day_span(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return when a day at the venue begins and ends, in UTC; it may be 23 or 25 hours long."""
    begins = datetime.combine(day, time(), ZoneInfo(zone))
    ends = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def tables_for(taken: Iterable[int], wanted: int, tables: int) -> list[int]:
    """Return the lowest `wanted` free tables of 1 to `tables`. Raises ValueError when there are not so many."""
    used = set(taken)
    free = [number for number in range(1, tables + 1) if number not in used]
    if len(free) < wanted:
        raise ValueError(f"{wanted} tables wanted, {len(free)} free.")
    return free[:wanted]


def effort(instance: Instance) -> Effort:
    """Return how hard to seat an event so that the plan never depends on how fast the machine is."""
    return Effort(steps=500_000 + 300 * len(instance.meetings), units=2.0, provable=WORTH_PROVING)


def digest(token: str) -> str:
    """Return what is kept of the secret in a calendar address."""
    return hashlib.sha256(token.encode()).hexdigest()
