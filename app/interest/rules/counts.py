"""Counts that may be shown: small ones are folded so that nobody can be guessed; medians of waiting times."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Generic, TypeVar

K = TypeVar("K")
SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Folded(Generic[K]):
    """Counts large enough to be named, largest first; `others` more are not named and hold `count` together.

    `count` is None when even together they are too few to be told.
    """

    named: list[tuple[K, int]]
    others: int
    count: int | None


def fold(counts: Mapping[K, int]) -> Folded[K]:
    """Name what is counted often enough; put the rest together, and what is counted nowhere with it.

    Which of the unnamed hold anything is not told, so that a single small one cannot be found by leaving out the rest.
    """
    named = sorted(((key, n) for key, n in counts.items() if n >= SMALLEST), key=lambda one: (-one[1], str(one[0])))
    small = [n for n in counts.values() if n < SMALLEST]
    together = sum(small)
    return Folded(named, len(small), together if together >= SMALLEST or not together else None)


def per_week(moments: Iterable[datetime], *, until: datetime, weeks: int = 12) -> list[tuple[date, int | None]]:
    """Return the Mondays of the last weeks, oldest first, each with how many moments fall in it, None for too few."""
    monday = until.date() - timedelta(days=until.weekday())
    starts = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    counts = dict.fromkeys(starts, 0)
    for moment in moments:
        start = moment.date() - timedelta(days=moment.weekday())
        if start in counts:
            counts[start] += 1
    return [(start, n if n >= SMALLEST or n == 0 else None) for start, n in counts.items()]


def median_days(waits: Sequence[timedelta]) -> float | None:
    """Return the median of waiting times in days with one decimal, None without any."""
    return round(median(wait / timedelta(days=1) for wait in waits), 1) if waits else None
