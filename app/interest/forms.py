"""The shape of what people send about interest; what it means is judged by services."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core.money import BAND_LABELS
from app.directory.queries import EntryView
from app.directory.rules import worded
from app.interest.rules import REASON_LABELS, VISIBILITY_LABELS
from app.interest.states import Visibility
from app.regulatory.states import PARTICIPATION_LABELS, Participation

REASONS = {"": "Choose a reason", **worded(REASON_LABELS)}
NOTE = [Optional(), Length(max=1000, message="Use at most 1,000 characters for the note.")]


class InterestForm(FlaskForm):
    """Which organization is interested in what kind of participation, how much, and what the company learns."""

    organization = SelectField("Your organization")
    kind = SelectField("Kind of participation")
    band = SelectField("Amount", choices=worded(BAND_LABELS))
    intent = RadioField(
        "What should happen",
        choices={"state": "State interest: the company gets a mail",
                 "watch": "Only watch: the company sees a number, never you"},
        default="state", validators=[InputRequired("Choose whether to state interest or only to watch.")],
    )  # fmt: skip
    visibility = RadioField(
        "What the company learns about you",
        choices=worded(VISIBILITY_LABELS),
        default=Visibility.SUMMARY_ONLY.value,
        validators=[InputRequired("Choose what the company learns about you.")],
    )
    note = TextAreaField("Note to the company", validators=NOTE)

    def offer(self, entry: EntryView, organizations: dict[str, str]) -> None:
        """Set the organizations and, the fitting ones first, the kinds to choose from."""
        named = entry.row.participations
        others = [] if not entry.row.openings_inferred else [kind for kind in Participation if kind not in named]
        self.kind.choices = {kind.value: PARTICIPATION_LABELS[kind] for kind in (*named, *others)}
        self.organization.choices = organizations


class MoveForm(FlaskForm):
    """A step: which one is in the button; a note for the other side."""

    reason = TextAreaField("Note for the other side", validators=NOTE)


class PassForm(FlaskForm):
    """Why somebody steps away."""

    pass_reason = SelectField("Why", choices=REASONS)
    reason = TextAreaField("Note for the other side", validators=NOTE)


class VisibilityForm(FlaskForm):
    """What the company learns from now on."""

    visibility = RadioField(
        "What the company learns about you",
        choices=worded(VISIBILITY_LABELS),
        validators=[InputRequired("Choose what the company learns about you.")],
    )
