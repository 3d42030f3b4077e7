"""A questionnaire as one value: sections of questions, with the conditions under which each is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from app.questionnaires.states import ENGLISH, Operator, QuestionType

Words = Mapping[str, str]
"""One text in several languages, by language; English is always among them."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold for a part to be shown.

    `source` is the key of an earlier question, or a fact (`@participant_type`, `@country`). With several values
    one of them is enough; IS_NOT wants none of them. What was not answered meets no condition.
    """

    source: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `least` and `most` limit the length of a text (characters) or a number.

    A manager-only question is answered by staff and never shown to the person. A change of one that
    reopens vetting, after submission, is looked at by a person.
    """

    key: str
    type: QuestionType
    label: Words
    help: Words = field(default_factory=dict)
    is_required: bool = False
    least: int | None = None
    most: int | None = None
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    is_manager_only: bool = False
    reopens_vetting: bool = False
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one title; `starts_page` puts it on a page of its own."""

    key: str
    title: Words
    text: Words = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    starts_page: bool = False
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that is asked, in order. `declaration` is what the person declares in the end, if anything."""

    sections: tuple[Section, ...] = ()
    languages: tuple[str, ...] = (ENGLISH,)
    declaration: Words = field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        """Yield every question in order."""
        for section in self.sections:
            yield from section.questions

    def question(self, key: str) -> Question | None:
        """Return a question by its key."""
        return next((question for question in self.questions() if question.key == key), None)

    def section(self, key: str) -> Section | None:
        """Return a section by its key."""
        return next((section for section in self.sections if section.key == key), None)

    def keys(self) -> list[str]:
        """Return the key of every section and question; no two are alike."""
        return [key for s in self.sections for key in (s.key, *(q.key for q in s.questions))]


def said(words: Words, language: str = ENGLISH) -> str:
    """Return a text in `language`, in English where it was not translated."""
    return words.get(language) or words.get(ENGLISH, "")


def to_plain(definition: Definition) -> dict[str, Any]:
    """Return a definition as dictionaries, lists, texts and numbers, fit for JSON."""
    plain: dict[str, Any] = _plain(asdict(definition))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, StrEnum) else value


def definition_from(content: Mapping[str, Any]) -> Definition:
    """Return the definition that `to_plain` wrote."""
    return Definition(
        sections=tuple(_section(section) for section in content["sections"]),
        languages=tuple(content["languages"]),
        declaration=content["declaration"],
    )


def _section(content: Mapping[str, Any]) -> Section:
    return Section(
        **{
            **content,
            "conditions": _conditions(content),
            "questions": tuple(_question(question) for question in content["questions"]),
        }
    )


def _question(content: Mapping[str, Any]) -> Question:
    return Question(
        **{
            **content,
            "type": QuestionType(content["type"]),
            "options": tuple(Option(**option) for option in content["options"]),
            "conditions": _conditions(content),
        }
    )


def _conditions(content: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(
        Condition(one["source"], Operator(one["operator"]), tuple(one["values"])) for one in content["conditions"]
    )
