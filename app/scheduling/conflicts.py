"""Why a meeting has no slot, and why no plan exists: causes that can be pointed at."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.scheduling.instance import Instance, Plan, bits, busy_slots


class Cause(StrEnum):
    """What stands in the way."""

    NO_COMMON_SLOT = "no_common_slot"
    PERSON_OVERBOOKED = "person_overbooked"
    TABLES_FULL = "tables_full"
    ORDER_IMPOSSIBLE = "order_impossible"
    PEOPLE_BUSY = "people_busy"
    BUT_FOR_FAIRNESS = "but_for_fairness"
    BUT_FOR_ORDER = "but_for_order"
    BUT_FOR_TABLES = "but_for_tables"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One cause with the meetings, people and slots it is about."""

    cause: Cause
    meetings: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()


def proven_conflicts(instance: Instance) -> list[Conflict]:
    """Return conflicts that alone prove that not every meeting can be seated; empty proves nothing."""
    return [
        *(Conflict(Cause.NO_COMMON_SLOT, (m,), instance.meetings[m].people) for m in _without_slot(instance)),
        *_overbooked(instance),
        *_too_few_tables(instance),
        *_impossible_orders(instance),
    ]


def _without_slot(instance: Instance) -> list[int]:
    return [m for m, domain in enumerate(instance.domains) if domain == 0]


def _overbooked(instance: Instance) -> Iterator[Conflict]:
    """A person whose meetings outnumber the slots open to them, however they are arranged."""
    for person, mine in enumerate(instance.meetings_of):
        stuck = _unmatched(instance, mine)
        if stuck:
            slots = 0
            for m in stuck:
                slots |= instance.domains[m]
            yield Conflict(Cause.PERSON_OVERBOOKED, tuple(stuck), (person,), tuple(bits(slots)))


def _unmatched(instance: Instance, meetings: list[int]) -> list[int]:
    """Return meetings of which there are more than slots for them (a Hall violator), empty when all fit."""
    holder: dict[int, int] = {}

    def settle(m: int, seen: dict[int, int]) -> bool:
        for slot in bits(instance.domains[m]):
            if slot in seen:
                continue
            seen[slot] = m
            if slot not in holder or settle(holder[slot], seen):
                holder[slot] = m
                return True
        return False

    for m in meetings:
        reached: dict[int, int] = {}
        if instance.domains[m] and not settle(m, reached):
            return sorted({m, *(holder[slot] for slot in reached)})
    return []


def _too_few_tables(instance: Instance) -> Iterator[Conflict]:
    """More meetings bound to a set of slots than the tables of those slots hold."""
    for slots in sorted({domain for domain in instance.domains if domain}):
        inside = [m for m, domain in enumerate(instance.domains) if domain and not domain & ~slots]
        if len(inside) > instance.tables * slots.bit_count():
            yield Conflict(Cause.TABLES_FULL, tuple(inside), (), tuple(bits(slots)))
            return


def _impossible_orders(instance: Instance) -> Iterator[Conflict]:
    """Meetings bound to follow each other in a circle, or in a chain longer than their slots allow."""
    earliest = [_first(domain) for domain in instance.domains]
    for _ in range(instance.slots + 1):
        changed = False
        for m, meeting in enumerate(instance.meetings):
            for other in meeting.after:
                least = earliest[other] + 1
                if instance.domains[m] and earliest[m] < least:
                    later = instance.domains[m] >> least << least
                    if not later:
                        yield Conflict(Cause.ORDER_IMPOSSIBLE, (other, m))
                        return
                    earliest[m] = _first(later)
                    changed = True
        if not changed:
            return


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def why_unseated(instance: Instance, plan: Plan) -> dict[int, Conflict]:
    """Say for each meeting without a slot what keeps it from having one in this plan."""
    busy = busy_slots(instance, plan)
    load = [0] * instance.slots
    for slot in plan.values():
        load[slot] += 1
    return {m: _why(instance, m, busy, load) for m in range(len(instance.meetings)) if m not in plan}


def _why(instance: Instance, m: int, busy: list[int], load: list[int]) -> Conflict:
    people = instance.meetings[m].people
    domain = instance.domains[m]
    if not domain:
        return Conflict(Cause.NO_COMMON_SLOT, (m,), people)
    for person in people:
        if not domain & ~busy[person]:
            mine = tuple(x for x in instance.meetings_of[person] if x != m)
            return Conflict(Cause.PERSON_OVERBOOKED, (m, *mine), (person,), tuple(bits(domain)))
    free = domain
    for person in people:
        free &= ~busy[person]
    if free and all(load[slot] >= instance.tables for slot in bits(free)):
        return Conflict(Cause.TABLES_FULL, (m,), people, tuple(bits(free)))
    return Conflict(Cause.ORDER_IMPOSSIBLE if free else Cause.PEOPLE_BUSY, (m,), people, tuple(bits(domain)))
