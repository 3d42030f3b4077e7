"""Edits of a definition: each returns a new one. What the key names must exist, or NotFound is raised."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from app.core.errors import InvalidInput, NotFound
from app.questionnaires.rules.definition import Condition, Definition, Question, Section, Words
from app.questionnaires.states import LANGUAGES

P = TypeVar("P", Question, Section)
MOST_SECTIONS, MOST_QUESTIONS, MOST_CONDITIONS = 30, 100, 5
GONE = "That part of the questionnaire is gone: somebody removed it meanwhile. Look at the draft as it is now."


def new_key(definition: Definition, prefix: str, used: Iterable[str] = ()) -> str:
    """Return a key that neither the definition nor any of `used` has: an old answer must not meet a new question."""
    taken = {*definition.keys(), *used}
    return next(key for n in range(1, 10_000) if (key := f"{prefix}{n}") not in taken)


def add_section(definition: Definition, section: Section) -> Definition:
    """Add a section at the end."""
    if len(definition.sections) >= MOST_SECTIONS:
        raise InvalidInput(f"A questionnaire has at most {MOST_SECTIONS} sections.")
    return replace(definition, sections=(*definition.sections, section))


def add_question(definition: Definition, section_key: str, question: Question) -> Definition:
    """Add a question at the end of a section."""
    if len(list(definition.questions())) >= MOST_QUESTIONS:
        raise InvalidInput(f"A questionnaire has at most {MOST_QUESTIONS} questions. Nobody answers more.")
    return _in_section(definition, section_key, lambda s: replace(s, questions=(*s.questions, question)))


def put_section(definition: Definition, section: Section) -> Definition:
    """Replace a section's own facts; its questions stay."""
    return _in_section(definition, section.key, lambda s: replace(section, questions=s.questions))


def put_question(definition: Definition, question: Question) -> Definition:
    """Replace a question where it stands."""
    home = _home(definition, question.key)
    return _in_section(
        definition, home.key,
        lambda s: replace(s, questions=tuple(question if q.key == question.key else q for q in s.questions)),
    )  # fmt: skip


def remove(definition: Definition, key: str) -> Definition:
    """Remove a question, or a section with its questions."""
    if definition.section(key):
        return replace(definition, sections=tuple(s for s in definition.sections if s.key != key))
    home = _home(definition, key)
    return _in_section(
        definition, home.key, lambda s: replace(s, questions=tuple(q for q in s.questions if q.key != key))
    )


def move(definition: Definition, key: str, by: int) -> Definition:
    """Move a section, or a question, up (-1) or down (1); a question at the edge goes into the next section."""
    if definition.section(key):
        return replace(definition, sections=_moved(definition.sections, key, by))
    home = _home(definition, key)
    place = [q.key for q in home.questions].index(key)
    if 0 <= place + by < len(home.questions):
        return _in_section(definition, home.key, lambda s: replace(s, questions=_moved(s.questions, key, by)))
    return _into_next(definition, home, home.questions[place], by)


def _into_next(definition: Definition, home: Section, question: Question, by: int) -> Definition:
    number = [s.key for s in definition.sections].index(home.key) + by
    if not 0 <= number < len(definition.sections):
        return definition
    target = definition.sections[number].key
    without = remove(definition, question.key)
    return _in_section(
        without, target,
        lambda s: replace(s, questions=(question, *s.questions) if by > 0 else (*s.questions, question)),
    )  # fmt: skip


def _moved(parts: tuple[P, ...], key: str, by: int) -> tuple[P, ...]:
    place = [part.key for part in parts].index(key)
    other = place + by
    if not 0 <= other < len(parts):
        return parts
    order = list(parts)
    order[place], order[other] = order[other], order[place]
    return tuple(order)


def add_condition(definition: Definition, key: str, condition: Condition) -> Definition:
    """Make a section or question depend on one thing more."""
    return _conditions(definition, key, lambda before: (*before, condition))


def remove_condition(definition: Definition, key: str, number: int) -> Definition:
    """Drop the condition with that number, from 0."""
    return _conditions(definition, key, lambda before: tuple(c for n, c in enumerate(before) if n != number))


def _conditions(
    definition: Definition, key: str, change: Callable[[tuple[Condition, ...]], tuple[Condition, ...]]
) -> Definition:
    part = definition.section(key) or definition.question(key)
    if part is None:
        raise NotFound(GONE)
    wanted = change(part.conditions)
    if len(wanted) > MOST_CONDITIONS:
        raise InvalidInput(f"A part has at most {MOST_CONDITIONS} conditions.")
    if isinstance(part, Section):
        return put_section(definition, replace(part, conditions=wanted))
    return put_question(definition, replace(part, conditions=wanted))


def add_language(definition: Definition, language: str) -> Definition:
    """Offer the labels in one language more; what is not translated yet shows in English."""
    if language not in LANGUAGES:
        raise InvalidInput("Choose a language from the list.")
    if language in definition.languages:
        return definition
    return replace(definition, languages=(*definition.languages, language))


def declare(definition: Definition, words: Words) -> Definition:
    """Set what people declare in the end."""
    return replace(definition, declaration=words)


def _home(definition: Definition, key: str) -> Section:
    found = next((s for s in definition.sections if key in [q.key for q in s.questions]), None)
    if found is None:
        raise NotFound(GONE)
    return found


def _in_section(definition: Definition, key: str, change: Callable[[Section], Section]) -> Definition:
    if definition.section(key) is None:
        raise NotFound(GONE)
    return replace(definition, sections=tuple(change(s) if s.key == key else s for s in definition.sections))
