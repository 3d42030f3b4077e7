"""The shape of what focal points send; what it means is judged by services."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import UUID, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.rules import normal_email
from app.core.money import BAND_LABELS, AmountBand
from app.delegations.rules.people import ADDRESS, HEADINGS, OLDEST, YOUNGEST, Named
from app.delegations.states import COPY, LEAVE, NOBODY
from app.registration.rules.application import Aims
from app.registration.rules.in_words import LANGUAGES, OPENING_WORDS
from app.registration.states import TYPE_LABELS, ParticipantType
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation

BLANK = {"": "Choose"}


class Checkboxes(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OpenForm(FlaskForm):
    """For which organization a delegation is opened."""

    organization_id = HiddenField(validators=[InputRequired(), UUID()])


class WordsForm(FlaskForm):
    """A part of a name or address; sent in the body, so that it stands in no address."""

    words = StringField("Name or address holds", validators=[Optional(), Length(max=100)])


class PersonForm(FlaskForm):
    """A delegate."""

    name = StringField("Full name, as in the passport", validators=[
        InputRequired("Write the person's full name."), Length(max=200, message="Use at most 200 characters."),
    ])  # fmt: skip
    email = StringField(HEADINGS["email"], validators=[
        InputRequired("Write the person's own address."), Length(max=254, message="Use at most 254 characters."),
    ])  # fmt: skip
    job_title = StringField(HEADINGS["job_title"], validators=[
        InputRequired("Write the person's job title."), Length(max=120, message="Use at most 120 characters."),
    ])  # fmt: skip
    citizenship = SelectField(HEADINGS["citizenship"], validators=[InputRequired("Choose a country.")])
    birth_year = IntegerField(HEADINGS["birth_year"], validators=[
        Optional(), NumberRange(OLDEST, YOUNGEST, f"Write a year between {OLDEST} and {YOUNGEST}."),
    ])  # fmt: skip
    participant_type = SelectField(HEADINGS["participant_type"], validators=[InputRequired("Choose as what.")])
    keep_reserve = BooleanField("If there is no place left, keep this person in reserve")

    def offer(self, countries: Mapping[str, str]) -> None:
        """Offer the countries and the types there are."""
        self.citizenship.choices = {**BLANK, **countries}
        self.participant_type.choices = {kind.value: label for kind, label in TYPE_LABELS.items()}

    def validate_email(self, field: StringField) -> None:
        """Ask for a plain address."""
        if not ADDRESS.fullmatch(normal_email(field.data or "")):
            raise ValidationError("Write an address like name@example.org.")

    def person(self) -> Named:
        """Return who was entered."""
        return Named(
            " ".join(self.name.data.split()), normal_email(self.email.data), " ".join(self.job_title.data.split()),
            self.citizenship.data, self.birth_year.data, ParticipantType(self.participant_type.data),
        )  # fmt: skip


class ChosenForm(FlaskForm):
    """Delegates ticked in a list, and why where that is asked; `act` is the button."""

    chosen = SelectMultipleField("People", validate_choice=False)
    reason = TextAreaField("Reason, if you do not endorse", validators=[Optional(), Length(max=1000)])


class UploadForm(FlaskForm):
    """A sheet of delegates."""

    sheet = FileField("Sheet of delegates", validators=[FileRequired("Choose a file.")])
    keep_reserve = BooleanField("Keep people beyond the cap in reserve, in the order of the sheet")


class LetterForm(FlaskForm):
    """A nomination letter."""

    letter = FileField("Nomination letter or note verbale", validators=[FileRequired("Choose a file.")])
    names = RadioField("Whom it names", choices={"all": "Everybody in the delegation", "some": "Only these people"},
                       validators=[InputRequired("Choose whom it names.")])  # fmt: skip
    chosen = Checkboxes("These people")
    replaces = SelectField("It replaces", validators=[Optional()])


class PrepareForm(FlaskForm):
    """The rest of an application, filled in for a delegate."""

    seeks = Checkboxes("What they would take part in", choices={p.value: w for p, w in PARTICIPATION_LABELS.items()})
    offers = Checkboxes("What they offer partners", choices={o.value: w for o, w in OPENING_WORDS.items()})
    band = RadioField("How much they think of", choices={b.value: w for b, w in BAND_LABELS.items()},
                      default=AmountBand.UNDISCLOSED.value)  # fmt: skip
    languages = Checkboxes("Languages they can meet in", choices=dict(LANGUAGES), default=["en"],
                           validators=[InputRequired("Choose at least one language.")])  # fmt: skip
    ownership = RadioField("Who owns the organization", default=LEAVE, choices={
        LEAVE: "The person says so", COPY: "As in the newest application of our organization",
        NOBODY: "Nobody owns or controls a quarter or more",
    })  # fmt: skip

    def validate_seeks(self, field: Any) -> None:
        """Ask for one thing sought or offered: matching needs something to go by."""
        if not field.data and not self.offers.data:
            raise ValidationError("Choose at least one thing they would take part in, or one that they offer.")

    def aims(self) -> Aims:
        """Return what was chosen."""
        return Aims(
            tuple(Participation(one) for one in self.seeks.data), tuple(Opening(one) for one in self.offers.data),
            AmountBand(self.band.data), tuple(self.languages.data),
        )  # fmt: skip


class GrantForm(FlaskForm):
    """Who acts for whom, and why."""

    email = StringField("E-mail address of the officer", validators=[
        InputRequired("Write the address they sign in with."), Length(max=254),
    ])  # fmt: skip
    country = SelectField("All organizations of a country", validators=[Optional()])
    organization_id = SelectField("Or one organization", validators=[Optional()])
    reason = TextAreaField("Reason", validators=[
        InputRequired("Say why in a few words: the reason goes on the record."), Length(max=1000),
    ])  # fmt: skip


class EmptyForm(FlaskForm):
    """Nothing but the token."""
