"""Answers: read from what was typed, held against limits, put into words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import get_currency_precision

from app.core.money import Money, without_groups
from app.questionnaires.rules.definition import Definition, Question, Section, said
from app.questionnaires.rules.showing import Facts, visible
from app.questionnaires.states import CURRENCIES, ENGLISH, TEXTS, QuestionType

T = QuestionType
MOST_CHARACTERS = {T.SHORT_TEXT: 200, T.LONG_TEXT: 4_000, T.EMAIL: 254, T.PHONE: 30, T.URL: 300}
LARGEST_NUMBER = 10**12
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")
PHONE = re.compile(r"\+?[0-9()/.\- ]{5,30}")


class UnfitAnswer(ValueError):
    """What was typed is no answer to the question; the message is a sentence for the person."""


def read_answer(question: Question, typed: Sequence[str], countries: Mapping[str, str]) -> Any:
    """Return the answer that was typed, None when nothing was. Raises UnfitAnswer with what to do instead.

    `typed` holds the values of the question's inputs; an amount has its currency second. Whether an answer is
    required is not judged here. Files come by another way.
    """
    texts = [one.strip() for one in typed if one.strip()]
    if question.type is T.SEVERAL_OF:
        return _chosen(question, texts) or None
    if question.type is T.AMOUNT:
        return _amount(question, typed)
    if not texts:
        return None
    return _read_one(question, texts[0], countries)


def _read_one(question: Question, text: str, countries: Mapping[str, str]) -> Any:
    match question.type:
        case T.NUMBER:
            return _number(question, text)
        case T.DATE:
            return _date(text)
        case T.YES_NO:
            return _yes_no(text)
        case T.ONE_OF:
            return _chosen(question, [text])[0]
        case T.COUNTRY:
            return _country(text, countries)
        case T.EMAIL | T.PHONE | T.URL:
            return _contact(question, text)
    return _text(question, text)


def _text(question: Question, text: str) -> str:
    most = min(question.most or 10**9, MOST_CHARACTERS.get(question.type, 4_000))
    if len(text) > most:
        raise UnfitAnswer(f"Use at most {most} characters; these are {len(text)}.")
    if question.type in TEXTS and question.least and len(text) < question.least:
        raise UnfitAnswer(f"Write at least {question.least} characters; these are {len(text)}.")
    return text


def _number(question: Question, text: str) -> int:
    plain = without_groups(text)
    if not re.fullmatch(r"[+-]?[0-9]{1,13}", plain):
        raise UnfitAnswer("Enter a whole number, such as 12.")
    number = int(plain)
    least = -LARGEST_NUMBER if question.least is None else question.least
    most = LARGEST_NUMBER if question.most is None else question.most
    if not least <= number <= most:
        raise UnfitAnswer(_range_words(question))
    return number


def _range_words(question: Question) -> str:
    if question.most is None:
        return f"Enter a number of at least {question.least}." if question.least is not None else "Enter less."
    return f"Enter a number from {question.least or 0} to {question.most}."


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnfitAnswer("Enter a date, such as 2027-05-04.") from None


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise UnfitAnswer("Choose yes or no.")
    return text == "yes"


def _chosen(question: Question, texts: Sequence[str]) -> list[str]:
    offered = [option.value for option in question.options]
    if strangers := set(texts) - set(offered):
        raise UnfitAnswer(f"Choose from the list; {sorted(strangers)[0][:40]!r} is not on it.")
    chosen = [value for value in offered if value in texts]
    if question.most and len(chosen) > question.most:
        raise UnfitAnswer(f"Choose at most {question.most}.")
    return chosen


def _country(text: str, countries: Mapping[str, str]) -> str:
    if text not in countries:
        raise UnfitAnswer("Choose a country from the list.")
    return text


def _contact(question: Question, text: str) -> str:
    _text(question, text)
    if question.type is T.EMAIL and not EMAIL.fullmatch(text):
        raise UnfitAnswer("Enter an e-mail address like name@example.org.")
    if question.type is T.PHONE and not PHONE.fullmatch(text):
        raise UnfitAnswer("Enter a telephone number like +81 3 1234 5678.")
    if question.type is T.URL and not _is_address(text):
        raise UnfitAnswer("Enter a full address, such as https://www.example.org.")
    return text


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", text)


def _amount(question: Question, typed: Sequence[str]) -> dict[str, Any] | None:
    text, currency = (*(one.strip() for one in typed), "", "")[:2]
    if not text:
        return None
    if currency not in CURRENCIES:
        raise UnfitAnswer("Choose the currency.")
    digits = get_currency_precision(currency)
    try:
        value = Decimal(without_groups(text))
        cents = value.scaleb(digits)
        if not value.is_finite() or value < 0 or cents != cents.to_integral_value() or cents > LARGEST_NUMBER * 100:
            raise UnfitAnswer("Enter an amount like 250000 or 1250.50.")
    except InvalidOperation:
        raise UnfitAnswer("Enter an amount like 250000 or 1250.50.") from None
    if not (question.least or 0) <= value <= (question.most or LARGEST_NUMBER):
        raise UnfitAnswer(_range_words(question))
    return {"cents": int(cents), "currency": currency}


def as_typed(question: Question, answer: Any) -> list[str]:
    """Return what somebody would have typed to give this answer."""
    if answer is None:
        return []
    if question.type is T.AMOUNT:
        digits = get_currency_precision(answer["currency"])
        return [str(Decimal(answer["cents"]).scaleb(-digits)), answer["currency"]]
    if isinstance(answer, bool):
        return ["yes" if answer else "no"]
    if question.type is T.FILE:
        return []
    return [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]


def kept(definition: Definition, answers: Mapping[str, Any], facts: Facts, *, is_staff: bool = False) -> dict[str, Any]:
    """Return the answers that count: those of questions that are shown, without empty ones."""
    shown = visible(definition, answers, facts, is_staff=is_staff)
    return {
        question.key: answers[question.key]
        for question in definition.questions()
        if question.key in shown and answers.get(question.key) not in (None, "", [])
    }


def missing(definition: Definition, answers: Mapping[str, Any], facts: Facts) -> list[Question]:
    """Return the required questions that the person sees and has not answered."""
    shown = visible(definition, answers, facts)
    return [
        question
        for question in definition.questions()
        if question.key in shown and question.is_required and answers.get(question.key) in (None, "", [])
    ]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer in words; `file_id` names the file of an answer that is one."""

    key: str
    label: str
    words: str
    is_missing: bool = False
    is_manager_only: bool = False
    file_id: str | None = None


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """The questions of a section that were shown, answered or not."""

    key: str
    title: str
    answers: tuple[Answered, ...]


