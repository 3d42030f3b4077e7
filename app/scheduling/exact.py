"""The exact model of a seating problem for CP-SAT: proves the fewest breaks, or that no plan exists.

What makes it fast: breaks enter the objective only as "at least k breaks" Booleans per person, so that
core-guided search can raise the bound one break at a time; and table limits are also stated about people
(at most so many of them busy at once), as counters made of clauses, which lets conflicts be learnt.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.scheduling.instance import Instance, Plan, bits

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Literal = Any
"""A Boolean of the model; its class lives in the library that is loaded only when solving."""


class Verdict(StrEnum):
    """What the solver can say: proven best, proven impossible, or neither in the time given."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Proof:
    """The verdict, the best plan found (empty when none) and the proven lower bound of the objective."""

    verdict: Verdict
    plan: Plan
    bound: float


@dataclass(frozen=True)
class Limits:
    """How long to try: wall seconds for people who wait, deterministic units for plans that must repeat."""

    seconds: float | None = None
    units: float | None = None
    workers: int = 1


class Model:
    """The Booleans and constraints of one instance; every meeting must be seated."""

    def __init__(self, instance: Instance) -> None:
        from ortools.sat.python import cp_model  # here: it takes half a second to load and few commands need it

        self.instance = instance
        self.model = cp_model.CpModel()
        self.x: list[dict[int, Literal]] = []
        self.busy: list[dict[int, Literal]] = []
        self.more_breaks: list[list[Literal]] = []
        self._place_meetings()
        self._people_once()
        self._tables()
        self._order()
        self._breaks()
        self._fairness()

    def _place_meetings(self) -> None:
        for m, domain in enumerate(self.instance.domains):
            self.x.append({slot: self.model.new_bool_var(f"x{m}_{slot}") for slot in bits(domain)})
            self.model.add_exactly_one(self.x[m].values())

    def _people_once(self) -> None:
        for p, mine in enumerate(self.instance.meetings_of):
            there: dict[int, list[Literal]] = {}
            for m in mine:
                for slot, literal in self.x[m].items():
                    there.setdefault(slot, []).append(literal)
            busy = {}
            for slot in sorted(there):
                busy[slot] = self.model.new_bool_var(f"busy{p}_{slot}")
                self.model.add_exactly_one([*there[slot], ~busy[slot]])
            if busy:
                self.model.add(sum(busy.values()) == len(mine))
            self.busy.append(busy)

    def _tables(self) -> None:
        instance = self.instance
        in_pairs = all(len(meeting.people) == 2 for meeting in instance.meetings)
        clusters = _clusters(instance)
        for slot in range(instance.slots):
            here = [x[slot] for x in self.x if slot in x]
            if len(here) > instance.tables:
                self.model.add(sum(here) <= instance.tables)
            if in_pairs:
                self._at_most([b[slot] for b in self.busy if slot in b], 2 * instance.tables)
            for cluster in clusters:
                some = [self.busy[p][slot] for p in cluster if slot in self.busy[p]]
                if len(some) > instance.tables:
                    self.model.add(sum(some) <= instance.tables)

    def _at_most(self, literals: list[Literal], limit: int) -> None:
        """State the limit twice: as a sum, and as a counter of clauses from which conflicts can be learnt."""
        if len(literals) <= limit:
            return
        self.model.add(sum(literals) <= limit)
        counts = self._totalizer(literals, limit + 1)
        if len(counts) > limit:
            self.model.add_bool_or([~counts[limit]])

    def _totalizer(self, literals: list[Literal], most: int) -> list[Literal]:
        """Return literals of which the k-th is true when more than k of `literals` are, up to `most`."""
        if len(literals) == 1:
            return literals
        half = len(literals) // 2
        left, right = self._totalizer(literals[:half], most), self._totalizer(literals[half:], most)
        outs = [self.model.new_bool_var("") for _ in range(min(len(literals), most))]
        for i in range(len(left) + 1):
            for j in range(len(right) + 1):
                if 0 < i + j <= len(outs):
                    given = [~left[i - 1]] * (i > 0) + [~right[j - 1]] * (j > 0)
                    self.model.add_bool_or([*given, outs[i + j - 1]])
        return outs

    def _order(self) -> None:
        for m, meeting in enumerate(self.instance.meetings):
            for earlier in meeting.after:
                for slot, literal in self.x[m].items():
                    self.model.add_bool_or([~literal, *(x for s, x in self.x[earlier].items() if s < slot)])
                for slot, literal in self.x[earlier].items():
                    self.model.add_bool_or([~literal, *(x for s, x in self.x[m].items() if s > slot)])

    def _breaks(self) -> None:
        for p, mine in enumerate(self.instance.meetings_of):
            ends = self._break_ends(p) if len(mine) > 1 else []
            most = min(len(ends), len(mine) - 1)
            more = [self.model.new_bool_var(f"b{p}_{k}") for k in range(most)]
            for fewer, further in pairwise(more):
                self.model.add_implication(further, fewer)
            if ends:
                self.model.add(sum(ends) == sum(more))
            self.more_breaks.append(more)

    def _break_ends(self, p: int) -> list[Literal]:
        """Return a literal per slot in which this person resumes after idling within the day."""
        ends = []
        for day in self.instance.day_masks:
            slots = list(bits(day))
            before: list[Literal] = []
            met: Literal | None = None  # whether this person has met anyone yet today
            for slot in slots:
                now, last = self.busy[p].get(slot), before[-1] if before else None
                if now is not None and met is not None:
                    ends.append(self._resumes(now, last, met))
                if now is not None:
                    met = now if met is None else self._either(met, now)
                before.append(now)
        return ends

    def _resumes(self, now: Literal, last: Literal | None, met: Literal) -> Literal:
        end = self.model.new_bool_var("")
        idle = [] if last is None else [~last]
        self.model.add_bool_or([~now, ~met, *([] if last is None else [last]), end])
        for needed in (now, met, *idle):
            self.model.add_implication(end, needed)
        return end

    def _either(self, a: Literal, b: Literal) -> Literal:
        found = self.model.new_bool_var("")
        self.model.add_implication(a, found)
        self.model.add_implication(b, found)
        self.model.add_bool_or([~found, a, b])
        return found

    def _fairness(self) -> None:
        limit = self.instance.fairness
        if limit is None:
            return
        if any(not more for more in self.more_breaks):  # somebody can have no break, so the least is none
            for more in self.more_breaks:
                for literal in more[limit : limit + 1]:
                    self.model.add_bool_or([~literal])
            return
        for k in range(max(map(len, self.more_breaks)) - limit):
            everyone = self.model.new_bool_var("")
            for more in self.more_breaks:
                if k < len(more):
                    self.model.add_implication(everyone, more[k])
                else:
                    self.model.add_bool_or([~everyone])
                if k + limit < len(more):
                    self.model.add_implication(more[k + limit], everyone)

    def minimise(self) -> None:
        """Fewest moves of an earlier plan first, then fewest breaks."""
        terms: list[Any] = [literal for more in self.more_breaks for literal in more]
        weight = len(terms) + 1
        moved = [
            ~self.x[m][old] if old in self.x[m] else 1
            for m, old in sorted(self.instance.previous.items())
            if m not in self.instance.frozen
        ]
        self.model.minimize(sum(terms) + weight * sum(moved))

    def hint(self, plan: Plan) -> None:
        for m, slots in enumerate(self.x):
            for slot, literal in slots.items():
                self.model.add_hint(literal, plan.get(m) == slot)


