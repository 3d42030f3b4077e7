"""Seat every meeting: a good plan at once, a better one with time, a proof where the event is small enough."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic

from app.scheduling.conflicts import Cause, Conflict, proven_conflicts, why_unseated
from app.scheduling.exact import Limits, Verdict, prove
from app.scheduling.instance import Instance, Plan, breaks_bound, total_breaks, violations
from app.scheduling.search import Budget, search

PROVABLE_CHOICES = 40_000
"""Choices of a slot for a meeting up to which an exact model is worth building."""


@dataclass(frozen=True)
class Effort:
    """How hard to try. With `seconds` wall time decides; without, steps and units do, and the plan repeats.

    `units` are the exact solver's own deterministic time, roughly a second each; None leaves it unlimited.
    `provable` is up to how many choices of a slot for a meeting the exact solver is asked at all.
    """

    steps: int = 400_000
    seconds: float | None = None
    units: float | None = None
    workers: int = 1
    provable: int = PROVABLE_CHOICES
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Seated:
    """The plan, whether it is proven best, its breaks, a proven lower bound, who has no slot and why."""

    verdict: Verdict
    plan: Plan
    breaks: int
    bound: int
    unseated: dict[int, Conflict]
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not self.unseated


def seat(instance: Instance, effort: Effort) -> Seated:
    """Return the best plan found. Meetings that do not fit are left out and explained, fewest first.

    INFEASIBLE means: proven that not all fit under all rules; `conflicts` says what collides. A plan kept
    from `instance.previous` moves as few meetings as possible, then has as few breaks as possible.
    """
    began = monotonic()
    conflicts = proven_conflicts(instance)
    bound = breaks_bound(instance)
    provable = not conflicts and sum(domain.bit_count() for domain in instance.domains) <= effort.provable
    plan = search(instance, _first_budget(effort, is_all=not provable and not conflicts), enough=bound)
    if conflicts:
        return _answer(instance, Verdict.INFEASIBLE, plan, 0, conflicts)
    if _is_best(instance, plan, bound):
        return _answer(instance, Verdict.OPTIMAL, plan, bound)
    if not provable or effort.stop():
        return _answer(instance, _found(instance, plan), plan, bound)
    left = None if effort.seconds is None else max(0.0, effort.seconds - (monotonic() - began))
    return _proven(instance, plan, bound, replace(effort, seconds=left))


def _first_budget(effort: Effort, *, is_all: bool) -> Budget:
    """Return what to spend on searching: all there is when no proof will follow, else just enough to begin from."""
    if effort.seconds is None:
        return Budget(effort.steps, None, effort.stop)
    if is_all:
        return Budget(10**9, effort.seconds * 0.95, effort.stop)
    return Budget(min(effort.steps, 100_000), min(5.0, effort.seconds * 0.2), effort.stop)


def _proven(instance: Instance, plan: Plan, bound: int, effort: Effort) -> Seated:
    """Ask the exact solver, and fall back on the plan at hand where it has nothing better."""
    usable = len(plan) == len(instance.meetings) and not violations(instance, plan)
    proof = prove(
        instance, plan if usable else {}, Limits(effort.seconds, effort.units, effort.workers), stop=effort.stop
    )
    if proof.verdict is Verdict.INFEASIBLE:
        return _answer(instance, Verdict.INFEASIBLE, plan, 0, _blame(instance, plan, effort))
    bound = max(bound, 0 if instance.previous else round(proof.bound))
    if not proof.plan or (usable and _price(instance, plan) <= _price(instance, proof.plan)):
        verdict = Verdict.OPTIMAL if proof.verdict is Verdict.OPTIMAL else _found(instance, plan)
        return _answer(instance, verdict, plan, bound)
    return _answer(instance, proof.verdict, proof.plan, bound)


def _blame(instance: Instance, plan: Plan, effort: Effort) -> list[Conflict]:
    """Name what, taken away alone, would let everything fit; all together when no single thing does."""
    unbounded = replace(instance, fairness=None)
    if len(plan) == len(instance.meetings) and not violations(unbounded, plan):
        return [Conflict(Cause.BUT_FOR_FAIRNESS)]
    everyone = tuple(range(len(instance.meetings)))
    with_order = tuple(m for m in everyone if instance.meetings[m].after)
    relaxed = [
        (Cause.BUT_FOR_FAIRNESS, (), unbounded, instance.fairness is not None),
        (Cause.BUT_FOR_ORDER, with_order, _unordered(instance), bool(with_order)),
        (Cause.BUT_FOR_TABLES, (), replace(instance, tables=len(instance.meetings)), True),
    ]
    quick = Limits(seconds=5 if effort.seconds is not None else None, units=5, workers=effort.workers)
    found = [
        Conflict(cause, meetings)
        for cause, meetings, easier, applies in relaxed
        if applies and not effort.stop() and prove(easier, {}, quick, best=False, stop=effort.stop).plan
    ]
    return found or [Conflict(Cause.TOGETHER)]


def _unordered(instance: Instance) -> Instance:
    return replace(instance, meetings=[replace(meeting, after=()) for meeting in instance.meetings])


def _moved(instance: Instance, plan: Plan) -> int:
    return sum(1 for m, old in instance.previous.items() if plan.get(m, old) != old)


def _price(instance: Instance, plan: Plan) -> tuple[int, int]:
    return _moved(instance, plan), total_breaks(instance, plan)


def _is_best(instance: Instance, plan: Plan, bound: int) -> bool:
    """Tell whether nothing could be better: all seated, nothing moved, breaks at the bound, no rule broken."""
    return (
        len(plan) == len(instance.meetings)
        and _moved(instance, plan) == 0
        and total_breaks(instance, plan) == bound
        and not violations(instance, plan)
    )


def _found(instance: Instance, plan: Plan) -> Verdict:
    """FEASIBLE for a complete plan without fault, else UNKNOWN: nothing is proven either way."""
    complete = len(plan) == len(instance.meetings) and not violations(instance, plan)
    return Verdict.FEASIBLE if complete else Verdict.UNKNOWN


def _answer(
    instance: Instance, verdict: Verdict, plan: Plan, bound: int, conflicts: list[Conflict] | None = None
) -> Seated:
    reasons = why_unseated(instance, plan)
    return Seated(verdict, plan, total_breaks(instance, plan), bound, reasons, conflicts or [])
