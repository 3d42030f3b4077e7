"""A seating plan at any time: seat greedily, push out to make room, then exchange slots along Kempe chains.

A Kempe chain is the set of meetings reached from one meeting by going from shared person to shared person
between two slots; exchanging the slots of the whole chain never puts a person in two places. Everything is
drawn from a seeded generator and limited by steps, so the same instance gives the same plan on any machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from random import Random
from time import monotonic

from app.scheduling.instance import Instance, Plan, bits

MOVE_COST = 12.0
"""What moving a meeting of an earlier plan costs, in breaks."""
UNFAIR_COST = 3.0
"""What each break beyond the fairness bound costs on top."""
HOT, COLD = 0.3, 0.02
"""How much dearer an exchange may be, in breaks, to be taken with odds of 1 in e: at first, at last."""


@dataclass(frozen=True)
class Budget:
    """How long to search: `steps` alone gives the same plan everywhere; `seconds` of wall time may end it sooner."""

    steps: int
    seconds: float | None = None
    stop: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = monotonic

    def part(self, share: float) -> "Budget":
        """Return a share of this budget, its seconds counted from when it is first asked."""
        seconds = None if self.seconds is None else self.seconds * share
        return Budget(max(1, int(self.steps * share)), seconds, self.stop, self.clock)


class Meter:
    """Tells how much of a budget is used, from 0 to 1; looks at the clock only every so many steps."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.began = budget.clock() if budget.seconds is not None else 0.0
        self.share_of_time = 0.0

    def used(self, step: int) -> float:
        if step % 256 == 0 and self.over():
            self.share_of_time = 1.0
        return max(step / self.budget.steps, self.share_of_time)

    def over(self) -> bool:
        """Tell whether time is up or somebody said stop."""
        budget = self.budget
        if budget.seconds is not None:
            self.share_of_time = (budget.clock() - self.began) / max(budget.seconds, 1e-9)
        return self.share_of_time >= 1 or budget.stop()


