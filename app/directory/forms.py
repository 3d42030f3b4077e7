"""The shape of what people send about entries; what it means is judged by services."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.money import BAND_LABELS
from app.directory import rules
from app.directory.rules import LABELS, LEAST_PROOF, OPENING_LABELS, checks, worded
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS, ClaimEvent
from app.regulatory.states import PARTICIPATION_LABELS

MANY_LINES = ("sources",)
REASON = [
    DataRequired("Give a reason: the company reads it."),
    Length(max=1000, message="Use at most 1,000 characters."),
]


def _line(name: str, longest: int = 200, *, needed: str = "") -> StringField:
    presence = DataRequired(needed) if needed else Optional()
    length = Length(max=longest, message=f"{LABELS[name]}: use at most {longest} characters.")
    return StringField(LABELS[name], validators=[presence, length])


def _text(name: str, longest: int = checks.LONGEST_TEXT) -> TextAreaField:
    length = Length(max=longest, message=f"{LABELS[name]}: use at most {longest:,} characters.")
    return TextAreaField(LABELS[name], validators=[Optional(), length])


class ClaimForm(FlaskForm):
    """Which organization claims, and why the entry is its own."""

    organization = SelectField("Your company")
    proof = TextAreaField(
        "How can a reviewer check that this is yours?",
        validators=[
            InputRequired("Say how a reviewer can check that this entry is yours."),
            Length(LEAST_PROOF, 4000, f"Write {LEAST_PROOF} to 4,000 characters."),
        ],
    )


class NewEntryForm(FlaskForm):
    """The least an entry needs to begin."""

    organization = SelectField("Your company")
    name = StringField(
        "Name of the programme",
        validators=[
            DataRequired("Enter the name of the programme."),
            Length(max=200, message="At most 200 characters."),
        ],
    )
    category = SelectField("Category", choices=worded(CATEGORY_LABELS))


class EntryForm(FlaskForm):
    """Every field a company may write, the revision it saw, and its statement about controlled data."""

    revision = HiddenField(validators=[InputRequired()])
    name = _line("name", needed="Enter the name of the programme.")
    lead_company = _line("lead_company", needed="Enter the name of the lead company.")
    us_state = _line("us_state", 2)
    category = SelectField(LABELS["category"], choices=worded(CATEGORY_LABELS))
    summary = _text("summary", 1200)
    stage = _text("stage", 500)
    stage_group = SelectField(LABELS["stage_group"], choices=worded(STAGE_LABELS))
    target_first_launch = _text("target_first_launch", 500)
    partners = _text("partners")
    partner_countries = SelectMultipleField(LABELS["partner_countries"])
    funding_facts = _text("funding_facts")
    foreign_participation = _text("foreign_participation")
    openings = SelectMultipleField(LABELS["openings"], choices=worded(OPENING_LABELS), validators=[Optional()])
    sources = _text("sources")
    sought_kinds = SelectMultipleField(
        LABELS["sought_kinds"],
        choices=worded(PARTICIPATION_LABELS),
        validators=[Optional()],
    )
    sought_band = SelectField(LABELS["sought_band"], choices={"": "Say nothing", **worded(BAND_LABELS)})
    contact_name = _line("contact_name")
    contact_email = _line("contact_email", 254)
    attested = BooleanField(
        rules.ATTESTATIONS[rules.ATTESTATION],
        validators=[InputRequired("Tick the statement that this text holds no controlled technical data.")],
    )
    attestation = HiddenField(default=rules.ATTESTATION)

    def show(self, content: dict[str, Any]) -> None:
        """Fill the fields with what was last written."""
        for name in checks.EDITABLE:
            value = content[name]
            self[name].data = "\n".join(value) if name in MANY_LINES else value or ""
            if isinstance(self[name], SelectMultipleField):
                self[name].data = list(content[name])

    def written(self) -> dict[str, Any]:
        """Return what was written, by field."""
        fields = {name: self[name].data for name in checks.EDITABLE}
        for name in MANY_LINES:
            fields[name] = [line for line in (fields[name] or "").splitlines() if line.strip()]
        return {name: "" if value is None else value for name, value in fields.items()}

    def offer_countries(self, choices: Iterable[tuple[str, str]]) -> None:
        """Set the countries to choose from."""
        self.partner_countries.choices = dict(choices)


class DecideForm(FlaskForm):
    """A reviewer's decision about a claim."""

    event = RadioField(
        "Decision",
        choices={ClaimEvent.APPROVE.value: "Approve: the company may write this entry",
                 ClaimEvent.DECLINE.value: "Decline"},
        validators=[InputRequired("Choose a decision.")],
    )  # fmt: skip
    reason = TextAreaField("Reason", validators=REASON)


class ReviewForm(FlaskForm):
    """A reviewer's decision about a submitted draft, and which version was read."""

    version = HiddenField(validators=[InputRequired()])
    decision = RadioField(
        "Decision",
        choices={"publish": "Publish this version", "return": "Return it to the company"},
        validators=[InputRequired("Choose a decision.")],
    )
    reason = TextAreaField("Reason", validators=REASON)


class ReasonForm(FlaskForm):
    """Why an entry is suspended or reinstated."""

    reason = TextAreaField("Reason", validators=REASON)


class NewsForm(FlaskForm):
    """Whether newly reported facts go into the draft; taking them needs the statement about controlled data."""

    attested = BooleanField(rules.ATTESTATIONS[rules.ATTESTATION])
    attestation = HiddenField(default=rules.ATTESTATION)
