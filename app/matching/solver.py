"""Who meets whom: the pairs of greatest total mutual value, exactly, under capacities on both sides.

The problem is a transportation problem, whose linear relaxation is integral, so minimum-cost flow finds
the true optimum. A floor (so many pairs for everyone on the left) is part of the same flow: each pair
that fills a floor earns more than any rearrangement of the others could, so floors are met as far as
they can be before value counts, and one that cannot be met is reported rather than fatal.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import floor, fsum, log2

Scores = Sequence[Sequence[float | None]]
Pair = tuple[int, int]


class Fusion(StrEnum):
    """How the scores of two sides become the value of their pair."""

    PRODUCT = "product"
    HARMONIC = "harmonic"
    MEAN = "mean"


FUSIONS: dict[Fusion, Callable[[float, float], float]] = {
    Fusion.PRODUCT: lambda ours, theirs: ours * theirs,
    Fusion.HARMONIC: lambda ours, theirs: 2 * ours * theirs / (ours + theirs) if ours + theirs else 0.0,
    Fusion.MEAN: lambda ours, theirs: (ours + theirs) / 2,
}


class MarketError(ValueError):
    """The market contradicts itself; `field` names the part that does."""

    def __init__(self, field_name: str, problem: str) -> None:
        super().__init__(f"{field_name}: {problem}")
        self.field = field_name


@dataclass(frozen=True)
class Market:
    """Two sides that score each other. Both tables are indexed [left][right]; None: this pair may not meet.

    Scores are finite and not negative. `left_floor` is the number of pairs wanted for everyone on the left.
    """

    left_score: Scores
    right_score: Scores
    left_capacity: Sequence[int]
    right_capacity: Sequence[int]
    left_floor: int = 0
    forbidden: frozenset[Pair] = frozenset()
    pinned: frozenset[Pair] = frozenset()
    fusion: Fusion = Fusion.PRODUCT


@dataclass(frozen=True)
class Assignment:
    """The pairs, ordered; their total `value`; a proven upper `bound` on it; those left below the floor."""

    pairs: list[Pair]
    value: float
    bound: float
    unmet_floor: list[int]
    values: dict[Pair, float] = field(repr=False)


class NotMade(StrEnum):
    """Why a pair is not in the plan."""

    LEFT_FULL = "left_full"
    RIGHT_FULL = "right_full"
    BOTH_HAD_BETTER = "both_had_better"
    WORTH_NOTHING = "worth_nothing"


def pair_values(market: Market) -> dict[Pair, float]:
    """Return the value of every pair that may meet, in order of left then right."""
    fuse = FUSIONS[market.fusion]
    return {
        (i, j): fuse(ours, theirs)
        for i, (left_row, right_row) in enumerate(zip(market.left_score, market.right_score, strict=True))
        for j, (ours, theirs) in enumerate(zip(left_row, right_row, strict=True))
        if ours is not None and theirs is not None and (i, j) not in market.forbidden
    }


def check(market: Market, values: dict[Pair, float]) -> None:
    """Raise MarketError when pins contradict prohibitions or capacities."""
    for pair in sorted(market.pinned):
        if pair not in values:
            raise MarketError("pinned", f"pair {list(pair)} may not meet, so it cannot be pinned")
    for side, capacity in ((0, market.left_capacity), (1, market.right_capacity)):
        for who, pins in sorted(Counter(pair[side] for pair in market.pinned).items()):
            if pins > capacity[who]:
                name = ("left", "right")[side]
                raise MarketError("pinned", f"{name} {who} has {pins} pinned pairs but a capacity of {capacity[who]}")


def solve(market: Market) -> Assignment:
    """Return the pairs of greatest total value among those that fill as many floor places as can be filled.

    Pins are kept, pairs that may not meet are not made, nobody exceeds a capacity. The same market gives
    the same pairs. Raises MarketError when the pins cannot be kept.
    """
    values = pair_values(market)
    check(market, values)
    spare = _Spare.after_pins(market)
    chosen, slack = _best_flow(spare, {pair: v for pair, v in values.items() if pair not in market.pinned})
    pairs = _without_worthless(sorted({*market.pinned, *chosen}), values, market)
    value = fsum(values[pair] for pair in pairs)
    had = Counter(i for i, _ in pairs)
    unmet = [i for i in range(len(market.left_capacity)) if had[i] < market.left_floor]
    return Assignment(pairs, value, value + slack, unmet, values)


@dataclass(frozen=True)
class _Spare:
    """What capacity and floor are left once the pins have taken theirs."""

    left: list[int]
    right: list[int]
    floors: list[int]

    @classmethod
    def after_pins(cls, market: Market) -> "_Spare":
        lefts = Counter(i for i, _ in market.pinned)
        rights = Counter(j for _, j in market.pinned)
        n_left, n_right = len(market.left_capacity), len(market.right_capacity)
        left = [min(capacity, n_right) - lefts[i] for i, capacity in enumerate(market.left_capacity)]
        right = [min(capacity, n_left) - rights[j] for j, capacity in enumerate(market.right_capacity)]
        floors = [min(spare, max(0, market.left_floor - lefts[i])) for i, spare in enumerate(left)]
        return cls(left, right, floors)


def _best_flow(spare: _Spare, values: dict[Pair, float]) -> tuple[list[Pair], float]:
    """Return the optimal pairs and by how much rounding to whole costs could at most have misled."""
    useful = {(i, j): v for (i, j), v in values.items() if spare.left[i] and spare.right[j]}
    largest = max(useful.values(), default=0.0)
    if not useful or (largest == 0 and not any(spare.floors)):
        return [], 0.0
    import numpy  # here: both libraries take time to load and only solving needs them
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    n_left, n_right = len(spare.left), len(spare.right)
    source, sink = n_left + n_right, n_left + n_right + 1
    scale = _scale(largest, n_left, n_right) if largest else 1.0
    gains = numpy.rint(numpy.fromiter(useful.values(), float, len(useful)) * scale).astype(numpy.int64)
    # No rearrangement along a path through each person once can lose more than this.
    floor_reward = int(gains.max()) * (min(n_left, n_right) + 1) + 1
    ends = numpy.array(list(useful), dtype=numpy.int64)
    flow = SimpleMinCostFlow()
    pair_arcs = flow.add_arcs_with_capacity_and_unit_cost(
        ends[:, 0], ends[:, 1] + n_left, numpy.ones(len(useful), dtype=numpy.int64), -gains
    )
    for i, capacity in enumerate(spare.left):
        flow.add_arc_with_capacity_and_unit_cost(source, i, spare.floors[i], -floor_reward)
        flow.add_arc_with_capacity_and_unit_cost(source, i, capacity - spare.floors[i], 0)
    for j, capacity in enumerate(spare.right):
        flow.add_arc_with_capacity_and_unit_cost(n_left + j, sink, capacity, 0)
    most = min(sum(spare.left), sum(spare.right))
    flow.add_arc_with_capacity_and_unit_cost(source, sink, most, 0)
    flow.set_node_supply(source, most)
    flow.set_node_supply(sink, -most)
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("The flow solver did not finish; the scores are too far apart to be compared.")
    taken = flow.flows(pair_arcs)
    chosen = [pair for pair, units in zip(useful, taken.tolist(), strict=True) if units]
    return chosen, most / scale if largest else 0.0


def _scale(largest: float, n_left: int, n_right: int) -> float:
    """Return the power of two that makes values whole numbers as fine as the solver's 64 bits allow."""
    room = 2**57 / ((min(n_left, n_right) + 2) * (n_left + n_right + 3))
    return 2.0 ** floor(log2(room) - log2(largest))


def _without_worthless(pairs: list[Pair], values: dict[Pair, float], market: Market) -> list[Pair]:
    """Drop pairs worth nothing that neither a pin nor a floor asks for: a meeting costs both sides time."""
    had = Counter(i for i, _ in pairs)
    kept = []
    for pair in pairs:
        needed = values[pair] > 0 or pair in market.pinned or had[pair[0]] <= market.left_floor
        if needed:
            kept.append(pair)
        else:
            had[pair[0]] -= 1
    return kept


def why_full(left_full: bool, right_full: bool) -> NotMade:
    """Name the reason that follows from who has all the pairs they may have."""
    if left_full and right_full:
        return NotMade.BOTH_HAD_BETTER
    if left_full:
        return NotMade.LEFT_FULL
    return NotMade.RIGHT_FULL if right_full else NotMade.WORTH_NOTHING