class Seating:
    """A plan being worked on: who is busy when, how full each slot is, what it costs."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.domains = instance.domains
        self.people = [meeting.people for meeting in instance.meetings]
        self.after = [meeting.after for meeting in instance.meetings]
        self.before = instance.before
        self.slot: list[int] = [-1] * len(self.people)
        self.busy = [0] * instance.people
        self.at: list[dict[int, int]] = [{} for _ in range(instance.people)]
        self.load = [0] * instance.slots
        self._costs: dict[int, float] = {}

    def plan(self) -> Plan:
        return {m: slot for m, slot in enumerate(self.slot) if slot >= 0}

    def person_cost(self, busy: int) -> float:
        """What this set of busy slots costs its person."""
        cost = self._costs.get(busy)
        if cost is None:
            breaks = self.instance.breaks(busy)
            limit = self.instance.fairness
            cost = breaks + (UNFAIR_COST * max(0, breaks - limit) if limit is not None else 0.0)
            self._costs[busy] = cost
        return cost

    def cost(self) -> float:
        moved = sum(1 for m, old in self.instance.previous.items() if self.slot[m] not in (old, -1))
        return sum(map(self.person_cost, self.busy)) + MOVE_COST * moved

    def ordered(self, m: int, slot: int, moving: dict[int, int] | None = None) -> bool:
        """Tell whether `m` in `slot` respects what must come before and after it."""
        moving = moving or {}
        return all((other := moving.get(e, self.slot[e])) < 0 or other < slot for e in self.after[m]) and all(
            (other := moving.get(e, self.slot[e])) < 0 or other > slot for e in self.before[m]
        )

    def free_slots(self, m: int) -> int:
        """The slots that `m` could take as things stand, tables aside."""
        taken = 0
        for person in self.people[m]:
            taken |= self.busy[person]
        return self.domains[m] & ~taken

    def seat(self, m: int, slot: int) -> None:
        self.slot[m] = slot
        self.load[slot] += 1
        for person in self.people[m]:
            self.busy[person] |= 1 << slot
            self.at[person][slot] = m

    def unseat(self, m: int) -> None:
        slot = self.slot[m]
        self.slot[m] = -1
        self.load[slot] -= 1
        for person in self.people[m]:
            self.busy[person] &= ~(1 << slot)
            del self.at[person][slot]

    def seat_anywhere(self, m: int) -> bool:
        """Seat `m` where it costs least, if any free slot with a table takes it."""
        best = None
        for slot in bits(self.free_slots(m)):
            if self.load[slot] < self.instance.tables and self.ordered(m, slot):
                price = (self._seat_cost(m, slot), self.load[slot], slot)
                best = min(best, price) if best else price
        if best is None:
            return False
        self.seat(m, best[2])
        return True

    def _seat_cost(self, m: int, slot: int) -> float:
        bit = 1 << slot
        added = sum(self.person_cost(self.busy[p] | bit) - self.person_cost(self.busy[p]) for p in self.people[m])
        old = self.instance.previous.get(m)
        return added + (MOVE_COST if old is not None and old != slot else 0.0)

    def chain(self, m: int, to: int) -> dict[int, int] | None:
        """Return the Kempe chain from `m` into slot `to` (meeting to new slot); None when a rule stops it."""
        here = self.slot[m]
        moving = {m: to}
        waiting = [m]
        while waiting:
            current = waiting.pop()
            goal = moving[current]
            if not self.domains[current] >> goal & 1:
                return None
            for person in self.people[current]:
                other = self.at[person].get(goal)
                if other is not None and other not in moving:
                    moving[other] = here if goal == to else to
                    waiting.append(other)
        shift = sum(1 if goal == to else -1 for goal in moving.values())
        tables = self.instance.tables
        if (shift > 0 and self.load[to] + shift > tables) or (shift < 0 and self.load[here] - shift > tables):
            return None
        if any((self.after[x] or self.before[x]) and not self.ordered(x, moving[x], moving) for x in moving):
            return None
        return moving

    def chain_cost(self, moving: dict[int, int], here: int, to: int) -> float:
        """How much dearer the plan becomes by the chain: only people at its ends change their busy slots."""
        changed: dict[int, int] = {}
        both = 1 << here | 1 << to
        for x, goal in moving.items():
            for person in self.people[x]:
                changed[person] = changed.get(person, 0) ^ (1 << goal)
        cost = 0.0
        for person, gained in changed.items():
            if gained != both:
                busy = self.busy[person]
                cost += self.person_cost((busy & ~both) | gained) - self.person_cost(busy)
        if self.instance.previous:
            cost += MOVE_COST * self._newly_moved(moving)
        return cost

    def _newly_moved(self, moving: dict[int, int]) -> int:
        old = self.instance.previous
        return sum((goal != old[x]) - (self.slot[x] != old[x]) for x, goal in moving.items() if x in old)

    def exchange(self, moving: dict[int, int]) -> None:
        for x in moving:
            self.unseat(x)
        for x, goal in moving.items():
            self.seat(x, goal)


def start(instance: Instance) -> Seating:
    """Seat what has a previous slot there, then the others greedily, those with least choice first."""
    seating = Seating(instance)
    held = [m for m in instance.previous if m in instance.frozen]
    for m in [*held, *(m for m in sorted(instance.previous) if m not in instance.frozen)]:
        slot = instance.previous[m]
        room = seating.free_slots(m) >> slot & 1 and seating.load[slot] < instance.tables
        if room and seating.ordered(m, slot):
            seating.seat(m, slot)
    degree = [len(mine) for mine in instance.meetings_of]
    by_choice = sorted(
        (m for m in range(len(seating.people)) if seating.slot[m] < 0),
        key=lambda m: (seating.domains[m].bit_count() - max(degree[p] for p in seating.people[m]), m),
    )
    for m in by_choice:
        seating.seat_anywhere(m)
    return seating


def make_room(seating: Seating, random: Random, budget: Budget) -> None:
    """Seat what the greedy start left out by pushing others out, those pushed seldom first; keep the fullest plan."""
    waiting = unseated(seating)
    pushed = [0] * len(seating.people)
    best, best_slots = len(waiting), list(seating.slot)
    meter = Meter(budget)
    for _ in range(budget.steps):
        if not waiting or meter.over():
            break
        m = waiting.pop(random.randrange(len(waiting)))
        if not seating.seat_anywhere(m):
            waiting += _push_in(seating, m, pushed, random) or [m]
        _shake(seating, random, 4)
        waiting = [x for x in waiting if not seating.seat_anywhere(x)]
        if len(waiting) < best:
            best, best_slots = len(waiting), list(seating.slot)
    if len(waiting) > best:
        _restore(seating, best_slots)


def unseated(seating: Seating) -> list[int]:
    """Return the meetings without a slot, in order."""
    return [m for m, slot in enumerate(seating.slot) if slot < 0]


def _push_in(seating: Seating, m: int, pushed: list[int], random: Random) -> list[int]:
    """Seat `m` in the slot whose present meetings were pushed least; return those that had to leave."""
    best: tuple[float, float, int, set[int]] | None = None
    for slot in bits(seating.domains[m]):
        leaving = _leaving(seating, m, slot, random)
        if leaving is not None:
            price = sum(1 + pushed[x] for x in leaving)
            candidate = (price, random.random(), slot, leaving)
            if best is None or candidate[:2] < best[:2]:
                best = candidate
    if best is None:
        return []
    pushed_out = sorted(best[3])
    for x in pushed_out:
        seating.unseat(x)
        pushed[x] += 1
    seating.seat(m, best[2])
    return pushed_out


def _leaving(seating: Seating, m: int, slot: int, random: Random) -> set[int] | None:
    """Return the meetings that must leave for `m` to take `slot`; None when a frozen one would have to."""
    frozen = seating.instance.frozen
    leaving = {other for person in seating.people[m] if (other := seating.at[person].get(slot)) is not None}
    leaving |= {e for e in seating.after[m] if seating.slot[e] >= slot}
    leaving |= {e for e in seating.before[m] if -1 < seating.slot[e] <= slot}
    if seating.load[slot] - sum(seating.slot[x] == slot for x in leaving) >= seating.instance.tables:
        others = [x for x, s in enumerate(seating.slot) if s == slot and x not in frozen and x not in leaving]
        if not others:
            return None
        leaving.add(others[random.randrange(len(others))])
    return None if leaving & frozen else leaving


def _shake(seating: Seating, random: Random, times: int) -> None:
    for _ in range(times):
        if found := _random_chain(seating, random):
            seating.exchange(found)


def _random_chain(seating: Seating, random: Random) -> dict[int, int] | None:
    m = int(random.random() * len(seating.slot))
    to = int(random.random() * seating.instance.slots)
    if seating.slot[m] < 0 or seating.slot[m] == to or not seating.domains[m] >> to & 1:
        return None
    return seating.chain(m, to)


def _restore(seating: Seating, slots: list[int]) -> None:
    for m, slot in enumerate(seating.slot):
        if slot >= 0:
            seating.unseat(m)
    for m, slot in enumerate(slots):
        if slot >= 0:
            seating.seat(m, slot)


def anneal(seating: Seating, random: Random, budget: Budget, *, enough: float) -> None:
    """Exchange slots along chains, at first also for the worse, ending in the best plan met.

    Stops early at a cost of `enough`. Meetings already seated stay seated.
    """
    if not seating.slot:
        return
    cost = best = seating.cost()
    best_slots = list(seating.slot)
    meter = Meter(budget)
    for step in range(budget.steps):
        used = meter.used(step)
        if best <= enough or used >= 1:
            break
        found = _random_chain(seating, random)
        if found is None:
            continue
        m, to = next(iter(found.items()))
        dearer = seating.chain_cost(found, seating.slot[m], to)
        if dearer <= 0 or random.random() < exp(-dearer / (HOT * (COLD / HOT) ** used)):
            seating.exchange(found)
            cost += dearer
            if cost < best - 1e-9:
                best, best_slots = cost, list(seating.slot)
    _restore(seating, best_slots)


def search(instance: Instance, budget: Budget, *, enough: float = 0.0, seed: int = 1) -> Plan:
    """Return a good plan; it keeps every rule but fairness, and may leave meetings unseated.

    Stops early once all are seated at a cost of `enough`. The same instance, budget of steps and seed give
    the same plan.
    """
    random = Random(seed)  # noqa: S311 - a plan must come out the same each time
    seating = start(instance)
    for share in (0.2, 0.8):
        part = budget.part(share)
        make_room(seating, random, Budget(max(200, part.steps // 500), part.seconds, part.stop, part.clock))
        anneal(seating, random, part, enough=enough)
        for m in unseated(seating):
            seating.seat_anywhere(m)
        if not unseated(seating) and seating.cost() <= enough:
            break
    return seating.plan()
