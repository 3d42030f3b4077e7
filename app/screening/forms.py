"""The shape of what screeners send."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.screening.states import EVENT_LABELS, REASON_LABELS, TRANSITIONS, CaseEvent, CaseState, DecisionReason


class DecisionForm(FlaskForm):
    """A step in a case: what, why, and words of one's own."""

    event = RadioField("Your decision", validators=[InputRequired("Choose a decision.")])
    reason = SelectField("Main reason", validators=[InputRequired("Choose the main reason.")])
    words = TextAreaField(
        "In your own words",
        validators=[
            InputRequired("Say in a sentence what you compared."),
            Length(max=2000, message="Use at most 2,000 characters."),
        ],
    )

    def offer(self, state: CaseState, *, has_hits: bool) -> None:
        """Offer only the steps that lead on from here."""
        possible = [event for of, event in TRANSITIONS if of is state]
        if not has_hits:
            possible = [event for event in possible if event is not CaseEvent.CONFIRM]
        self.event.choices = [(event.value, EVENT_LABELS[event]) for event in possible]
        self.reason.choices = [("", "Choose"), *((reason.value, label) for reason, label in REASON_LABELS.items())]

    @property
    def said(self) -> str:
        """Return the whole reason as it is recorded."""
        return f"{REASON_LABELS[DecisionReason(self.reason.data)]}: {self.words.data.strip()}"
