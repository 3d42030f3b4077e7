"""Which parts of a questionnaire somebody sees, given what was answered before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.questionnaires.rules.definition import Condition, Definition
from app.questionnaires.states import COUNTRY, PARTICIPANT_TYPE, Operator


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person beside their answers; empty where it is not known yet."""

    participant_type: str = ""
    country: str = ""

    def as_answers(self) -> dict[str, Any]:
        """Return the facts under the names by which conditions ask for them."""
        return {PARTICIPANT_TYPE: self.participant_type, COUNTRY: self.country}


def visible(
    definition: Definition, answers: Mapping[str, Any], facts: Facts, *, is_staff: bool = False
) -> frozenset[str]:
    """Return the keys of the sections and questions that are shown; a section without any shown question is not.

    An answer counts only while its own question is shown, and only for what comes after it. Manager-only questions
    are shown to staff alone.
    """
    known: dict[str, Any] = facts.as_answers()
    shown: set[str] = set()
    for section in definition.sections:
        open_section = holds_all(section.conditions, known)
        for question in section.questions:
            may_see = is_staff or not question.is_manager_only
            if open_section and may_see and holds_all(question.conditions, known):
                shown |= {section.key, question.key}
                known[question.key] = answers.get(question.key)
    return frozenset(shown)


def holds_all(conditions: Iterable[Condition], known: Mapping[str, Any]) -> bool:
    """Tell whether every condition holds; without any it does."""
    return all(holds(condition, known.get(condition.source)) for condition in conditions)


def holds(condition: Condition, answer: Any) -> bool:
    """Tell whether a condition holds for an answer. What was not answered meets none, IS_NOT included."""
    given = as_values(answer)
    if not given:
        return False
    if condition.operator is Operator.IS:
        return bool(set(given) & set(condition.values))
    if condition.operator is Operator.IS_NOT:
        return not set(given) & set(condition.values)
    if isinstance(answer, (list, tuple)):
        return bool(set(given) & set(condition.values))
    return any(part.casefold() in text.casefold() for part in condition.values for text in given)


def as_values(answer: Any) -> list[str]:
    """Return an answer as the texts a condition compares; sums and files are not compared."""
    if answer is None or answer == "" or isinstance(answer, Mapping):
        return []
    if isinstance(answer, bool):
        return ["yes" if answer else "no"]
    if isinstance(answer, (list, tuple)):
        return [str(one) for one in answer]
    return [str(answer)]
