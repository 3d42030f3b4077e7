"""A list of policy steps in one line: how many, how strict, how long as far as anybody says.

A step that is clear for a pair keeps nobody waiting: its lead time, and that it has none, count for nothing. No sum of
lead times is made anywhere, because no source says which steps wait for which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.regulatory.facts import PolicyStep
from app.regulatory.states import OUTCOME_LABELS, OUTCOME_TONES, Outcome, Participation

# From the least to the strictest. That a person must be asked is an open question, not a refusal: whatever is known to
# be needed counts for more, and lines say beside it how many questions are open.
STRICTNESS: dict[Outcome, int] = {
    outcome: rank
    for rank, outcome in enumerate(
        (Outcome.CLEAR, Outcome.CLEAR_WITH_STEP, Outcome.ASK_A_PERSON, Outcome.NEEDS_AUTHORIZATION,
         Outcome.NEEDS_GOVERNMENT_ACTION, Outcome.PRESUMED_DENIED, Outcome.REFUSED)
    )
}  # fmt: skip
NO_TOTAL = (
    "No total is given. Sources say how long single steps take and not which of them wait for one another; where a "
    "step runs within another, its own text says so. Count on the longest single step at least, on more where steps "
    "follow one another, and ask about those without a figure."
)


@dataclass(frozen=True, slots=True)
class Longest:
    """The step with the longest known lead time; days as the source has them, None = not said."""

    order: int
    title: str
    topic_key: str
    low: int | None
    high: int | None
    basis: str

    @property
    def words(self) -> str:
        return days_words(self.low, self.high)


@dataclass(frozen=True, slots=True)
class StepsSummary:
    """What a list of steps comes to.

    `clear` of the `count` steps ask nothing of this pair; for `open_questions` a person must be asked. Of those that
    are not clear, `known` have a figure in days, from `shortest_days` to `longest_days` a step, and `unknown` have
    none. `stop` is the title of the step that ends the list, "" when none does.
    """

    count: int
    clear: int
    strictest: Outcome | None
    open_questions: int
    known: int
    unknown: int
    shortest_days: int | None
    longest_days: int | None
    longest: Longest | None
    stop: str

    @property
    def strictest_words(self) -> str:
        return OUTCOME_LABELS[self.strictest] if self.strictest else "Nothing listed"

    @property
    def open_words(self) -> str:
        """Return "1 to ask a person about"; "" when that is all there is to say, or nothing."""
        if not self.open_questions or self.strictest is Outcome.ASK_A_PERSON:
            return ""
        return f"{self.open_questions} to ask a person about"

    @property
    def tone(self) -> str:
        return OUTCOME_TONES[self.strictest] if self.strictest else "plain"

    @property
    def range_words(self) -> str:
        """Return the known lead times of single steps as a range: "0 to 90 days a step"."""
        if self.shortest_days is None or self.longest_days is None:
            return "No figure"
        if self.shortest_days == self.longest_days:
            return _days(self.longest_days) + (" a step" if self.known > 1 else "")
        return f"{self.shortest_days} to {_days(self.longest_days)}" + (" a step" if self.known > 1 else "")


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One entry's steps for one country, and one kind of participation or any, as a line in a list."""

    country: str
    country_name: str
    participation: Participation | None
    summary: StepsSummary

    @property
    def words(self) -> str:
        """Return the line: "For Japan: 14 steps, 5 of them clear; strictest: ..."."""
        found = self.summary
        if not found.count:
            return f"For {self.country_name}: no step is listed"
        if found.stop:
            return (
                f"For {self.country_name}: the list ends at step {found.count}, {found.stop} "
                f"({found.strictest_words.lower()})"
            )
        steps = f"{found.count} step" if found.count == 1 else f"{found.count} steps"
        clear = f", {found.clear} of them clear" if found.clear else ""
        strict = ", ".join(filter(None, (found.strictest_words.lower(), found.open_words)))
        return f"For {self.country_name}: {steps}{clear}; strictest: {strict}; {_lead_words(found)}"


def summary_of(steps: Sequence[PolicyStep]) -> StepsSummary:
    """Return what a list of steps comes to; the order of equally long steps is that of the list."""
    asking = [step for step in steps if step.outcome is not Outcome.CLEAR]
    timed = [step for step in asking if _longest_days(step) is not None]
    longest = max(timed, key=lambda step: _longest_days(step) or 0, default=None)
    shortest = min((step.lead_days_min or 0 for step in timed), default=None)
    return StepsSummary(
        count=len(steps),
        clear=len(steps) - len(asking),
        strictest=max((step.outcome for step in steps), key=strictness, default=None),
        open_questions=sum(step.outcome is Outcome.ASK_A_PERSON for step in steps),
        known=len(timed),
        unknown=len(asking) - len(timed),
        shortest_days=shortest,
        longest_days=_longest_days(longest) if longest else None,
        longest=_named(longest) if longest else None,
        stop=next((step.title for step in steps if step.hard_stop), ""),
    )


def strictness(outcome: Outcome) -> int:
    """Return how strict an outcome is, from 0 for clear."""
    return STRICTNESS[outcome]


def days_words(low: int | None, high: int | None) -> str:
    """Return a lead time in days; "" when no figure is known."""
    if low is None and high is None:
        return ""
    if low == high == 0:
        return "No waiting time"
    if low is not None and high is not None and low != high:
        return f"{low} to {_days(high)}"
    if high is not None:
        return _days(high) if low == high else f"Up to {_days(high)}"
    return f"{_days(low or 0)} or more"


def _lead_words(found: StepsSummary) -> str:
    unknown = f"{found.unknown} without a figure" if found.unknown else ""
    if found.longest is None:
        return unknown or "nothing to wait for"
    figure = found.longest.words
    said = f"longest known step {figure[0].lower()}{figure[1:]}" if found.longest_days else "no waiting time known"
    return f"{said}, {unknown}" if unknown else said


def _named(step: PolicyStep) -> Longest:
    return Longest(
        step.order, step.title, step.topic_key, step.lead_days_min, step.lead_days_max, step.lead_basis
    )  # fmt: skip


def _longest_days(step: PolicyStep) -> int | None:
    return step.lead_days_max if step.lead_days_max is not None else step.lead_days_min


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
