"""What organizers enter when they design a questionnaire."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.questionnaires.rules.definition import Condition, Definition, Option, Question, Section, Words
from app.questionnaires.states import (
    CHOICES,
    ENGLISH,
    LANGUAGES,
    OPERATOR_LABELS,
    TEXTS,
    TYPE_LABELS,
    Operator,
    QuestionType,
)

SPARE_OPTIONS = 3
MOST_OPTIONS = 60
COUNTRIES_AT_ONCE = 5
T = QuestionType


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return values and their words as a field takes them."""
    return [SelectChoice(value, words) for value, words in pairs]


class NewQuestionnaireForm(FlaskForm):
    """A questionnaire that does not exist yet."""

    title = StringField(
        "Title", validators=[InputRequired("Write a title."), Length(max=120, message="Use at most 120 characters.")]
    )
    key = StringField("Key", validators=[InputRequired("Write a key."), Length(max=39)])


class PressForm(FlaskForm):
    """A button, and which draft was seen when it was pressed."""

    seen_edits = HiddenField(validators=[InputRequired("Open this page again.")])

    @property
    def seen(self) -> int:
        """Return the number of edits that were seen; what is no number was never seen."""
        text = str(self.seen_edits.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else -1


class WholeForm(PressForm):
    """The title, the languages and the declaration."""

    title = StringField("Title", validators=[InputRequired("Write a title."), Length(max=120)])
    language = SelectField("Add a language", validators=[Optional()])


class PartForm(PressForm):
    """What sections and questions share: texts in every language of the draft."""

    languages: tuple[str, ...] = (ENGLISH,)

    def words(self, name: str) -> dict[str, str]:
        """Return one text in the languages in which it was written."""
        texts = {language: (self[f"{name}_{language}"].data or "").strip() for language in self.languages}
        return {language: text for language, text in texts.items() if text}

    def texts(self, name: str) -> list[Any]:
        """Return the fields of one text, English first."""
        return [self[f"{name}_{language}"] for language in self.languages]


class SectionForm(PartForm):
    """A section's own facts."""

    starts_page = BooleanField("Begin a new page with this section")

    def section(self, before: Section) -> Section:
        """Return the section as entered; its questions and conditions are left alone."""
        return Section(
            before.key, self.words("title"), self.words("text"), before.conditions, bool(self.starts_page.data)
        )


class OptionForm(Form):
    """One option; a row without words is left out."""

    value = HiddenField()
    place = IntegerField("Place", validators=[Optional(), NumberRange(1, 999, "Enter 1 to 999.")])


class QuestionForm(PartForm):
    """One question."""

    type = SelectField("Kind of answer", choices=choices((t.value, words) for t, words in TYPE_LABELS.items()))
    is_required = BooleanField("Must be answered")
    least = IntegerField("At least", validators=[Optional(), NumberRange(-(10**9), 10**9)])
    most = IntegerField("At most", validators=[Optional(), NumberRange(-(10**9), 10**9)])
    is_manager_only = BooleanField("Staff fill this in; the person never sees it")
    reopens_vetting = BooleanField("A change after submission is looked at by the organizers")
    is_personal = BooleanField("The answer is about a person and is removed when it need not be kept")

    @property
    def kind(self) -> QuestionType:
        """Return the kind of answer as entered."""
        return QuestionType(self.type.data)

    def question(self, before: Question) -> Question:
        """Return the question as entered; its conditions are left alone."""
        limited = self.kind in TEXTS | {T.NUMBER, T.AMOUNT, T.SEVERAL_OF}
        return Question(
            before.key, self.kind, self.words("label"), self.words("help"), bool(self.is_required.data),
            self.least.data if limited else None, self.most.data if limited else None,
            self.entered_options() if self.kind in CHOICES else (), before.conditions,
            bool(self.is_manager_only.data), bool(self.reopens_vetting.data), bool(self.is_personal.data),
        )  # fmt: skip

    def entered_options(self) -> tuple[Option, ...]:
        """Return the options in the order of their places; one keeps its value when its words change."""
        rows = [row.form for row in self.options if (row.form[f"label_{ENGLISH}"].data or "").strip()]
        rows.sort(key=lambda row: row.place.data if row.place.data is not None else 1000)
        taken, found = {row.value.data for row in rows if row.value.data}, []
        for row in rows:
            label = {one: (row[f"label_{one}"].data or "").strip() for one in self.languages}
            value = str(row.value.data or "") or _new_value(label[ENGLISH], taken)
            taken.add(value)
            found.append(Option(value[:60], {one: text for one, text in label.items() if text}))
        return tuple(found)


def _new_value(label: str, taken: Iterable[str]) -> str:
    """Return a value for a new option, made of its words."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40] or "option"
    used = set(taken)
    return plain if plain not in used else next(f"{plain}_{n}" for n in range(2, 1000) if f"{plain}_{n}" not in used)


def _texts(name: str, label: str, languages: Sequence[str], most: int, *, needed: str = "") -> dict[str, Any]:
    """Return a field for each language; only English is needed."""
    fields: dict[str, Any] = {}
    for language in languages:
        words = label if len(languages) == 1 else f"{label}, {LANGUAGES[language]}"
        first = [InputRequired(needed)] if needed and language == ENGLISH else [Optional()]
        limit = Length(max=most, message=f"Use at most {most} characters.")
        made = TextAreaField if most > 300 else StringField
        fields[f"{name}_{language}"] = made(words, validators=[*first, limit])
    return fields


def whole_form(definition: Definition) -> type[WholeForm]:
    """Return the form of what concerns all of a questionnaire, with its declaration in every language."""
    fields = _texts("declaration", "What people declare when they submit", definition.languages, 2000)
    made: type[WholeForm] = type("WholeOf", (WholeForm, PartForm), {"languages": definition.languages, **fields})
    return made


def section_form(languages: tuple[str, ...]) -> type[SectionForm]:
    """Return the form of a section in these languages."""
    fields = _texts("title", "Title", languages, 120, needed="Write a title.")
    fields |= _texts("text", "Introduction", languages, 1000)
    return type("SectionOf", (SectionForm,), {"languages": languages, **fields})


def question_form(languages: tuple[str, ...]) -> type[QuestionForm]:
    """Return the form of a question in these languages."""
    fields = _texts("label", "The question", languages, 200, needed="Write the question.")
    fields |= _texts("help", "Help, shown below it", languages, 300)
    row = type("OptionOf", (OptionForm,), _texts("label", "Option", languages, 120))
    fields["options"] = FieldList(FormField(row), max_entries=MOST_OPTIONS)
    return type("QuestionOf", (QuestionForm,), {"languages": languages, **fields})


def section_data(section: Section) -> dict[str, Any]:
    """Return a section as its form shows it."""
    return {**_shown("title", section.title), **_shown("text", section.text), "starts_page": section.starts_page}


def question_data(question: Question) -> dict[str, Any]:
    """Return a question as its form shows it, with a few empty options."""
    options = [
        {"value": option.value, "place": place, **_shown("label", option.label)}
        for place, option in enumerate(question.options, start=1)
    ]
    if question.type in CHOICES:
        options += [{}] * min(SPARE_OPTIONS, MOST_OPTIONS - len(options))
    return {
        **_shown("label", question.label), **_shown("help", question.help), "type": question.type.value,
        "is_required": question.is_required, "least": question.least, "most": question.most, "options": options,
        "is_manager_only": question.is_manager_only, "reopens_vetting": question.reopens_vetting,
        "is_personal": question.is_personal,
    }  # fmt: skip


def _shown(name: str, words: Words) -> dict[str, str]:
    return {f"{name}_{language}": text for language, text in words.items()}


class Several(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ConditionForm(PressForm):
    """One condition on a source that was chosen before: of a list, of the countries, or of words."""

    source = HiddenField(validators=[InputRequired("Choose what it depends on.")])
    operator = RadioField(
        "How it compares", choices=choices((one.value, words) for one, words in OPERATOR_LABELS.items()),
        default=Operator.IS.value, validators=[InputRequired("Choose how it compares.")],
    )  # fmt: skip
    listed = Several("Any of", validators=[Optional()])
    countries = FieldList(SelectField("Country", validators=[Optional()]), min_entries=0, max_entries=COUNTRIES_AT_ONCE)
    typed = TextAreaField("Any of these words, one a line", validators=[Optional(), Length(max=1000)])

    def offer(self, options: Mapping[str, str], *, are_countries: bool, operators: Iterable[Operator]) -> None:
        """Offer what the source can be; without options, words are typed."""
        self.operator.choices = choices((one.value, OPERATOR_LABELS[one]) for one in operators)
        if are_countries:
            while len(self.countries) < COUNTRIES_AT_ONCE:
                self.countries.append_entry()
            for field in self.countries:
                field.choices = choices([("", "None"), *options.items()])
        self.listed.flags.optional = self.typed.flags.optional = False
        self.listed.choices = [] if are_countries else choices(options.items())

    def condition(self) -> Condition:
        """Return the condition as entered."""
        typed = [line.strip() for line in (self.typed.data or "").splitlines()]
        values = [*(self.listed.data or []), *(field.data or "" for field in self.countries), *typed]
        kept = tuple(dict.fromkeys(value[:200] for value in values if value))
        return Condition(str(self.source.data), Operator(self.operator.data), kept[:50])


class TryForm(FlaskForm):
    """A preview: nothing that is entered is kept."""
