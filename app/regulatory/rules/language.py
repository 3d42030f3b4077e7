"""The rule language: what a rule of one topic says, and how one is decided on the facts of a pair.

Cases are tried in order and the first whose conditions all hold decides. A condition on a fact that is not known does
not hold; the facts that kept an earlier case from being decided are named as missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.regulatory.rules.fields import Value
from app.regulatory.states import Asked, Outcome, Participation, Reads, Stage, StepOwner


class Op(StrEnum):
    """How a condition asks about a fact. Days are compared with both ends counted in."""

    ONE_OF = "one_of"
    NONE_OF = "none_of"
    HOLDS = "holds"
    LACKS = "lacks"
    AT_LEAST = "at_least"
    BELOW = "below"
    FROM = "from"
    TO = "to"


Wanted = frozenset[str | bool] | float | date


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one fact. HOLDS and LACKS ask whether any of the wanted values is among the fact's."""

    field: str
    op: Op
    wanted: Wanted

    def holds(self, value: Value) -> bool:
        """Tell whether it holds; never on a fact that is not known."""
        return value is not None and _ASK[self.op](value, self.wanted)


_ASK: dict[Op, Callable[..., bool]] = {
    Op.ONE_OF: lambda value, wanted: value in wanted,
    Op.NONE_OF: lambda value, wanted: value not in wanted,
    Op.HOLDS: lambda value, wanted: not wanted.isdisjoint(value),
    Op.LACKS: lambda value, wanted: wanted.isdisjoint(value),
    Op.AT_LEAST: lambda value, wanted: value >= wanted,
    Op.BELOW: lambda value, wanted: value < wanted,
    Op.FROM: lambda value, wanted: value >= wanted,
    Op.TO: lambda value, wanted: value <= wanted,
}


@dataclass(frozen=True, slots=True)
class Case:
    """What holds, what follows (None = this rule asks nothing of the pair), why in words, and whether all ends here."""

    when: tuple[Condition, ...]
    outcome: Outcome | None
    why: str
    hard_stop: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """How long a step takes, in days; None = not known."""

    low: int | None
    high: int | None
    basis: str
    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """Another topic that this one waits for or runs within, and where that is said."""

    topic: str
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """All that is laid down about one topic; `place` orders the rules, days are inclusive, None = no such day.

    `after` are topics it waits for, `within` topics inside which it runs and adds no days of its own; a rule that
    does not hold up (`holds_up`) is due when the deal is done and keeps nobody waiting.
    """

    topic: str
    version: int
    place: int
    stage: Stage
    kinds: frozenset[Participation]
    asked: Asked
    reads: Reads
    owner: StepOwner
    question: str
    effective_from: date | None
    effective_to: date | None
    authority: str
    source: tuple[str, ...]
    as_of: str
    verification: str
    author: str
    reviewer: str
    bring: tuple[str, ...]
    lead: Lead
    after: tuple[Link, ...]
    within: tuple[Link, ...]
    holds_up: bool
    cases: tuple[Case, ...]

    def in_force(self, on: date) -> bool:
        """Tell whether the rule counts on a day."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on <= self.effective_to)

    def concerns(self, topics: frozenset[str], kinds: frozenset[Participation]) -> bool:
        """Tell whether the rule is asked of an entry with these topics and of these kinds of participation."""
        return not self.kinds.isdisjoint(kinds) and (self.asked is Asked.OF_EVERYBODY or self.topic in topics)


@dataclass(frozen=True, slots=True)
class Decision:
    """The case that decided (None: none did), its place in the rule, and the unknown facts that might change it."""

    case: Case | None
    index: int
    missing: tuple[str, ...]

    @property
    def outcome(self) -> Outcome | None:
        return self.case.outcome if self.case else None


def decide(rule: Rule, facts: Mapping[str, Value]) -> Decision:
    """Return which case of the rule the facts meet."""
    missing: dict[str, None] = {}
    for index, case in enumerate(rule.cases):
        unknown = _unknown(case, facts)
        if unknown is None:
            continue
        if not unknown:
            return Decision(case, index, tuple(missing))
        missing |= dict.fromkeys(unknown)
    return Decision(None, -1, tuple(missing))


def _unknown(case: Case, facts: Mapping[str, Value]) -> list[str] | None:
    """Return the facts not known that the case waits for, [] when it holds, None when it does not."""
    unknown = []
    for condition in case.when:
        value = facts.get(condition.field)
        if value is None:
            unknown.append(condition.field)
        elif not _ASK[condition.op](value, condition.wanted):
            return None
    return unknown
