"""What an edit of the pools does to the places that are taken and to those who wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.registration.rules.summit import EVERY, WIDE_OPEN, PoolRule
from app.registration.states import PoolKind


class Effect(StrEnum):
    """What a new cap or target means for one pool."""

    REFUSED = "refused"
    OVER_TARGET = "over_target"
    OPENS = "opens"
    FULL = "full"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool as it stands: places taken, people who wait and touch it. None for a limit that is not set."""

    kind: PoolKind
    key: str
    taken: int
    waiting: int
    capacity: int | None
    target: int | None


@dataclass(frozen=True, slots=True)
class PoolChange:
    """A pool before and after an edit, and what that means."""

    pool: PoolStanding
    capacity: int | None
    target: int | None
    effect: Effect

    @property
    def over_target(self) -> int:
        return self.pool.taken - self.target if self.target is not None else 0


def limits_of(rules: Iterable[PoolRule]) -> dict[tuple[PoolKind, str], PoolRule]:
    """Return the rules by pool; under `*` those for every pool of a kind without its own."""
    return {(rule.kind, rule.key): rule for rule in rules}


def pool_effects(standing: Iterable[PoolStanding], rules: Iterable[PoolRule]) -> list[PoolChange]:
    """Return what new rules do to each pool whose cap or target they change."""
    by_key, found = limits_of(rules), []
    for pool in standing:
        rule = by_key.get((pool.kind, pool.key)) or by_key.get((pool.kind, EVERY))
        capacity, target = (rule.capacity, rule.target) if rule else (None, None)
        if (capacity, target) != (pool.capacity, pool.target):
            found.append(PoolChange(pool, capacity, target, _effect(pool, capacity, target)))
    return found


def _effect(pool: PoolStanding, capacity: int | None, target: int | None) -> Effect:
    cap = WIDE_OPEN if capacity is None else capacity
    if pool.taken > cap:
        return Effect.REFUSED
    if target is not None and pool.taken > target:
        return Effect.OVER_TARGET
    if pool.waiting and pool.taken < min(cap, WIDE_OPEN if target is None else target):
        return Effect.OPENS
    return Effect.FULL if pool.taken == cap else Effect.NOTHING
