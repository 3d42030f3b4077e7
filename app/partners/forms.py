"""The shape of what people send about profiles, mandates and marks; what it means is judged by services."""

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.money import BAND_LABELS, AmountBand
from app.directory.rules import OPENING_LABELS, worded
from app.directory.states import SOUGHT_LABELS, STAGE_LABELS, Sought, StageGroup
from app.partners.rules import CURRENCIES, FIELDS, NAME_CHOICES, MandateContent, ProfileContent
from app.partners.rules.mandate import among
from app.partners.states import (
    AIM_LABELS,
    AUDIENCE_LABELS,
    INSTRUMENT_LABELS,
    MARK_LABELS,
    RESTRICTION_LABELS,
    Aim,
    Audience,
    Instrument,
    MarkKind,
    Restriction,
)
from app.registration.rules.in_words import LANGUAGES
from app.regulatory.states import Opening

LONG = Length(max=1000, message="Use at most 1,000 characters.")
EMPTY_IS_NONE = Optional(strip_whitespace=True)


class Checkboxes(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _audience(label: str, choices: tuple[Audience, ...], default: Audience) -> SelectField:
    named = {str(int(one)): AUDIENCE_LABELS[one] for one in choices}
    return SelectField(label, choices=named, default=str(int(default)))


def _of_field(name: str) -> SelectField:
    field = FIELDS[name]
    choices = NAME_CHOICES if name == "name" else tuple(one for one in Audience if one <= field.widest)
    return _audience(f"Who sees: {field.label[0].lower()}{field.label[1:]}", choices, field.default)


class ProfileForm(FlaskForm):
    """What a partner says about itself, and who sees it. `revision` is what the writer saw."""

    revision = HiddenField(validators=[InputRequired("Load this page again.")])
    legal_name = StringField("Legal name", [EMPTY_IS_NONE, Length(max=200, message="Use at most 200 characters.")])
    about = TextAreaField(
        "What you do", [EMPTY_IS_NONE, Length(max=2000, message="Use at most 2,000 characters.")]
    )  # fmt: skip
    languages = Checkboxes("Languages of your people", choices=dict(LANGUAGES), validators=[Optional()])
    sees_name = _of_field("name")
    sees_legal_name = _of_field("legal_name")
    sees_website = _of_field("website")
    sees_about = _of_field("about")
    sees_languages = _of_field("languages")

    def content(self) -> ProfileContent:
        """Return what was sent, for the service to judge."""
        audiences = {
            name: Audience(int(self[f"sees_{name}"].data)) for name in FIELDS if f"sees_{name}" in self._fields
        }
        return ProfileContent(
            self.legal_name.data or "", self.about.data or "", tuple(self.languages.data or ()), audiences
        )


class MandateForm(FlaskForm):
    """Everything a mandate says. The button says whether it is kept as a draft or activated."""

    revision = HiddenField(default="0")
    name = StringField("Name", [DataRequired("Give the mandate a name, for example Fund III or Hardware exports.")])
    offers = Checkboxes("What you bring", choices=worded(SOUGHT_LABELS), validators=[Optional()])
    seeks = Checkboxes("What you look for", choices=worded(OPENING_LABELS), validators=[Optional()])
    currency = SelectField("Currency", choices={code: code for code in CURRENCIES}, default="USD")
    least = SelectField("Smallest ticket", choices=worded(BAND_LABELS))
    most = SelectField("Largest ticket", choices=worded(BAND_LABELS))
    stages = Checkboxes(
        "Stages", choices={one.value: words for one, words in STAGE_LABELS.items() if one is not StageGroup.OTHER},
        validators=[Optional()],
    )  # fmt: skip
    instruments = Checkboxes("Forms of taking part", choices=worded(INSTRUMENT_LABELS), validators=[Optional()])
    aims = Checkboxes("What it is for", choices=worded(AIM_LABELS), validators=[Optional()])
    aims_words = TextAreaField("More about your aims", [EMPTY_IS_NONE, LONG])
    us_states = StringField("U.S. states", [EMPTY_IS_NONE, Length(max=200, message="Use at most 200 characters.")])
    starts_on = DateField("From", [Optional()])
    ends_on = DateField("Until", [Optional()])
    restrictions = Checkboxes(
        "What you cannot do, or need", choices=worded(RESTRICTION_LABELS), validators=[Optional()]
    )
    restrictions_words = TextAreaField("More about restrictions", [EMPTY_IS_NONE, LONG])
    audience = _audience("Who sees this mandate", tuple(Audience), Audience.COUNTERPARTS)
    ticket_audience = _audience("Who sees the ticket", tuple(Audience), Audience.ORGANIZERS)
    owner = SelectField("Who looks after it")

    def content(self) -> MandateContent:
        """Return what was sent, for the service to judge."""
        return MandateContent(
            name=self.name.data or "", offers=among(Sought, self.offers.data), seeks=among(Opening, self.seeks.data),
            least=AmountBand(self.least.data), most=AmountBand(self.most.data), currency=self.currency.data,
            stages=among(StageGroup, self.stages.data), instruments=among(Instrument, self.instruments.data),
            aims=among(Aim, self.aims.data), aims_words=self.aims_words.data or "",
            us_states=_codes(self.us_states.data or ""), starts_on=self.starts_on.data, ends_on=self.ends_on.data,
            restrictions=among(Restriction, self.restrictions.data),
            restrictions_words=self.restrictions_words.data or "", audience=Audience(int(self.audience.data)),
            ticket_audience=Audience(int(self.ticket_audience.data)),
        )  # fmt: skip


def _codes(typed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"[^\s,;]+", typed.upper())))


def as_typed(content: MandateContent) -> dict[str, Any]:
    """Return a mandate as the form's fields hold it."""
    plain = ("name", "aims_words", "restrictions_words", "starts_on", "ends_on", "currency")
    lists = ("offers", "seeks", "stages", "instruments", "aims", "restrictions")
    return {
        **{name: getattr(content, name) for name in plain},
        **{name: [one.value for one in getattr(content, name)] for name in lists},
        "least": content.least.value,
        "most": content.most.value,
        "us_states": ", ".join(content.us_states),
        "audience": str(int(content.audience)),
        "ticket_audience": str(int(content.ticket_audience)),
    }


class MarkForm(FlaskForm):
    """Another organization by its name, and what it is to us."""

    name = StringField(
        "Name of the other organization",
        [DataRequired("Enter a name."), Length(max=200, message="Use at most 200 characters.")],
    )
    kind = SelectField("What it is to you", choices=worded(MARK_LABELS), default=MarkKind.KEEP_APART.value)
    note = StringField("Note for your own people", [EMPTY_IS_NONE, Length(max=500, message="Use at most 500.")])
