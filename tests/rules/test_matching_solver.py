"""The matcher's plan is the best there is: compared with trying every set of pairs."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.solver import Fusion, Market, MarketError, pair_values, solve


def scores(rows: int, columns: int) -> st.SearchStrategy[list[list[float | None]]]:
    score = st.one_of(st.none(), st.integers(0, 20).map(lambda n: n / 20))
    return st.lists(st.lists(score, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    capacity = st.integers(0, 3)
    market = Market(
        draw(scores(rows, columns)),
        draw(scores(rows, columns)),
        draw(st.lists(capacity, min_size=rows, max_size=rows)),
        draw(st.lists(capacity, min_size=columns, max_size=columns)),
        left_floor=draw(st.integers(0, 2)),
        forbidden=frozenset(
            draw(st.lists(st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1)), max_size=2))
        ),
        fusion=draw(st.sampled_from(list(Fusion))),
    )
    allowed = sorted(pair_values(market))
    pins = draw(st.lists(st.sampled_from(allowed), max_size=2, unique=True)) if allowed else []
    return Market(
        market.left_score, market.right_score, market.left_capacity, market.right_capacity, market.left_floor,
        market.forbidden, frozenset(pins), market.fusion,
    )  # fmt: skip


def fits(market: Market, pairs: tuple[tuple[int, int], ...]) -> bool:
    lefts, rights = [i for i, _ in pairs], [j for _, j in pairs]
    return (
        market.pinned <= set(pairs)
        and all(lefts.count(i) <= capacity for i, capacity in enumerate(market.left_capacity))
        and all(rights.count(j) <= capacity for j, capacity in enumerate(market.right_capacity))
    )


def filled(market: Market, pairs: tuple[tuple[int, int], ...]) -> int:
    lefts = [i for i, _ in pairs]
    return sum(min(lefts.count(i), market.left_floor) for i in range(len(market.left_capacity)))


def best_by_trying_all(market: Market) -> tuple[int, float] | None:
    values = pair_values(market)
    plans = (c for size in range(len(values) + 1) for c in combinations(values, size) if fits(market, c))
    return max(((filled(market, c), sum(values[p] for p in c)) for c in plans), default=None)


@settings(max_examples=250, deadline=None)
@given(markets())
def test_the_plan_is_the_best_of_all_plans(market: Market) -> None:
    best = best_by_trying_all(market)
    if best is None:
        with pytest.raises(MarketError):
            solve(market)
        return
    found = solve(market)
    assert fits(market, tuple(found.pairs))
    assert set(found.pairs) <= set(pair_values(market))
    assert filled(market, tuple(found.pairs)) == best[0]
    assert found.value == pytest.approx(best[1], abs=1e-9)
    assert found.value <= found.bound <= found.value + 1e-6
    lefts = [i for i, _ in found.pairs]
    assert found.unmet_floor == [i for i in range(len(market.left_capacity)) if lefts.count(i) < market.left_floor]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_in_which_people_are_listed_does_not_change_the_value(seed: int) -> None:
    random = Random(seed)
    rows, columns = 8, 5
    left = [[random.random() for _ in range(columns)] for _ in range(rows)]
    right = [[random.random() for _ in range(columns)] for _ in range(rows)]
    i_order, j_order = random.sample(range(rows), rows), random.sample(range(columns), columns)
    plain = solve(Market(left, right, [2] * rows, [3] * columns, 1))
    shuffled = solve(
        Market(
            [[left[i][j] for j in j_order] for i in i_order], [[right[i][j] for j in j_order] for i in i_order],
            [2] * rows, [3] * columns, 1,
        )
    )  # fmt: skip
    assert shuffled.value == pytest.approx(plain.value, abs=1e-9)
    assert sorted((i_order[i], j_order[j]) for i, j in shuffled.pairs) == plain.pairs


def test_a_floor_that_cannot_be_met_is_reported_and_the_rest_is_still_planned() -> None:
    found = solve(Market([[0.9, 0.8], [None, None]], [[0.5, 0.5], [0.9, 0.9]], [2, 2], [1, 1], left_floor=1))
    assert found.pairs == [(0, 0), (0, 1)]
    assert found.unmet_floor == [1]


def test_a_floor_beats_value_but_only_as_far_as_needed() -> None:
    found = solve(Market([[0.9], [0.1]], [[0.9], [0.1]], [1, 1], [1], left_floor=0))
    assert found.pairs == [(0, 0)]
    scarce = solve(Market([[0.9, 0.8], [0.1, None]], [[0.9, 0.8], [0.1, None]], [2, 1], [1, 1], left_floor=1))
    assert scarce.pairs == [(0, 1), (1, 0)]


def test_a_pair_worth_nothing_is_made_only_for_a_floor() -> None:
    assert solve(Market([[0.0]], [[1.0]], [1], [1])).pairs == []
    assert solve(Market([[0.0]], [[1.0]], [1], [1], left_floor=1)).pairs == [(0, 0)]


def test_pins_beyond_a_capacity_are_refused_by_name() -> None:
    with pytest.raises(MarketError, match="right 0 has 2 pinned pairs but a capacity of 1"):
        solve(Market([[1.0], [1.0]], [[1.0], [1.0]], [1, 1], [1], pinned=frozenset({(0, 0), (1, 0)})))


def test_a_pinned_pair_that_is_forbidden_is_refused() -> None:
    with pytest.raises(MarketError, match="may not meet"):
        solve(Market([[1.0]], [[1.0]], [1], [1], forbidden=frozenset({(0, 0)}), pinned=frozenset({(0, 0)})))


def test_very_large_and_very_small_scores_are_solved_alike() -> None:
    for size in (1e-30, 1.0, 1e40):
        found = solve(Market([[2 * size, size], [size, 3 * size]], [[1, 1], [1, 1]], [1, 1], [1, 1], 1))
        assert found.pairs == [(0, 0), (1, 1)]
