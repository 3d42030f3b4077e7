"""Every country with every opportunity in every kind of participation at once: the rules as operations on columns.

What is decided here is what `assess` decides one pair at a time, for a partner whose owners are of its own country; a
test holds the two equal. Results lie in arrays of [country, opportunity, kind].
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.regulatory.facts import CompanyFacts, CountryRow, DealFacts, OpportunityFacts, PartyFacts
from app.regulatory.rules.assess import Rulebook
from app.regulatory.rules.fields import FIELDS, Axis, Value, country_facts, opportunity_facts, pair_facts
from app.regulatory.rules.language import Condition, Op, Rule
from app.regulatory.rules.summary import STRICTNESS
from app.regulatory.states import Asked, Outcome, Participation

Flags = NDArray[np.bool_]
Days = NDArray[np.int32]
NONE, CLEAR = -1, STRICTNESS[Outcome.CLEAR]
_SHAPES = {Axis.COUNTRY: (-1, 1, 1), Axis.OPPORTUNITY: (1, -1, 1), Axis.KIND: (1, 1, -1), Axis.PAIR: (1, 1, 1)}
CHUNK = 250  # opportunities at a time: an array of one byte a cell is half a megabyte, and stays in the cache


@dataclass(frozen=True, slots=True)
class Cells:
    """What each cell of [country, opportunity, kind] comes to.

    `strictest` is a rank of STRICTNESS; `steps` counts the steps, `questions` those that ask a person; `stop` is the
    place of the rule that ended the list, NONE when none did. `low` and `high` are days of the critical path,
    `unknown` counts its steps without a figure; all three are 0 where the list is stopped.
    """

    strictest: NDArray[np.int8]
    steps: NDArray[np.int8]
    questions: NDArray[np.int8]
    stop: NDArray[np.int8]
    low: Days
    high: Days
    unknown: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some opportunities, from `start` on: their cells and, for each rule, the rank of its step or NONE."""

    start: int
    cells: Cells
    by_rule: tuple[NDArray[np.int8], ...]


@dataclass(frozen=True, slots=True)
class _Chains:
    """The chains that end in the steps of one rule.

    `asks` is where the step asks something, `counts` where it adds days of its own; elsewhere the days are 0.
    """

    asks: Flags
    counts: Flags
    low: Days
    high: Days


class Columns:
    """The facts of one axis as columns, made when first asked for."""

    def __init__(self, rows: Sequence[dict[str, Value]], shape: tuple[int, int, int]) -> None:
        self.rows, self.shape = rows, shape
        self.found: dict[tuple[Any, ...], Flags] = {}

    def holds(self, condition: Condition) -> Flags:
        """Return where a condition holds along the axis; nowhere where the fact is not known."""
        key = (condition.field, condition.op, condition.wanted)
        if key not in self.found:
            values = [row[condition.field] for row in self.rows]
            self.found[key] = _holds(condition, values).reshape(self.shape)
        return self.found[key]


def assess_all(
    book: Rulebook,
    countries: Sequence[CountryRow],
    opportunities: Sequence[OpportunityFacts],
    kinds: Sequence[Participation],
    *,
    on: date,
    companies: Sequence[CompanyFacts] = (),
    party: PartyFacts | None = None,
    deal: DealFacts | None = None,
) -> Iterator[Chunk]:
    """Yield what every pair comes to, some opportunities at a time, in their order.

    `companies` go with the opportunities one by one, or are left out; the kinds of `deal` do not count, those of
    `kinds` do, each on its own.
    """
    behind = companies or [CompanyFacts()] * len(opportunities)
    pair = pair_facts(party or PartyFacts(), deal or DealFacts(), on)
    by_country = Columns([country_facts(row) for row in countries], _SHAPES[Axis.COUNTRY])
    by_kind = Columns([{"deal.kinds": frozenset({kind.value})} for kind in kinds], _SHAPES[Axis.KIND])
    rules = [rule for rule in book.rules if rule.topic in book.topics and rule.in_force(on)]
    for start in range(0, len(opportunities), CHUNK):
        some = opportunities[start : start + CHUNK]
        facts = [opportunity_facts(*each) for each in zip(some, behind[start : start + CHUNK], strict=True)]
        axes = {
            Axis.COUNTRY: by_country, Axis.OPPORTUNITY: Columns(facts, _SHAPES[Axis.OPPORTUNITY]),
            Axis.KIND: by_kind, Axis.PAIR: Columns([pair], _SHAPES[Axis.PAIR]),
        }  # fmt: skip
        shape = (len(countries), len(some), len(kinds))
        yield _chunk(start, rules, axes, _concerned(rules, some, kinds), shape)


