"""Arrivals over a day, as bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_BARS = 96


@dataclass(frozen=True, slots=True)
class Bar:
    """How many came in one stretch of time that begins at `since`."""

    since: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Bars without gaps from the first arrival to the last."""

    bars: list[Bar]

    @property
    def most(self) -> int:
        return max((bar.count for bar in self.bars), default=0)


def arrivals(counted: Mapping[datetime, int], step: timedelta) -> Arrivals:
    """Return the bars from the first time to the last, with nothing where nobody came."""
    if not counted:
        return Arrivals([])
    first, last = min(counted), max(counted)
    steps = min(MOST_BARS, int((last - first) / step) + 1)
    times = [first + step * number for number in range(steps)]
    return Arrivals([Bar(time, counted.get(time, 0)) for time in times])