def answers_in_words(
    definition: Definition, answers: Mapping[str, Any], facts: Facts, *, countries: Mapping[str, str],
    language: str = ENGLISH, is_staff: bool = False,
) -> list[AnsweredSection]:  # fmt: skip
    """Return what was asked and answered, section by section, as people read it; `countries` are names by code."""
    shown = visible(definition, answers, facts, is_staff=is_staff)
    return [
        AnsweredSection(
            section.key, said(section.title, language), _answered(section, answers, shown, countries, language)
        )
        for section in definition.sections
        if section.key in shown
    ]  # fmt: skip


def _answered(
    section: Section, answers: Mapping[str, Any], shown: frozenset[str], countries: Mapping[str, str], language: str
) -> tuple[Answered, ...]:
    return tuple(
        Answered(
            question.key, said(question.label, language),
            in_words(question, answers.get(question.key), countries, language=language),
            is_missing=question.is_required and answers.get(question.key) in (None, "", []),
            is_manager_only=question.is_manager_only, file_id=_file_id(answers.get(question.key)),
        )
        for question in section.questions
        if question.key in shown
    )  # fmt: skip


def _file_id(answer: Any) -> str | None:
    return str(answer["file"]) if isinstance(answer, Mapping) and "file" in answer else None


def in_words(question: Question, answer: Any, countries: Mapping[str, str], *, language: str = ENGLISH) -> str:
    """Return one answer as people read it."""
    if answer in (None, "", []):
        return "Not answered"
    if isinstance(answer, Mapping):
        if "cents" in answer:
            return str(Money(answer["cents"], answer["currency"]))
        return str(answer.get("name", "A file"))
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    if question.type is T.COUNTRY:
        return countries.get(str(answer), str(answer))
    if question.type is T.DATE:
        day = date.fromisoformat(answer)
        return f"{day.day} {day:%B %Y}"
    labels = {option.value: said(option.label, language) for option in question.options}
    return ", ".join(labels.get(one, one) for one in (answer if isinstance(answer, list) else [str(answer)]))
