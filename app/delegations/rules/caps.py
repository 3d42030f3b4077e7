"""How many people an organization may send."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.registration.rules.summit import EVERY, PoolRule
from app.registration.states import PoolKind


@dataclass(frozen=True, slots=True)
class Cap:
    """How many delegates an organization may endorse, None without a limit, and how many it has."""

    most: int | None
    used: int
    reserve: int = 0

    @property
    def left(self) -> int | None:
        return None if self.most is None else max(0, self.most - self.used)

    @property
    def is_full(self) -> bool:
        return self.left == 0


def most_delegates(pools: Iterable[PoolRule], organization_id: str) -> int | None:
    """Return the cap of an organization from the pools of places, None when there is none."""
    capacities = {rule.key: rule.capacity for rule in pools if rule.kind is PoolKind.ORGANIZATION}
    return capacities.get(organization_id, capacities.get(EVERY))


def full_words(cap: Cap, *, organization: str) -> str:
    """Return the sentence for somebody beyond the cap."""
    return (
        f"{organization} may send {cap.most}, and {cap.used} are endorsed. Withdraw an endorsement first, or keep this "
        "person in reserve."
    )
