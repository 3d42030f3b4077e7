"""The application, part by part."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
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
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.resembling import entered
from app.accounts.states import KIND_LABELS
from app.core.money import BAND_LABELS, AmountBand
from app.payments.states import METHOD_LABELS, PaymentMethod
from app.registration.forms.choices import choices
from app.registration.rules.application import (
    MOST_OWNERS,
    Aims,
    ForOrganization,
    HowToPay,
    NewOrganization,
    Owner,
    Ownership,
    You,
)
from app.registration.rules.in_words import LANGUAGES
from app.registration.rules.in_words import OPENING_WORDS as OPENING_WORDS
from app.registration.states import TYPE_LABELS, ParticipantType
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation

NEW = "new"
OWNER_ROWS = 3
YEAR = "Enter a year between 1900 and 2015."
SHARE = "Enter the share as a whole number from 1 to 100."


def _with_scheme(typed: str | None) -> str | None:
    """Read 'www.a.example' as the address it stands for."""
    words = (typed or "").strip()
    return f"https://{words}" if words and "://" not in words and "." in words else words


class Checkboxes(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WholeNumber(IntegerField):
    """A whole number; one that cannot be read is told once, not also by its range."""

    def pre_validate(self, form: Form) -> None:
        """Stop at what is not a number."""
        if self.process_errors and str(self.raw_data[0]).strip():
            raise StopValidation


class YouForm(FlaskForm):
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
    birth_year = WholeNumber(
        "Year of birth", validators=[Optional(), NumberRange(1900, 2015, YEAR)], invalid_value_message=YEAR
    )

    def part(self) -> You:
        """Return what was entered."""
        return You(
            participant_type=ParticipantType(self.participant_type.data), full_name=self.full_name.data.strip(),
            job_title=self.job_title.data.strip(), citizenship=self.citizenship.data, birth_year=self.birth_year.data,
        )  # fmt: skip


class OwnerForm(Form):
    """One owner; a row without a name is left out."""

    name = StringField("Name", validators=[Length(max=200, message="Use at most 200 characters.")])
    is_person = SelectField("Kind", choices=choices({"yes": "Person", "no": "Organization"}), default="yes")
    country = SelectField("Country", default="")
    share = WholeNumber(
        "Share in percent", validators=[Optional(), NumberRange(1, 100, SHARE)], invalid_value_message=SHARE
    )

    def validate_name(self, field: StringField) -> None:
        """Ask who it is when a country or a share is given: nobody is left out of the checks unseen."""
        if not (field.data or "").strip() and (self.country.data or self.share.data):
            raise ValidationError("Enter the owner's name, or empty the row.")

    def validate_country(self, field: SelectField) -> None:
        """Ask for the country of an owner who is named."""
        if (self.name.data or "").strip() and not field.data:
            raise ValidationError("Choose the owner's country.")


class OrganizationForm(FlaskForm):
    """For whom the person comes, one of their organizations or a new one, and who stands behind it."""

    choice = RadioField("I come for", validators=[InputRequired("Choose an organization, or enter a new one.")])
    name = StringField(
        "Name of the new organization", validators=[Length(max=200, message="Use at most 200 characters.")]
    )
    kind = SelectField(
        "Kind", choices=choices(KIND_LABELS, blank="Choose"),
        validators=[Optional()],
    )  # fmt: skip
    country = SelectField("Country", validators=[Optional()])
    website = URLField(
        "Website", filters=[_with_scheme],
        validators=[
            Optional(), Length(max=300, message="Use at most 300 characters."),
            URL(message="Enter a full address, such as https://a.example."),
        ],
    )  # fmt: skip
    is_state_owned = BooleanField("A government owns or controls a quarter or more of the organization")
    owners = FieldList(FormField(OwnerForm), min_entries=OWNER_ROWS, max_entries=MOST_OWNERS)
    letter = FileField("Nomination letter", validators=[Optional()])
    compared = HiddenField(validators=[Length(max=300)])
    refused_letter = ""

    def offer(self, memberships: Sequence[tuple[UUID, str]], countries: Sequence[tuple[str, str]]) -> None:
        """Offer the organizations the person belongs to and a new one, and the countries in every row."""
        self.choice.choices = choices([*((str(key), name) for key, name in memberships), (NEW, "A new organization")])
        if not memberships and not self.is_submitted():
            self.choice.data = NEW
        self.country.choices = choices(countries, blank="Choose")
        self.kind.flags.optional = self.country.flags.optional = False  # of a new organization they are asked for
        for row in self.owners:
            row.form.country.choices = choices(countries, blank="Choose")

    def new_to_compare(self) -> bool:
        """Tell whether a new organization stands here that was not compared with those on the platform yet."""
        before, self.compared.data = self.compared.data, entered(self.name.data or "", self.country.data or "")
        return bool(self.choice.data == NEW and before != self.compared.data)

    def validate_name(self, field: StringField) -> None:
        """Ask for the name of a new organization."""
        if self.choice.data == NEW and not (field.data or "").strip():
            raise ValidationError("Enter the organization's name.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for kind and country too when the organization is new."""
        sound = bool(super().validate(extra_validators))
        if self.refused_letter:
            self.letter.errors = [*self.letter.errors, self.refused_letter]
            sound = False
        if self.choice.data != NEW:
            return sound
        for field, words in ((self.kind, "Choose the kind of organization."), (self.country, "Choose its country.")):
            if not field.data:
                field.errors = [*field.errors, words]
                sound = False
        return sound

    def organization_part(self) -> ForOrganization:
        """Return for whom the person comes."""
        if self.choice.data != NEW:
            return ForOrganization(organization_id=UUID(self.choice.data))
        return ForOrganization(
            new=NewOrganization(self.name.data, self.kind.data, self.country.data, self.website.data or "")
        )

    def ownership_part(self) -> Ownership:
        """Return who stands behind it, without empty rows."""
        owners = [
            Owner(row.name.data.strip(), row.is_person.data == "yes", row.country.data, row.share.data)
            for row in (entry.form for entry in self.owners)
            if (row.name.data or "").strip()
        ]
        return Ownership(tuple(owners), bool(self.is_state_owned.data))


