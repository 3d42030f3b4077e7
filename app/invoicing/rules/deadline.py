"""By when an invoice is to be paid, and how long the place is held for it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

GRACE = timedelta(days=5)
"""Banks need up to two working days, and somebody must fetch the statement: so long a place is held beyond the day."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to pay and the moment the place is given up; `is_short` says the summit's start cut it."""

    due_on: date
    held_until: datetime
    is_short: bool


def deadline(*, issued_at: datetime, days: int, first_day: date, zone: str) -> Deadline:
    """Return by when an invoice issued now is due: `days` later, but early enough before the summit's first day.

    Never before the day of issue; the place is held some days longer, though never past the morning of the first day
    unless the summit has begun, when it is held one more day.
    """
    at = ZoneInfo(zone)
    today = issued_at.astimezone(at).date()
    wanted, latest = today + timedelta(days=days), first_day - GRACE
    due_on = max(today, min(wanted, latest))
    morning = datetime.combine(first_day, time(), at)
    held = datetime.combine(due_on + timedelta(days=1), time(), at) + GRACE
    held = max(min(held, morning), issued_at + timedelta(days=1))
    return Deadline(due_on, held, is_short=due_on < wanted)
