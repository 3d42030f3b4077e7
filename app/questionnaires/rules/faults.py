"""What must be put right before a draft is published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.questionnaires.rules.definition import Condition, Definition, Question, Section, said
from app.questionnaires.states import CHOICES, COUNTRY, PARTICIPANT_TYPE, TEXTS, Operator, QuestionType

T = QuestionType
COMPARED = CHOICES | TEXTS | {T.YES_NO, T.COUNTRY, T.NUMBER, T.EMAIL, T.PHONE, T.URL, T.DATE}
"""Types whose answers a condition can look at."""
WORDY = TEXTS | {T.EMAIL, T.PHONE, T.URL}


@dataclass(frozen=True, slots=True)
class PublishingFault:
    """Something wrong with one part of a draft, by its key ("" is the whole), in words."""

    key: str
    message: str


def faults(
    definition: Definition, *, participant_types: Mapping[str, str], countries: Mapping[str, str]
) -> list[PublishingFault]:
    """Return everything that stands in the way of publishing, in order of the parts."""
    found = [] if list(definition.questions()) else [PublishingFault("", "There is no question yet. Add one.")]
    allowed = {PARTICIPANT_TYPE: set(participant_types), COUNTRY: set(countries)}
    before: list[Question] = []
    for section in definition.sections:
        found += _of_section(section)
        found += _of_conditions(definition, section, before, allowed)
        for question in section.questions:
            found += _of_question(question)
            found += _of_conditions(definition, question, before, allowed)
            before.append(question)
    return found


def _of_section(section: Section) -> Iterator[PublishingFault]:
    if not said(section.title).strip():
        yield PublishingFault(section.key, "A section has no title. Give it one in English.")
    elif not section.questions:
        yield PublishingFault(
            section.key, f"The section '{said(section.title)}' has no question. Add one or remove it."
        )


def _of_question(question: Question) -> Iterator[PublishingFault]:
    name = said(question.label).strip()
    if not name:
        yield PublishingFault(question.key, "A question has no words. Write it in English.")
    values = [option.value for option in question.options]
    if question.type in CHOICES and len(values) < 2:
        yield PublishingFault(question.key, f"'{name}' needs at least two options.")
    if len(set(values)) < len(values):
        yield PublishingFault(question.key, f"'{name}' lists an option twice.")
    if question.least is not None and question.most is not None and question.least > question.most:
        yield PublishingFault(question.key, f"'{name}': the least is more than the most.")


def _of_conditions(
    definition: Definition, part: Section | Question, before: list[Question], allowed: Mapping[str, set[str]]
) -> Iterator[PublishingFault]:
    name = said(part.title if isinstance(part, Section) else part.label)
    is_open = isinstance(part, Question) and not part.is_manager_only
    for condition in part.conditions:
        if condition.source in allowed:
            if strangers := set(condition.values) - allowed[condition.source]:
                yield PublishingFault(part.key, f"'{name}' depends on {_listed(strangers)}, which does not exist.")
            continue
        source = definition.question(condition.source)
        if source is None:
            yield PublishingFault(part.key, f"'{name}' depends on a question that was removed. Drop the condition.")
        elif source.key not in [q.key for q in before]:
            yield PublishingFault(part.key, _order_words(definition, part, source, name))
        elif source.is_manager_only and (is_open or isinstance(part, Section)):
            yield PublishingFault(part.key, f"'{name}' depends on '{said(source.label)}', which applicants never see.")
        else:
            yield from _of_values(part.key, name, condition, source)


def _order_words(definition: Definition, part: Section | Question, source: Question, name: str) -> str:
    if leads_back(definition, source.key, part.key):
        return f"'{name}' and '{said(source.label)}' wait for each other, so neither is ever shown. Drop a condition."
    return f"'{name}' depends on '{said(source.label)}', which comes later. Move that one up."


def leads_back(definition: Definition, start: str, to: str) -> bool:
    """Tell whether what `start` depends on, directly or through others, includes `to`."""
    homes = {q.key: s for s in definition.sections for q in s.questions}
    waiting, seen = [start], set[str]()
    while waiting:
        key = waiting.pop()
        if key == to:
            return True
        if key in seen:
            continue
        seen.add(key)
        part, home = definition.question(key), homes.get(key)
        if part is not None:
            waiting += [c.source for c in part.conditions]
        if home is not None:
            if home.key == to:
                return True
            waiting += [c.source for c in home.conditions]
    return False


def _of_values(key: str, name: str, condition: Condition, source: Question) -> Iterator[PublishingFault]:
    asked = said(source.label)
    if source.type not in COMPARED:
        yield PublishingFault(key, f"'{name}' depends on '{asked}', whose answer cannot be compared.")
    elif source.type in CHOICES:
        gone = set(condition.values) - {option.value for option in source.options}
        if gone:
            yield PublishingFault(
                key, f"'{name}' depends on an option of '{asked}' that was removed. Put the option back or drop this."
            )
    elif source.type is T.YES_NO and set(condition.values) - {"yes", "no"}:
        yield PublishingFault(key, f"'{name}' depends on '{asked}' being neither yes nor no.")
    if condition.operator is Operator.CONTAINS and source.type not in WORDY | {T.SEVERAL_OF}:
        yield PublishingFault(key, f"'{name}': '{asked}' is one value, so nothing is contained in it. Use 'is'.")


def _listed(values: set[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))