def _clusters(instance: Instance) -> list[list[int]]:
    """Part the people greedily into groups that do not meet among themselves: each fills a table when busy."""
    partners: list[set[int]] = [set() for _ in range(instance.people)]
    for meeting in instance.meetings:
        for person in meeting.people:
            partners[person].update(meeting.people)
    left = sorted((p for p in range(instance.people) if partners[p]), key=lambda p: (len(partners[p]), p))
    clusters: list[list[int]] = []
    while left:
        cluster: list[int] = []
        for p in left:
            if not any(q in partners[p] for q in cluster):
                cluster.append(p)
        clusters.append(cluster)
        left = [p for p in left if p not in set(cluster)]
    return clusters


def prove(
    instance: Instance, hint: Plan, limits: Limits, *, best: bool = True, stop: Callable[[], bool] = lambda: False
) -> Proof:
    """Seat every meeting: with the fewest moves, then breaks, if `best`; else in any way that keeps the rules."""
    from ortools.sat.python import cp_model

    if any(domain == 0 for domain in instance.domains):
        return Proof(Verdict.INFEASIBLE, {}, 0)
    built = Model(instance)
    if best:
        built.minimise()
    if hint:
        built.hint(hint)
    solver = cp_model.CpSolver()
    _configure(solver, limits)
    verdict = Verdict(solver.status_name(_solve_beside(solver, built.model, stop)).lower())
    plan: Plan = {}
    if verdict in (Verdict.OPTIMAL, Verdict.FEASIBLE):
        plan = {m: next(s for s, x in slots.items() if solver.boolean_value(x)) for m, slots in enumerate(built.x)}
    bound = solver.best_objective_bound if verdict is not Verdict.INFEASIBLE else 0
    return Proof(verdict, plan, bound)


def _configure(solver: "cp_model.CpSolver", limits: Limits) -> None:
    parameters = solver.parameters
    parameters.num_workers = limits.workers
    parameters.random_seed = 1
    parameters.optimize_with_core = True
    parameters.linearization_level = 0
    parameters.catch_sigint_signal = False
    if limits.seconds is not None:
        parameters.max_time_in_seconds = limits.seconds
    if limits.units is not None:
        parameters.max_deterministic_time = limits.units


def _solve_beside(
    solver: "cp_model.CpSolver", model: "cp_model.CpModel", stop: Callable[[], bool]
) -> "cp_model.CpSolverStatus":
    """Solve in a thread of its own: here signals are still heard and `stop` is asked ten times a second."""
    with ThreadPoolExecutor(1) as beside:
        solving = beside.submit(solver.solve, model)
        while not wait([solving], timeout=0.1).done:
            if stop():
                solver.stop_search()
        return solving.result()
