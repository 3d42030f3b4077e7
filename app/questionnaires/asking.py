"""Ask: a WTForms form of the questions of a page, for the views of this and of higher rooms.

What is typed is read by the rules, so that a form asks for no more than a service would. Everything that can come
into view on the page is in the form; `asked` tells what is shown at first and when the rest is.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.questionnaires.rules.answering import UnfitAnswer, as_typed, read_answer
from app.questionnaires.rules.definition import Condition, Definition, Question, Section, said
from app.questionnaires.rules.showing import Facts, holds, visible
from app.questionnaires.states import CURRENCIES, ENGLISH, QuestionType

T = QuestionType
MOST_AS_RADIOS = 7
LOOKS: dict[T, dict[str, str]] = {
    T.NUMBER: {"inputmode": "numeric"}, T.AMOUNT: {"inputmode": "decimal"}, T.DATE: {"type": "date"},
    T.EMAIL: {"type": "email", "autocomplete": "off"}, T.PHONE: {"type": "tel", "autocomplete": "off"},
    T.URL: {"type": "url", "autocomplete": "off"},
}  # fmt: skip
WIDTHS = {T.NUMBER: "sm", T.AMOUNT: "md", T.DATE: "md", T.PHONE: "md"}


@dataclass(frozen=True, slots=True)
class Asking:
    """What a page asks, of whom, and what they answered so far on all pages. `countries` are names by code.

    Staff are asked the manager-only questions, everybody else the others.
    """

    definition: Definition
    facts: Facts
    countries: Mapping[str, str]
    answers: dict[str, Any] = field(default_factory=dict)
    sections: Collection[str] | None = None
    is_staff: bool = False
    language: str = ENGLISH

    def questions(self) -> Iterator[Question]:
        """Yield the questions that can come into view on the page."""
        for section in self.on_page():
            yield from (q for q in section.questions if q.is_manager_only == self.is_staff)

    def on_page(self) -> list[Section]:
        """Return the sections of the page."""
        return [s for s in self.definition.sections if self.sections is None or s.key in self.sections]

    def shown(self, answers: Mapping[str, Any]) -> frozenset[str]:
        """Return the keys that are shown with these answers."""
        return visible(self.definition, answers, self.facts, is_staff=self.is_staff)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question as the template needs it; `when` is what a script reads to show it, "" when nothing changes it."""

    key: str
    label: str
    help: str
    field: Field
    is_shown: bool
    when: str
    look: dict[str, str]
    width: str | None
    currency: Field | None
    remove: Field | None
    file: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class AskedSection:
    """One section as the template needs it."""

    key: str
    title: str
    text: str
    is_shown: bool
    when: str
    questions: list[AskedQuestion]


