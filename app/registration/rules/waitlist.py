"""The waitlist: who is next for which pool, who is held up by what, until when an offer stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.registration.rules.prices import Terms
from app.registration.rules.summit import EVERY, PoolRule, SummitSettings
from app.registration.states import PoolKind

PoolKey = tuple[PoolKind, str]
UNLIMITED = 10**9


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits and knows it; `is_clear` says whether screening lets them come."""

    id: UUID
    number: int
    country: str
    participant_type: str
    organization: str
    priority: int
    since: datetime
    is_clear: bool

    @property
    def place_in_line(self) -> tuple[int, datetime, int]:
        """What orders those who wait: priority, then how long, then who applied first."""
        return (-self.priority, self.since, self.number)

    @property
    def own_keys(self) -> tuple[PoolKey, ...]:
        """The pool of each kind that this person draws from, if it is limited."""
        return (
            (PoolKind.TOTAL, ""), (PoolKind.MARKET, self.country), (PoolKind.TYPE, self.participant_type),
            (PoolKind.ORGANIZATION, self.organization),
        )  # fmt: skip


class Room:
    """How many places each pool can still give by itself: up to its target where it has one, else up to its cap."""

    def __init__(self, rules: Sequence[PoolRule], taken: Mapping[PoolKey, int]) -> None:
        self._limits = {(rule.kind, rule.key): rule.capacity if rule.target is None else rule.target for rule in rules}
        self._caps = {(rule.kind, rule.key): rule.capacity for rule in rules}
        self._taken = dict(taken)

    def limit(self, pool: PoolKey) -> int | None:
        """Return up to how many places a pool gives by itself, None when nothing limits it."""
        return self._limits.get(pool, self._limits.get((pool[0], EVERY)))

    def is_at_target_only(self, pool: PoolKey) -> bool:
        """Tell whether a pool gives no more by itself although its cap has places: a person may, with a reason."""
        capacity = self._caps.get(pool, self._caps.get((pool[0], EVERY), UNLIMITED))
        return not self.free(pool) and self._taken.get(pool, 0) < capacity

    def free(self, pool: PoolKey) -> int:
        """Return how many places a pool can still give."""
        limit = self.limit(pool)
        return UNLIMITED if limit is None else max(0, limit - self._taken.get(pool, 0))

    def held_up_by(self, waiter: Waiter) -> list[PoolKey]:
        """Return the pools that have no place for this person now."""
        return [pool for pool in waiter.own_keys if not self.free(pool)]

    def take(self, waiter: Waiter) -> None:
        """Count a place for this person in each of their pools."""
        for pool in waiter.own_keys:
            self._taken[pool] = self._taken.get(pool, 0) + 1

    def full(self) -> set[PoolKey]:
        """Return the pools with places taken, or limited to none, that can give no more."""
        return {pool for pool in {*self._taken, *self._limits} if not self.free(pool)}


def in_line(waiters: Iterable[Waiter]) -> list[Waiter]:
    """Return those who wait in the order in which places are offered."""
    return sorted(waiters, key=lambda waiter: waiter.place_in_line)


def to_offer(line: Iterable[Waiter], room: Room) -> list[Waiter]:
    """Return who gets the places that are free now, in order; counts them as taken in `room`.

    Somebody whose pools are full or whose screening is not clear is passed over, and keeps their place in the line.
    """
    chosen = []
    for waiter in line:
        if waiter.is_clear and not room.held_up_by(waiter):
            room.take(waiter)
            chosen.append(waiter)
    return chosen


def next_for(pool: PoolKey, line: Iterable[Waiter], room: Room) -> Waiter | None:
    """Return who would get the next place that comes back in `pool` (and, with it, in the total)."""
    coming_back = {pool, (PoolKind.TOTAL, "")}
    for waiter in line:
        if waiter.is_clear and pool in waiter.own_keys and not set(room.held_up_by(waiter)) - coming_back:
            return waiter
    return None


def offer_until(settings: SummitSettings, terms: Terms, now: datetime) -> datetime:
    """Return until when an offer made now stands: the days of the terms, never after the summit begins."""
    return min(now + timedelta(days=terms.offer_days), settings.begins_at)