def _chunk(
    start: int, rules: Sequence[Rule], axes: dict[Axis, Columns], concerned: Sequence[Flags], shape: tuple[int, ...]
) -> Chunk:
    alive = np.ones(shape, bool)
    steps, questions, unknown, strictest = (np.zeros(shape, np.int8) for _ in range(4))
    stop, path = np.full(shape, NONE, np.int8), _Path(shape, rules)
    by_rule = []
    for place, (rule, asked) in enumerate(zip(rules, concerned, strict=True)):
        ranks, ends = _decided(rule, axes)
        rank = np.where(alive & asked, ranks, np.int8(NONE))
        by_rule.append(rank)
        there = rank > NONE
        np.maximum(strictest, rank, out=strictest)
        steps += there
        if any(case.outcome is Outcome.ASK_A_PERSON for case in rule.cases):
            questions += rank == STRICTNESS[Outcome.ASK_A_PERSON]
        if rule.holds_up:
            unknown += path.add(rule, rank > CLEAR)
        if ends.any():
            stopped = there & ends
            stop[stopped] = place
            alive &= ~stopped
    for days in (path.low, path.high, unknown):
        days[stop > NONE] = 0
    return Chunk(start, Cells(strictest, steps, questions, stop, path.low, path.high, unknown), tuple(by_rule))


class _Path:
    """The longest chain of each cell so far; of two equally long the earlier one, as one by one."""

    def __init__(self, shape: tuple[int, ...], rules: Sequence[Rule]) -> None:
        self.low, self.high = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self.linked = {link.topic for rule in rules for link in (*rule.after, *rule.within)}
        self.chains: dict[str, _Chains] = {}

    def add(self, rule: Rule, asks: Flags) -> Flags:
        """Count a rule's steps where they ask something, and return where one has no figure."""
        counts = asks
        for link in rule.within:
            if link.topic in self.chains:
                counts = counts & ~self.chains[link.topic].asks
        low = rule.lead.low or 0
        high = rule.lead.high if rule.lead.high is not None else low
        if rule.after or rule.topic in self.linked:
            self._add_chain(
                rule, _Chains(asks, counts, np.where(counts, np.int32(low), 0), np.where(counts, np.int32(high), 0))
            )
        elif high:
            longer = counts & (self.high < high)
            np.copyto(self.low, low, where=longer)
            np.copyto(self.high, high, where=longer)
        has_figure = rule.lead.low is not None or rule.lead.high is not None
        return np.zeros_like(counts) if has_figure else counts

    def _add_chain(self, rule: Rule, own: _Chains) -> None:
        before_low, before_high = np.zeros_like(self.low), np.zeros_like(self.high)
        for link in rule.after:
            if link.topic in self.chains:
                chain = self.chains[link.topic]
                longer = own.counts & (chain.high > before_high)
                np.copyto(before_low, chain.low, where=longer)
                np.copyto(before_high, chain.high, where=longer)
        found = _Chains(own.asks, own.counts, own.low + before_low, own.high + before_high)
        longer = found.high > self.high
        np.copyto(self.low, found.low, where=longer)
        np.copyto(self.high, found.high, where=longer)
        self.chains[rule.topic] = found


def _decided(rule: Rule, axes: dict[Axis, Columns]) -> tuple[NDArray[np.int8], Flags]:
    """Return the rank of the rule's answer (NONE: no step) and whether it ends the list, as small as can be."""
    ranks, ends = np.full((1, 1, 1), NONE, np.int8), np.zeros((1, 1, 1), bool)
    for case in reversed(rule.cases):
        holds = np.ones((1, 1, 1), bool)
        for condition in case.when:
            holds = holds & axes[FIELDS[condition.field].axis].holds(condition)
        rank = NONE if case.outcome is None else STRICTNESS[case.outcome]
        ranks, ends = np.where(holds, np.int8(rank), ranks), np.where(holds, case.hard_stop, ends)
    return ranks, ends


def _concerned(
    rules: Sequence[Rule], opportunities: Sequence[OpportunityFacts], kinds: Sequence[Participation]
) -> list[Flags]:
    """Return for each rule which opportunities and kinds it is asked of."""
    found = []
    for rule in rules:
        of_kind = np.array([kind in rule.kinds for kind in kinds], bool).reshape(1, 1, -1)
        if rule.asked is Asked.OF_LISTED:
            listed = np.array([rule.topic in one.topics for one in opportunities], bool).reshape(1, -1, 1)
            of_kind = of_kind & listed
        found.append(of_kind)
    return found


def _holds(condition: Condition, values: Sequence[Value]) -> Flags:
    """Return where a condition holds among the values of one fact, as `Condition.holds` says of each."""
    known = np.array([value is not None for value in values], bool)
    wanted: Any = condition.wanted
    match condition.op:
        case Op.HOLDS | Op.LACKS:
            sets: list[Any] = [value or frozenset() for value in values]
            met: Flags = np.array([not wanted.isdisjoint(value) for value in sets], bool)
            return known & (met if condition.op is Op.HOLDS else ~met)
        case Op.ONE_OF | Op.NONE_OF:
            met = np.isin(np.array([_text(value) for value in values]), [_text(value) for value in wanted])
            return known & (met if condition.op is Op.ONE_OF else ~met)
    numbers, limit = np.array([_number(value) for value in values]), _number(wanted)
    compared: Flags = numbers >= limit
    match condition.op:
        case Op.BELOW:
            compared = numbers < limit
        case Op.TO:
            compared = numbers <= limit
    return known & compared


def _text(value: object) -> str:
    return f"={value}"


def _number(value: Any) -> float:
    """Return a number or a day as a number; what is not known as none."""
    if value is None:
        return float("nan")
    return float(value.toordinal()) if isinstance(value, date) else float(value)