class AimsForm(FlaskForm):
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


class QuestionsForm(FlaskForm):
    """A page of designed questions and nothing else."""


class ReviewForm(FlaskForm):
    """The declaration, and how to pay."""

    currency = RadioField("Currency", validators=[Optional()])
    method = RadioField("How do you pay?", validators=[Optional()], default=PaymentMethod.CARD.value)
    voucher = StringField("Voucher code", validators=[Optional(), Length(max=60)])
    declared = BooleanField("", validators=[InputRequired("Tick the box to submit your application.")])

    def offer(self, currencies: Sequence[tuple[str, str]], *, declaration: str, by_transfer: bool) -> None:
        """Offer the currencies there are prices in, and bank transfer where somebody can receive it."""
        self.currency.choices = choices(currencies)
        if currencies and not self.currency.data:
            self.currency.data = currencies[0][0]
        methods = [PaymentMethod.CARD, *([PaymentMethod.TRANSFER] if by_transfer else [])]
        self.method.choices = choices((method, METHOD_LABELS[method]) for method in methods)
        self.currency.flags.optional = self.method.flags.optional = False
        self.declared.label.text = declaration

    def paying(self) -> HowToPay:
        """Return how the person pays."""
        method = PaymentMethod(self.method.data) if self.method.data else PaymentMethod.CARD
        return HowToPay(self.currency.data or None, method, self.voucher.data or "")


class ChangeForm(FlaskForm):
    """Why somebody asks for a change that waits for the desk."""

    why = TextAreaField(
        "Why, as the organizers will read it", validators=[InputRequired("Write why."), Length(max=2000)]
    )


class DecideChangeForm(FlaskForm):
    """The desk's decision about a proposed change."""

    decision = RadioField(
        "Decision", choices=choices({"accept": "Accept the change", "refuse": "Refuse the change"}),
        validators=[InputRequired("Choose a decision.")],
    )  # fmt: skip
    reason = TextAreaField("Reason, as the applicant reads it", validators=[Length(max=2000)])

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for the reason of a refusal."""
        if self.decision.data == "refuse" and not (field.data or "").strip():
            raise ValidationError("Write why: the applicant reads it.")


class AnswerForm(FlaskForm):
    """The answer to a question of the desk."""

    words = TextAreaField(
        "Your answer",
        validators=[InputRequired("Write an answer."), Length(max=4000, message="Use at most 4000 characters.")],
    )
    file = FileField("A file that shows it", validators=[Optional()])


class ConfirmForm(FlaskForm):
    """A step that asks for nothing but the click."""


class WithdrawForm(FlaskForm):
    """The sum that was shown travels along, so that nobody confirms another one."""

    shown_refund_cents = HiddenField(validators=[InputRequired("Open this page again.")])
