"""Decisions at the vetting desk."""

from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.registration.forms.choices import choices
from app.registration.states import DECLINE_LABELS, RegistrationState
from app.registration.states import RegistrationState as State


class Decision(StrEnum):
    """What a reviewer can do with an application."""

    APPROVE = "approve"
    WAITLIST = "waitlist"
    ASK = "ask"
    DECLINE = "decline"


DECISION_LABELS = {
    Decision.APPROVE: "Approve",
    Decision.WAITLIST: "Put on the waitlist",
    Decision.ASK: "Ask the applicant for information",
    Decision.DECLINE: "Decline",
}
POSSIBLE: dict[RegistrationState, list[Decision]] = {
    State.IN_REVIEW: list(Decision),
    State.NEEDS_INFORMATION: [Decision.DECLINE],
    State.WAITLISTED: [Decision.DECLINE],
    State.OFFERED: [Decision.DECLINE],
}
CANCELLABLE = frozenset(
    {State.SUBMITTED, State.IN_REVIEW, State.NEEDS_INFORMATION, State.WAITLISTED, State.OFFERED, State.APPROVED,
     State.PAYMENT_DUE, State.CONFIRMED}
)  # fmt: skip


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """One decision with its reason; `seen_moves` tells whether somebody else moved the application meanwhile."""

    decision = RadioField("Decision", validators=[InputRequired("Choose a decision.")])
    reason = SelectField(
        "Reason, if you decline", choices=choices(DECLINE_LABELS, blank="Choose"),
        validators=[Optional()],
    )  # fmt: skip
    words = TextAreaField("Words to the applicant", validators=[Optional(), Length(max=4000)])
    priority = IntegerField(
        "Priority on the waitlist", default=0, validators=[Optional(), NumberRange(0, 9, "Enter 0 to 9.")]
    )
    seen_moves = IntegerField(validators=[InputRequired("Open this page again.")])

    def offer(self, state: RegistrationState) -> None:
        """Offer what is possible in `state`."""
        self.decision.choices = choices((d.value, DECISION_LABELS[d]) for d in POSSIBLE.get(state, []))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the reason of a refusal and the words of a question."""
        sound = bool(super().validate(extra_validators))
        if self.decision.data == Decision.DECLINE and not self.reason.data:
            self.reason.errors = [*self.reason.errors, "Choose the reason: the applicant reads it."]
            sound = False
        if self.decision.data == Decision.ASK and not (self.words.data or "").strip():
            self.words.errors = [*self.words.errors, "Write what you need to know."]
            sound = False
        return sound


class CancelForm(FlaskForm):  # type: ignore[misc]
    """Why an organizer cancels."""

    reason = TextAreaField(
        "Why, as the person will read it", validators=[InputRequired("Write why."), Length(max=2000)]
    )
