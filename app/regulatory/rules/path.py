"""How long a list of steps takes at the least, from the dependencies that rule files state and from nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.regulatory.facts import PolicyStep
from app.regulatory.rules.language import Rule
from app.regulatory.rules.summary import days_words
from app.regulatory.states import Outcome


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The longest chain of steps that are stated to wait for one another.

    `low` and `high` are days, `topics` the chain, `is_open` says that a step of it has no upper figure. `unknown`
    steps have no figure and count as nothing; `stopped` lists end before anything could be waited for.
    """

    low: int
    high: int
    topics: tuple[str, ...]
    is_open: bool
    unknown: int
    stopped: bool

    @property
    def words(self) -> str:
        """Return the path in a sentence that claims no more than is known."""
        if self.stopped:
            return "The list ends at a hard stop: there is nothing to wait for."
        open_steps = f"{self.unknown} without a figure" if self.unknown else ""
        if not self.topics:
            return f"Not known: {open_steps}." if open_steps else "No waiting time."
        days = days_words(self.low, None if self.is_open else self.high)
        rest = f", and {open_steps}" if open_steps else ""
        return (
            f"At least {days[0].lower()}{days[1:]}{rest}. More where steps wait for one another that no source links."
        )


@dataclass(frozen=True, slots=True)
class _Chain:
    high: int
    low: int
    is_open: bool
    topics: tuple[str, ...]


def critical_path(steps: Iterable[PolicyStep], rules: Mapping[str, Rule]) -> CriticalPath:
    """Return the longest chain of the steps that ask something; of two equally long the earlier one."""
    listed = list(steps)
    if any(step.hard_stop for step in listed):
        return CriticalPath(0, 0, (), False, 0, True)
    asking = [step for step in listed if step.outcome is not Outcome.CLEAR and rules[step.topic_key].holds_up]
    asked = {step.topic_key for step in asking}
    chains: dict[str, _Chain] = {}
    unknown = 0
    for step in asking:
        rule = rules[step.topic_key]
        if any(link.topic in asked for link in rule.within):
            continue
        before = max(
            (chains[link.topic] for link in rule.after if link.topic in chains),
            key=lambda chain: chain.high,
            default=_Chain(0, 0, False, ()),
        )
        low, high = rule.lead.low, rule.lead.high
        unknown += low is None and high is None
        most = high if high is not None else low or 0
        named = (*before.topics, step.topic_key) if most else before.topics
        chains[step.topic_key] = _Chain(
            before.high + most, before.low + (low or 0), before.is_open or (high is None and low is not None), named
        )
    longest = max(chains.values(), key=lambda chain: chain.high, default=_Chain(0, 0, False, ()))
    return CriticalPath(longest.low, longest.high, longest.topics, longest.is_open, unknown, False)
