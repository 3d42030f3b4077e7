"""The seating plan keeps every rule, is as good as trying everything, and comes out the same each time."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from app.scheduling.conflicts import Cause, proven_conflicts
from app.scheduling.exact import Limits, Verdict, prove
from app.scheduling.instance import Instance, Meeting, Plan, breaks_bound, total_breaks, violations
from app.scheduling.search import Budget, search, start
from app.scheduling.solver import Effort, seat

EFFORT = Effort(steps=20_000, units=10)


def drawn(seed: int, *, people: int = 6, slots: int = 5, meetings: int = 6) -> Instance:
    """A small event with gaps in what people can do, some order, sometimes a second day and a fairness bound."""
    random = Random(seed)
    made = []
    for m in range(meetings):
        allowed = sum(1 << slot for slot in range(slots) if random.random() < 0.8)
        after = (random.randrange(m),) if m and random.random() < 0.15 else ()
        made.append(Meeting(tuple(random.sample(range(people), 2)), allowed, after))
    return Instance(
        people, slots, random.randint(1, 3), made,
        day_starts=random.choice([(0,), (0, 3)]), fairness=random.choice([None, 0, 1, 2]),
    )  # fmt: skip


def tried(instance: Instance) -> list[Plan]:
    """Every complete plan without a fault, by trying all."""
    every = product(range(instance.slots), repeat=len(instance.meetings))
    plans = (dict(enumerate(slots)) for slots in every)
    return [
        plan
        for plan in plans
        if all(instance.domains[m] >> s & 1 for m, s in plan.items()) and not violations(instance, plan)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_the_plan_has_the_fewest_breaks_or_is_rightly_called_impossible(seed: int) -> None:
    instance = drawn(seed)
    plans = tried(instance)
    found = seat(instance, EFFORT)
    if not plans:
        assert found.verdict is Verdict.INFEASIBLE
        assert found.conflicts
        return
    best = min(total_breaks(instance, plan) for plan in plans)
    assert found.verdict is Verdict.OPTIMAL
    assert not violations(instance, found.plan)
    assert (len(found.plan), found.breaks, found.bound) == (len(instance.meetings), best, best)


@pytest.mark.parametrize("seed", range(40, 60))
def test_the_exact_model_alone_agrees_with_trying_everything(seed: int) -> None:
    instance = drawn(seed)
    plans = tried(instance)
    proof = prove(instance, {}, Limits(units=10))
    if not plans:
        assert proof.verdict is Verdict.INFEASIBLE
        return
    assert proof.verdict is Verdict.OPTIMAL
    assert not violations(instance, proof.plan)
    assert total_breaks(instance, proof.plan) == min(total_breaks(instance, plan) for plan in plans)


@pytest.mark.parametrize("seed", range(60, 90))
def test_each_persons_own_bound_never_exceeds_what_is_possible(seed: int) -> None:
    instance = drawn(seed)
    plans = tried(instance)
    assert not plans or breaks_bound(instance) <= min(total_breaks(instance, plan) for plan in plans)
    assert not (plans and proven_conflicts(instance))


@pytest.mark.parametrize("seed", range(90, 110))
def test_a_repair_moves_as_few_meetings_as_any_repair_could(seed: int) -> None:
    random = Random(seed)
    instance = replace(drawn(seed), fairness=None)
    before = tried(instance)
    if not before:
        return
    previous = before[random.randrange(len(before))]
    lost = random.randrange(instance.slots)
    hurt = [
        replace(meeting, allowed=meeting.allowed & ~(1 << lost)) if 0 in meeting.people else meeting
        for meeting in instance.meetings
    ]
    repair = replace(instance, meetings=hurt, previous=previous)
    plans = tried(repair)
    found = seat(repair, EFFORT)
    if not plans:
        assert found.verdict is Verdict.INFEASIBLE
        return
    moved = [sum(plan[m] != previous[m] for m in plan) for plan in plans]
    fewest = min(moved)
    assert sum(found.plan[m] != previous[m] for m in found.plan) == fewest
    assert found.breaks == min(total_breaks(repair, plan) for plan, n in zip(plans, moved, strict=True) if n == fewest)


def test_a_frozen_meeting_keeps_its_slot_even_when_moving_it_would_save_breaks() -> None:
    every = 0b111
    instance = Instance(3, 3, 1, [Meeting((0, 1), every), Meeting((0, 2), every)], previous={0: 0, 1: 2})
    assert seat(replace(instance, frozen=frozenset({0, 1})), EFFORT).plan == {0: 0, 1: 2}
    fresh = seat(replace(instance, previous={}), EFFORT)
    assert fresh.breaks == 0


@pytest.mark.parametrize("seed", range(5))
def test_a_larger_event_is_seated_without_a_fault_and_the_same_each_time(seed: int) -> None:
    random = Random(seed)
    pairs = sorted({(random.randrange(40), 40 + random.randrange(12)) for _ in range(150)})
    instance = Instance(52, 24, 8, [Meeting(pair, (1 << 24) - 1) for pair in pairs], day_starts=(0, 12))
    plans = [search(instance, Budget(30_000)) for _ in range(2)]
    assert plans[0] == plans[1]
    assert len(plans[0]) == len(pairs)
    assert not violations(instance, plans[0])
    assert total_breaks(instance, plans[0]) < total_breaks(instance, start(instance).plan())


def test_groups_of_more_than_two_sit_together() -> None:
    instance = Instance(4, 2, 1, [Meeting((0, 1, 2), 0b11), Meeting((2, 3), 0b11)])
    found = seat(instance, EFFORT)
    assert sorted(found.plan.values()) == [0, 1]
    assert found.verdict is Verdict.OPTIMAL


def test_idle_slots_in_a_row_are_one_break_and_nights_are_none() -> None:
    one_day = Instance(1, 6, 1, [])
    assert one_day.breaks(0b101011) == 2
    assert one_day.breaks(0b100001) == 1
    assert replace(one_day, day_starts=(0, 3)).breaks(0b100001) == 0


def test_what_cannot_be_seated_is_left_out_with_its_cause_and_the_rest_is_seated() -> None:
    meetings = [Meeting((0, 1), 0b11), Meeting((0, 2), 0b11), Meeting((0, 3), 0b11), Meeting((1, 2), 0)]
    found = seat(Instance(4, 2, 2, meetings), EFFORT)
    assert found.verdict is Verdict.INFEASIBLE
    assert len(found.plan) == 2
    causes = {conflict.cause for conflict in found.unseated.values()}
    assert causes == {Cause.PERSON_OVERBOOKED, Cause.NO_COMMON_SLOT}
    overbooked = next(c for c in found.conflicts if c.cause is Cause.PERSON_OVERBOOKED)
    assert (overbooked.people, overbooked.meetings, overbooked.slots) == ((0,), (0, 1, 2), (0, 1))


def test_too_few_tables_and_a_circle_of_orders_are_named() -> None:
    full = Instance(4, 1, 1, [Meeting((0, 1), 1), Meeting((2, 3), 1)])
    assert [c.cause for c in proven_conflicts(full)] == [Cause.TABLES_FULL]
    circle = Instance(4, 3, 2, [Meeting((0, 1), 0b111, (1,)), Meeting((2, 3), 0b111, (0,))])
    assert Cause.ORDER_IMPOSSIBLE in {c.cause for c in proven_conflicts(circle)}


def test_a_fairness_bound_that_cannot_be_kept_is_blamed() -> None:
    """Person 0 must wait between two meetings; person 3, in none, never waits."""
    meetings = [Meeting((0, 1), 0b001), Meeting((0, 2), 0b100)]
    found = seat(Instance(4, 3, 2, meetings, fairness=0), EFFORT)
    assert found.verdict is Verdict.INFEASIBLE
    assert [c.cause for c in found.conflicts] == [Cause.BUT_FOR_FAIRNESS]


def test_when_everybody_must_wait_alike_a_fairness_of_none_can_still_be_kept() -> None:
    meetings = [Meeting((0, 1), 0b001), Meeting((0, 1), 0b100)]
    found = seat(Instance(2, 3, 1, meetings, fairness=0), EFFORT)
    assert (found.verdict, found.breaks) == (Verdict.OPTIMAL, 2)


def test_stopping_returns_the_plan_so_far() -> None:
    instance = drawn(3, people=20, slots=12, meetings=60)
    found = seat(instance, replace(EFFORT, stop=lambda: True))
    assert found.plan
    assert not violations(replace(instance, fairness=None), found.plan)
