"""What is to be seated: people, slots, tables, meetings; and the judge of a finished plan.

Slots and people are numbered from 0 here; sets of slots are whole numbers with one bit per slot.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

Plan = dict[int, int]
"""Meeting (its place in the list) to slot. A meeting that is missing is not seated."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Some people who must sit together in one slot of `allowed`, later than the meetings in `after`."""

    people: tuple[int, ...]
    allowed: int
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Instance:
    """One seating problem. `fairness` bounds how many more breaks one person may have than another.

    `previous` and `frozen` make it a repair: frozen meetings keep their previous slot, others should.
    """

    people: int
    slots: int
    tables: int
    meetings: Sequence[Meeting]
    day_starts: tuple[int, ...] = (0,)
    fairness: int | None = None
    previous: Mapping[int, int] = field(default_factory=dict)
    frozen: frozenset[int] = frozenset()

    @cached_property
    def meetings_of(self) -> list[list[int]]:
        """For each person the meetings they sit in."""
        found: list[list[int]] = [[] for _ in range(self.people)]
        for m, meeting in enumerate(self.meetings):
            for person in meeting.people:
                found[person].append(m)
        return found

    @cached_property
    def before(self) -> list[list[int]]:
        """For each meeting those that must come after it."""
        found: list[list[int]] = [[] for _ in self.meetings]
        for m, meeting in enumerate(self.meetings):
            for earlier in meeting.after:
                found[earlier].append(m)
        return found

    @cached_property
    def domains(self) -> list[int]:
        """For each meeting the slots it may take, once frozen meetings are held to theirs."""
        return [
            meeting.allowed & 1 << self.previous[m] if m in self.frozen and m in self.previous else meeting.allowed
            for m, meeting in enumerate(self.meetings)
        ]

    @cached_property
    def day_masks(self) -> list[int]:
        """The slots of each day."""
        ends = (*self.day_starts[1:], self.slots)
        return [(1 << end) - (1 << start) for start, end in zip(self.day_starts, ends, strict=True)]

    @cached_property
    def day_start_mask(self) -> int:
        return sum(1 << start for start in self.day_starts)

    def breaks(self, busy: int) -> int:
        """Count the groups of idle slots between meetings within a day, for a set of busy slots."""
        runs = (busy & ~((busy << 1) & ~self.day_start_mask)).bit_count()
        return runs - sum(1 for day in self.day_masks if busy & day)


def bits(mask: int) -> Iterator[int]:
    """Yield the members of a set of slots, earliest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def busy_slots(instance: Instance, plan: Plan) -> list[int]:
    """Return for each person the set of slots in which they meet."""
    busy = [0] * instance.people
    for m, slot in plan.items():
        for person in instance.meetings[m].people:
            busy[person] |= 1 << slot
    return busy


def total_breaks(instance: Instance, plan: Plan) -> int:
    """Return the breaks of all people together."""
    return sum(instance.breaks(mask) for mask in busy_slots(instance, plan))


def violations(instance: Instance, plan: Plan) -> list[str]:
    """Name every rule the plan breaks, in words; empty when it may be used. Unseated meetings are no fault."""
    found = [
        *_misplaced(instance, plan),
        *_person_twice(instance, plan),
        *(
            f"slot {slot} has {n} meetings for {instance.tables} tables"
            for slot, n in sorted(Counter(plan.values()).items())
            if n > instance.tables
        ),
    ]
    spread = _spread(instance, plan)
    if instance.fairness is not None and spread > instance.fairness:
        found.append(f"breaks differ by {spread} between people, {instance.fairness} are allowed")
    return found


def _misplaced(instance: Instance, plan: Plan) -> Iterator[str]:
    for m, slot in sorted(plan.items()):
        if not instance.domains[m] >> slot & 1:
            yield f"meeting {m} may not be in slot {slot}"
        for earlier in instance.meetings[m].after:
            if earlier in plan and plan[earlier] >= slot:
                yield f"meeting {m} in slot {slot} is not after meeting {earlier}"


def _person_twice(instance: Instance, plan: Plan) -> Iterator[str]:
    at: dict[tuple[int, int], list[int]] = defaultdict(list)
    for m, slot in sorted(plan.items()):
        for person in instance.meetings[m].people:
            at[person, slot].append(m)
    for (person, slot), meetings in sorted(at.items()):
        if len(meetings) > 1:
            yield f"person {person} has meetings {meetings} in slot {slot}"


def _spread(instance: Instance, plan: Plan) -> int:
    counts = [instance.breaks(mask) for mask in busy_slots(instance, plan)] or [0]
    return max(counts) - min(counts)


def breaks_bound(instance: Instance) -> int:
    """Return a proven lower bound: the breaks that each person's own free slots force, added up."""
    return sum(_own_least(instance, person) for person in range(instance.people))


def _own_least(instance: Instance, person: int) -> int:
    """Return the fewest breaks with which this person alone could hold all their meetings."""
    mine = instance.meetings_of[person]
    free = 0
    for m in mine:
        free |= instance.domains[m]
    if len(mine) <= 1 or free.bit_count() < len(mine):
        return 0
    blocks = _blocks(free, instance.day_start_mask)
    return _fewest_gaps(blocks, len(mine))


def _blocks(free: int, day_starts: int) -> list[list[int]]:
    """Return, day by day, the lengths of the runs of free slots."""
    days: list[list[int]] = []
    last = -2
    current_day = -1
    for slot in bits(free):
        day = (day_starts & ((2 << slot) - 1)).bit_count()
        if day != current_day:
            days.append([1])
            current_day = day
        elif slot == last + 1:
            days[-1][-1] += 1
        else:
            days[-1].append(1)
        last = slot
    return days


def _fewest_gaps(days: list[list[int]], wanted: int) -> int:
    """Cover `wanted` slots with as few breaks as possible: each day's first run is free, each further costs one.

    Within a day the longest runs are the best to use, so the k-th longest comes with the k-th break.
    """
    reach = [0] * (wanted + 1)  # reach[c] = most slots coverable with c breaks so far
    for day in days:
        lengths = sorted(day, reverse=True)
        sums = [0]
        for length in lengths:
            sums.append(sums[-1] + length)
        reach = [
            max(reach[c - k] + sums[k + 1] for k in range(min(c, len(lengths) - 1) + 1)) for c in range(wanted + 1)
        ]
    return next((c for c, most in enumerate(reach) if most >= wanted), 0)
