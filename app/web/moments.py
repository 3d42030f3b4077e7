"""Times as people read them: in the zone of the venue, and in their own where that differs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True, slots=True)
class ShownMoment:
    """One moment in words: `there` at the venue, `here` at the reader's place when the clock differs."""

    iso: str
    there: str
    here: str | None


def shown(moment: datetime, *, venue: str | None, reader: str | None) -> ShownMoment:
    """Put `moment` into words for a venue and a reader. Without a venue the reader's zone stands alone, or UTC."""
    first = moment.astimezone(_zone(venue or reader))
    own = moment.astimezone(_zone(reader)) if venue and reader else first
    here = None
    if own.utcoffset() != first.utcoffset():
        here = clock_time(own) if own.date() == first.date() else f"{own:%a} {own.day} {own:%b}, {clock_time(own)}"
    return ShownMoment(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), day_and_time(first), here)


def day_and_time(at: datetime) -> str:
    """Return for example `Mon 1 Mar 2027, 07:00 EST`."""
    return f"{at:%a} {at.day} {at:%b} {at:%Y}, {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """Return for example `07:00 EST`, or `07:00 UTC+4` where the zone has no name of its own."""
    name = at.tzname() or ""
    return f"{at:%H:%M} {name if name.isalpha() else 'UTC' + _offset(name)}".rstrip()


def long_date(day: date) -> str:
    """Return for example `1 March 2027`."""
    return f"{day.day} {day:%B} {day:%Y}"


def day_range(first: date, last: date) -> str:
    """Return for example `26 to 27 January 2027`: what both days share is said once."""
    if first == last:
        return long_date(first)
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {long_date(last)}"


def _offset(name: str) -> str:
    hours, minutes = name[:3], name[3:]
    sign = "+" if hours.startswith("+") else "−"
    return f"{sign}{int(hours[1:])}{':' + minutes if minutes not in ('', '00') else ''}"


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
