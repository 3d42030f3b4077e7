"""Whether a badge counts, whoever is inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.door.states import Standing


@dataclass(frozen=True, slots=True)
class Bearer:
    """What is known of the person a badge was made for.

    `ended_at` is when their place was lost, None while it is confirmed (or when that was never noted); `stopped`
    says since when each badge of theirs does not count; `newest` is the number of the newest.
    """

    confirmed: bool
    ended_at: datetime | None = None
    suspended_at: datetime | None = None
    newest: int = 1
    stopped: Mapping[int, datetime] = field(default_factory=dict)


def standing_of(bearer: Bearer | None, number: int | None, at: datetime, *, expired: bool = False) -> Standing:
    """Return whether the badge of that number counted at `at`; `number` None is somebody chosen from the list.

    What happened after `at` does not count: a gate without a network judged by what was so then.
    """
    if bearer is None or (number is not None and not 1 <= number <= bearer.newest):
        return Standing.UNKNOWN
    if not bearer.confirmed and (bearer.ended_at is None or at >= bearer.ended_at):
        return Standing.NOT_CONFIRMED
    if bearer.suspended_at is not None and at >= bearer.suspended_at:
        return Standing.SUSPENDED
    stopped_at = None if number is None else bearer.stopped.get(number)
    return Standing.STOPPED if expired or (stopped_at is not None and at >= stopped_at) else Standing.GOOD
