"""How the designer names things to organizers."""

from collections.abc import Mapping

from app.questionnaires.rules.definition import Condition, Definition, Question, Section, said
from app.questionnaires.states import COUNTRY, OPERATOR_LABELS, PARTICIPANT_TYPE, QuestionType


def conditions_in_words(
    definition: Definition, types: Mapping[str, str], countries: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return the conditions of every part by its key, as organizers read them."""
    parts: list[Section | Question] = [*definition.sections, *definition.questions()]
    return {part.key: [condition_in_words(definition, c, types, countries) for c in part.conditions] for part in parts}


def condition_in_words(
    definition: Definition, condition: Condition, types: Mapping[str, str], countries: Mapping[str, str]
) -> str:
    """Return one condition, such as `'Country' is Japan or France`."""
    labels, name = values_of(definition, condition.source, types, countries), source_name(definition, condition.source)
    values = " or ".join(labels.get(value, value) for value in condition.values) or "nothing yet"
    return f"'{name}' {OPERATOR_LABELS[condition.operator]} {values}"


def source_name(definition: Definition, source: str) -> str:
    """Return what a condition looks at."""
    facts = {PARTICIPANT_TYPE: "Type of participant", COUNTRY: "Country of the organization"}
    question = definition.question(source)
    return facts.get(source) or (said(question.label) if question else "a question that was removed")


def values_of(
    definition: Definition, source: str, types: Mapping[str, str], countries: Mapping[str, str]
) -> dict[str, str]:
    """Return what a source can be, with words; empty where words are typed."""
    if source == PARTICIPANT_TYPE:
        return dict(types)
    question = definition.question(source)
    if source == COUNTRY or (question and question.type is QuestionType.COUNTRY):
        return dict(countries)
    if question and question.type is QuestionType.YES_NO:
        return {"yes": "Yes", "no": "No"}
    return {option.value: said(option.label) for option in question.options} if question else {}
