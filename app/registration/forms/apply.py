"""The application, part by part."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

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
    URLField,
    ValidationError,
)
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.states import KIND_LABELS
from app.core.money import BAND_LABELS, AmountBand
from app.registration.forms.choices import choices
from app.registration.rules.application import (
    Aims,
    ForOrganization,
    NewOrganization,
    Owner,
    Ownership,
    You,
)
from app.registration.states import TYPE_LABELS, ParticipantType
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation

NEW = "new"
OWNER_ROWS = 3
LANGUAGES = [
    ("en", "English"), ("ja", "Japanese"), ("fr", "French"), ("de", "German"), ("it", "Italian"), ("es", "Spanish"),
    ("ko", "Korean"), ("ar", "Arabic"), ("pt", "Portuguese"), ("hi", "Hindi"),
]  # fmt: skip
OPENING_WORDS = {opening: opening.value.replace("_", " ").capitalize() for opening in Opening}


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class YouForm(FlaskForm):  # type: ignore[misc]
    """The person."""

    participant_type = RadioField(
        "I come as", choices=choices(TYPE_LABELS),
        validators=[InputRequired("Choose as what you come.")],
    )  # fmt: skip
    full_name = StringField(
        "Full name, as in your passport",
        validators=[InputRequired("Enter your full name."), Length(max=200, message="Use at most 200 characters.")],
    )
    job_title = StringField(
        "Job title",
        validators=[InputRequired("Enter your job title."), Length(max=120, message="Use at most 120 characters.")],
    )
    citizenship = SelectField("Citizenship", validators=[InputRequired("Choose a country.")])
    birth_year = IntegerField(
        "Year of birth", validators=[Optional(), NumberRange(1900, 2015, "Enter a year between 1900 and 2015.")]
    )

    def part(self) -> You:
        """Return what was entered."""
        return You(
            participant_type=ParticipantType(self.participant_type.data), full_name=self.full_name.data.strip(),
            job_title=self.job_title.data.strip(), citizenship=self.citizenship.data, birth_year=self.birth_year.data,
        )  # fmt: skip


class OrganizationForm(FlaskForm):  # type: ignore[misc]
    """For whom the person comes: one of their organizations, or a new one."""

    choice = RadioField("I come for", validators=[InputRequired("Choose an organization, or enter a new one.")])
    name = StringField("Name of the new organization", validators=[Length(max=200)])
    kind = SelectField(
        "Kind", choices=choices(KIND_LABELS, blank="Choose"),
        validators=[Optional()],
    )  # fmt: skip
    country = SelectField("Country", validators=[Optional()])
    website = URLField(
        "Website", validators=[Optional(), URL(message="Enter a full address, such as https://a.example.")]
    )

    def offer(self, memberships: Sequence[tuple[UUID, str]]) -> None:
        """Offer the organizations the person belongs to, and a new one."""
        self.choice.choices = choices([*((str(key), name) for key, name in memberships), (NEW, "A new organization")])
        if not memberships and not self.is_submitted():
            self.choice.data = NEW

    def validate_name(self, field: StringField) -> None:
        """Ask for the name of a new organization."""
        if self.choice.data == NEW and not (field.data or "").strip():
            raise ValidationError("Enter the organization's name.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for kind and country too when the organization is new."""
        sound = bool(super().validate(extra_validators))
        if self.choice.data != NEW:
            return sound
        for field, words in ((self.kind, "Choose the kind of organization."), (self.country, "Choose its country.")):
            if not field.data:
                field.errors = [*field.errors, words]
                sound = False
        return sound

    def part(self) -> ForOrganization:
        """Return what was entered."""
        if self.choice.data != NEW:
            return ForOrganization(organization_id=UUID(self.choice.data))
        return ForOrganization(
            new=NewOrganization(self.name.data, self.kind.data, self.country.data, self.website.data or "")
        )


class AimsForm(FlaskForm):  # type: ignore[misc]
    """What they offer and seek."""

    seeks = Checkboxes(
        "What would you like to take part in?",
        choices=choices(PARTICIPATION_LABELS),
    )
    offers = Checkboxes("What do you offer partners?", choices=choices(OPENING_WORDS))
    band = RadioField(
        "How much do you think of?", choices=choices(BAND_LABELS),
        default=AmountBand.UNDISCLOSED.value,
    )  # fmt: skip
    languages = Checkboxes(
        "Languages you can meet in",
        choices=choices(LANGUAGES),
        validators=[InputRequired("Choose at least one language.")],
    )

    def validate_seeks(self, field: SelectMultipleField) -> None:
        """Ask for one thing sought or offered: matching needs something to go by."""
        if not field.data and not self.offers.data:
            raise ValidationError("Choose at least one thing you would take part in, or one that you offer.")

    def part(self) -> Aims:
        """Return what was entered."""
        return Aims(
            seeks=tuple(Participation(p) for p in self.seeks.data), offers=tuple(Opening(o) for o in self.offers.data),
            band=AmountBand(self.band.data), languages=tuple(self.languages.data),
        )  # fmt: skip


class OwnerForm(Form):  # type: ignore[misc]
    """One owner; a row without a name is left out."""

    name = StringField("Name", validators=[Length(max=200)])
    is_person = SelectField("Kind", choices=choices({"yes": "Person", "no": "Organization"}), default="yes")
    country = SelectField("Country", default="")
    share = IntegerField("Share in percent", validators=[Optional(), NumberRange(1, 100, "Enter 1 to 100.")])

    def validate_country(self, field: SelectField) -> None:
        """Ask for the country of an owner who is named."""
        if (self.name.data or "").strip() and not field.data:
            raise ValidationError("Choose the owner's country.")


class OwnershipForm(FlaskForm):  # type: ignore[misc]
    """Who stands behind the organization."""

    is_state_owned = BooleanField("A government owns or controls a quarter or more of the organization")
    owners = FieldList(FormField(OwnerForm), min_entries=OWNER_ROWS, max_entries=8)

    def offer(self, countries: Sequence[tuple[str, str]]) -> None:
        """Offer the countries in every row."""
        for row in self.owners:
            row.form.country.choices = choices(countries, blank="Choose")

    def part(self) -> Ownership:
        """Return what was entered, without empty rows."""
        owners = [
            Owner(row.name.data.strip(), row.is_person.data == "yes", row.country.data, row.share.data)
            for row in (entry.form for entry in self.owners)
            if (row.name.data or "").strip()
        ]
        return Ownership(tuple(owners), bool(self.is_state_owned.data))


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """The declaration."""

    declared = BooleanField(
        "What I have entered is complete and true, and I agree that it is checked against public lists",
        validators=[InputRequired("Tick the box to submit your application.")],
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to a question of the desk."""

    words = TextAreaField(
        "Your answer",
        validators=[InputRequired("Write an answer."), Length(max=4000, message="Use at most 4000 characters.")],
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """A step that asks for nothing but the click."""


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """The sum that was shown travels along, so that nobody confirms another one."""

    shown_refund_cents = HiddenField(validators=[InputRequired("Open this page again.")])