class Several(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Questions(FlaskForm):  # type: ignore[misc]
    """The part of a form that asks designed questions; made by `form_of`."""

    asking: Asking
    refused_files: dict[str, str]

    def uploads(self) -> list[tuple[str, FileStorage]]:
        """Return the files that were sent, by key of their question."""
        sent = [(q.key, self[f"q_{q.key}"].data) for q in self.asking.questions() if q.type is T.FILE]
        return [(key, one) for key, one in sent if isinstance(one, FileStorage) and one.filename]

    def note_file(self, key: str, answer: Mapping[str, str] | None, refusal: str = "") -> None:
        """Take note that a sent file was kept, or why it was not."""
        if answer is not None:
            self.asking.answers[key] = dict(answer)
        else:
            self.refused_files = {**getattr(self, "refused_files", {}), key: refusal}

    def typed(self, question: Question) -> list[str] | None:
        """Return what stands in the inputs of a question, None when the form was not filled in."""
        own = self[f"q_{question.key}"]
        if own.raw_data is None:
            return None
        values = [str(one) for one in own.raw_data]
        if question.type is T.AMOUNT:
            currency = self[f"qc_{question.key}"].raw_data or []
            values = [*(values[:1] or [""]), *(str(one) for one in currency[:1])]
        return values

    def read_answers(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the answers of the page as they stand, and by key why one cannot be used."""
        answers: dict[str, Any] = {}
        wrong: dict[str, str] = dict(getattr(self, "refused_files", {}))
        for question in self.asking.questions():
            typed = self.typed(question)
            if question.type is T.FILE:
                gone = bool(self[f"qr_{question.key}"].data)
                answers[question.key] = None if gone else self.asking.answers.get(question.key)
            elif typed is None:
                answers[question.key] = self.asking.answers.get(question.key)
            else:
                try:
                    answers[question.key] = read_answer(question, typed, self.asking.countries)
                except UnfitAnswer as unfit:
                    answers[question.key], wrong[question.key] = None, str(unfit)
        return answers, wrong

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the answers of what is shown; what is not shown is never wrong."""
        sound = bool(super().validate(extra_validators))
        answers, wrong = self.read_answers()
        shown, new = self.shown_now(answers), self.newly_shown()
        for question in self.asking.questions():
            message = wrong.get(question.key)
            is_empty = answers[question.key] in (None, "", [])
            if not message and question.is_required and is_empty and question.key not in new:
                message = f"Answer the question '{said(question.label, self.asking.language)}'."
            if message and question.key in shown:
                own = self[f"q_{question.key}"]
                own.errors = [*own.errors, message]
                sound = False
        return sound

    def shown_now(self, answers: Mapping[str, Any]) -> frozenset[str]:
        """Return the keys that are shown with the answers of the page."""
        return self.asking.shown({**self.asking.answers, **answers})

    def newly_shown(self) -> set[str]:
        """Return the keys of questions that the answers bring into view and that the person cannot have seen."""
        if self.shown_before.data is None or self.shown_before.raw_data is None:
            return set()
        on_page = {question.key for question in self.asking.questions()}
        return (on_page & self.shown_now(self.read_answers()[0])) - set(str(self.shown_before.data).split())

    def page_answers(self) -> dict[str, Any]:
        """Return the answers of the page that count; what is not shown, or empty, is None."""
        answers, _wrong = self.read_answers()
        shown = self.shown_now(answers)
        return {key: answer if key in shown else None for key, answer in answers.items()}

    @property
    def takes_files(self) -> bool:
        """Tell whether a file can be sent."""
        return any(question.type is T.FILE for question in self.asking.questions())

    def shown_keys(self) -> str:
        """Return the questions of the page that are shown, for the form to send back."""
        shown = self.shown_now(self.read_answers()[0])
        return " ".join(question.key for question in self.asking.questions() if question.key in shown)

    def asked(self) -> list[AskedSection]:
        """Return what the template shows, in order; what can never come into view on the page is left out."""
        answers, _wrong = self.read_answers()
        shown, reach = self.shown_now(answers), _Reach(self.asking, answers)
        found = []
        for section in self.asking.on_page():
            if (when := reach.when(section.conditions)) is None:
                continue
            questions = [
                self._asked(question, question.key in shown, inner)
                for question in section.questions
                if question.is_manager_only == self.asking.is_staff
                and (inner := reach.when(question.conditions)) is not None
            ]
            if questions:
                title, text = (said(words, self.asking.language) for words in (section.title, section.text))
                found.append(AskedSection(section.key, title, text, section.key in shown, when, questions))
        return found

    def _asked(self, question: Question, is_shown: bool, when: str) -> AskedQuestion:
        own, language = self[f"q_{question.key}"], self.asking.language
        most = question.most if question.type in (T.SHORT_TEXT, T.LONG_TEXT) and question.most else None
        kept = self.asking.answers.get(question.key)
        return AskedQuestion(
            key=question.key, label=said(question.label, language), help=_help(question, language), field=own,
            is_shown=is_shown, when=when,
            look={**LOOKS.get(question.type, {}), **({"maxlength": str(most)} if most else {})},
            width=WIDTHS.get(question.type),
            currency=self[f"qc_{question.key}"] if question.type is T.AMOUNT else None,
            remove=self[f"qr_{question.key}"] if question.type is T.FILE and kept else None,
            file=kept if question.type is T.FILE and isinstance(kept, Mapping) else None,
        )  # fmt: skip


class _Reach:
    """Tells what can come into view on a page, and on what of the page it depends."""

    def __init__(self, asking: Asking, answers: Mapping[str, Any]) -> None:
        self.here = {question.key for question in asking.questions()}
        shown = asking.shown({**asking.answers, **answers})
        known = {key: answer for key, answer in asking.answers.items() if key in shown}
        self.known = {**known, **asking.facts.as_answers()}

    def when(self, conditions: Collection[Condition]) -> str | None:
        """Return the conditions that the page itself decides, as JSON ("" for none); None when one is out of reach."""
        if any(c.source not in self.here and not holds(c, self.known.get(c.source)) for c in conditions):
            return None
        own = [{"source": c.source, "is": c.operator, "values": c.values} for c in conditions if c.source in self.here]
        return json.dumps(own, ensure_ascii=False) if own else ""


def _help(question: Question, language: str) -> str:
    own = said(question.help, language)
    limit = f"At most {question.most} characters." if question.type is T.LONG_TEXT and question.most else ""
    return f"{own} {limit}".strip()


def form_of(base: type[FlaskForm], asking: Asking) -> type[Any]:
    """Return `base` with the questions of `asking` in it."""
    fields: dict[str, Any] = {"asking": asking, "shown_before": HiddenField(name="shown_before")}
    for question in asking.questions():
        fields[f"q_{question.key}"] = _field(question, asking)
        if question.type is T.AMOUNT:
            fields[f"qc_{question.key}"] = SelectField(
                f"Currency of '{said(question.label, asking.language)}'", choices=_choices((c, c) for c in CURRENCIES),
                default=CURRENCIES[0], validate_choice=False,
            )  # fmt: skip
        if question.type is T.FILE:
            fields[f"qr_{question.key}"] = BooleanField("Remove this file")
    return type("QuestionsForm", (Questions, base), fields)


def filled_in(asking: Asking) -> dict[str, Any]:
    """Return the `data` that shows what was answered so far."""
    shown: dict[str, Any] = {}
    for question in asking.questions():
        texts = as_typed(question, asking.answers.get(question.key))
        if question.type is T.SEVERAL_OF:
            shown[f"q_{question.key}"] = texts
        elif texts:
            shown[f"q_{question.key}"] = texts[0]
        if question.type is T.AMOUNT and len(texts) > 1:
            shown[f"qc_{question.key}"] = texts[1]
    return shown


def _field(question: Question, asking: Asking) -> Any:
    label, language = said(question.label, asking.language), asking.language
    options = [(option.value, said(option.label, language)) for option in question.options]
    validators = [] if question.is_required else [Optional()]
    if question.type is T.LONG_TEXT:
        return TextAreaField(label, validators=validators)
    if question.type is T.FILE:
        return FileField(label, validators=validators)
    if question.type is T.SEVERAL_OF:
        return Several(label, choices=_choices(options), validate_choice=False, validators=validators)
    if question.type is T.YES_NO:
        return _radios(label, [("yes", "Yes"), ("no", "No")], validators)
    if question.type is T.ONE_OF and len(options) <= MOST_AS_RADIOS:
        return _radios(label, options, validators)
    if question.type in (T.ONE_OF, T.COUNTRY):
        listed = options if question.type is T.ONE_OF else list(asking.countries.items())
        return SelectField(
            label, choices=_choices([("", "Choose"), *listed]), validate_choice=False, validators=validators
        )
    return StringField(label, validators=validators)


def _radios(label: str, options: list[tuple[str, str]], validators: list[Any]) -> Any:
    return RadioField(label, choices=_choices(options), validate_choice=False, validators=validators)


def _choices(pairs: Any) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]
