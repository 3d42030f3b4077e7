"""What a draft changes against the version in force, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from app.questionnaires.rules.definition import Condition, Definition, Option, Question, Section, said
from app.questionnaires.states import LANGUAGES, OPERATOR_LABELS, TYPE_LABELS, QuestionType


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: what it concerns, how it was and how it would be ("" is: not there)."""

    part: str
    what: str
    before: str
    after: str


NAMES = {
    "is_required": "Required", "least": "Least", "most": "Most", "options": "Options", "conditions": "Shown when",
    "is_manager_only": "Filled in by staff only", "reopens_vetting": "A change is vetted", "is_personal": "Personal",
    "starts_page": "Starts a page", "type": "Kind of answer", "label": "Words", "help": "Help", "title": "Title",
    "text": "Introduction",
}  # fmt: skip


def differences(before: Definition | None, after: Definition) -> list[Difference]:
    """Return what publishing `after` would change, section by section."""
    old = before or Definition()
    found = list(_of_whole(old, after))
    old_parts, new_parts = _parts(old), _parts(after)
    for key, part in new_parts.items():
        if key not in old_parts:
            found.append(Difference(_name(part), _kind(part), "", "added"))
        else:
            found += _of_part(old_parts[key], part)
    found += [Difference(_name(part), _kind(part), "there", "removed") for key, part in old_parts.items()
              if key not in new_parts]  # fmt: skip
    same_old, same_new = [k for k in old_parts if k in new_parts], [k for k in new_parts if k in old_parts]
    if same_old != same_new or _homes_changed(old, after):
        found.append(Difference("The order", "Order", "as before", "changed"))
    return found


def _of_whole(old: Definition, new: Definition) -> Iterator[Difference]:
    if old.languages != new.languages:
        yield Difference("The questionnaire", "Languages", _languages(old), _languages(new))
    if dict(old.declaration) != dict(new.declaration):
        yield Difference("The questionnaire", "Declaration", _texts(old.declaration), _texts(new.declaration))


def _languages(definition: Definition) -> str:
    return ", ".join(LANGUAGES.get(code, code) for code in definition.languages)


def _parts(definition: Definition) -> dict[str, Section | Question]:
    parts: dict[str, Section | Question] = {}
    for section in definition.sections:
        parts[section.key] = section
        parts.update({question.key: question for question in section.questions})
    return parts


def _homes_changed(old: Definition, new: Definition) -> bool:
    homes = [{q.key: s.key for s in one.sections for q in s.questions} for one in (old, new)]
    return any(homes[0].get(key, home) != home for key, home in homes[1].items())


def _name(part: Section | Question) -> str:
    return said(part.title if isinstance(part, Section) else part.label)


def _kind(part: Section | Question) -> str:
    return "Section" if isinstance(part, Section) else "Question"


def _of_part(old: Section | Question, new: Section | Question) -> Iterator[Difference]:
    if type(old) is not type(new):
        yield Difference(_name(new), _kind(new), _kind(old).lower(), _kind(new).lower())
        return
    for field in fields(new):
        was, now = getattr(old, field.name), getattr(new, field.name)
        if field.name not in ("key", "questions") and _comparable(was) != _comparable(now):
            yield Difference(_name(new), NAMES[field.name], _words(was), _words(now))


def _comparable(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _texts(value)
    if isinstance(value, QuestionType):
        return TYPE_LABELS[value]
    if isinstance(value, tuple):
        return "; ".join(_item(one) for one in value) or "none"
    return "none" if value is None else str(value)


def _item(one: Any) -> str:
    if isinstance(one, Option):
        return said(one.label)
    return condition_words(one) if isinstance(one, Condition) else str(one)


def condition_words(condition: Condition) -> str:
    """Return a condition as one line, by keys: for a list of changes."""
    return f"{condition.source.removeprefix('@')} {OPERATOR_LABELS[condition.operator]} {' or '.join(condition.values)}"


def _texts(words: Mapping[str, str]) -> str:
    if set(words) <= {"en"}:
        return words.get("en", "") or "none"
    return "; ".join(f"{LANGUAGES.get(code, code)}: {text}" for code, text in words.items() if text)
