"""The shape of what people send about entries; what it means is judged by services."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.directory import rules
from app.directory.rules import LEAST_PROOF, worded
from app.directory.states import CATEGORY_LABELS, TIER_LABELS, ClaimEvent, Tier
from app.documents.forms import AttestationFields

MANY_LINES = ("sources",)
REASON = [
    DataRequired("Give a reason: the company reads it."),
    Length(max=1000, message="Use at most 1,000 characters."),
]


class ClaimForm(FlaskForm):
    """Which organization claims, and why the entry is its own; a file needs the attestation beside it."""

    organization = SelectField("Your company")
    proof = TextAreaField(
        "How can a reviewer check that this is yours?",
        validators=[
            InputRequired("Say how a reviewer can check that this entry is yours."),
            Length(LEAST_PROOF, 4000, f"Write {LEAST_PROOF} to 4,000 characters."),
        ],
    )
    file = FileField("A paper that shows it", validators=[Optional()])


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


class ClaimFileForm(FlaskForm, AttestationFields):
    """The attestation of a claim whose file is sent with it."""


class DocumentForm(FlaskForm, AttestationFields):
    """A document of an entry, who may open it, and the attestation."""

    file = FileField("Document", validators=[InputRequired("Choose a file.")])
    label = StringField("What it is", validators=[Optional(), Length(max=200, message="Use at most 200 characters.")])
    tier = SelectField(
        "Who may open it",
        choices={tier.name.lower(): TIER_LABELS[tier] for tier in rules.DOCUMENT_TIERS},
        default=Tier.VETTED.name.lower(),
    )
