"""Decisions at the vetting desk."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
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
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.registration.forms.choices import choices
from app.registration.rules.letters import LONGEST_BODY, LONGEST_SUBJECT, Words
from app.registration.rules.reasons import Reason
from app.registration.states import ACT_LABELS, TYPE_LABELS, Act, RegistrationState
from app.registration.states import RegistrationState as State


class Decision(StrEnum):
    """What a reviewer can do with an application."""

    APPROVE = "approve"
    PROPOSE = "propose"
    WAITLIST = "waitlist"
    ASK = "ask"
    DECLINE = "decline"


DECISION_LABELS = {
    Decision.APPROVE: "Approve",
    Decision.PROPOSE: "Propose approval to a second reviewer",
    Decision.WAITLIST: "Put on the waitlist",
    Decision.ASK: "Ask the applicant for information",
    Decision.DECLINE: "Decline",
}
POSSIBLE: dict[RegistrationState, list[Decision]] = {
    State.IN_REVIEW: [Decision.APPROVE, Decision.WAITLIST, Decision.ASK, Decision.DECLINE],
    State.NEEDS_INFORMATION: [Decision.ASK, Decision.DECLINE],
    State.WAITLISTED: [Decision.DECLINE],
    State.OFFERED: [Decision.DECLINE],
}
AFTER_ALL: dict[RegistrationState, list[Decision]] = {
    State.APPROVED: [Decision.DECLINE],
    State.PAYMENT_DUE: [Decision.DECLINE],
}
"""What is still possible once everything seems decided; offered aside."""
CANCELLABLE = frozenset(
    {State.SUBMITTED, State.IN_REVIEW, State.NEEDS_INFORMATION, State.WAITLISTED, State.OFFERED, State.APPROVED,
     State.PAYMENT_DUE, State.CONFIRMED}
)  # fmt: skip


def reason_choices(reasons: Iterable[Reason]) -> list[Any]:
    """Return the reasons that may be given now, after an empty one."""
    return choices({r.key: r.label for r in reasons if not r.is_retired}, blank="Choose")


class DecisionForm(FlaskForm):
    """One decision with its reason; `seen_moves` tells whether somebody else moved the application meanwhile."""

    decision = RadioField("Decision", validators=[InputRequired("Choose a decision.")])
    reason = SelectField("Reason, if you decline", validators=[Optional()])
    words = TextAreaField("Words to the applicant", validators=[Optional(), Length(max=4000)])
    priority = IntegerField(
        "Priority on the waitlist", default=0, validators=[Optional(), NumberRange(0, 9, "Enter 0 to 9.")]
    )
    over_target_reason = TextAreaField("Why it may go over a target", validators=[Optional(), Length(max=1000)])
    seen_moves = IntegerField(validators=[InputRequired("Open this page again.")])
    subject = StringField("Subject", validators=[Optional(), Length(max=LONGEST_SUBJECT)])
    body = TextAreaField("Letter", validators=[Optional(), Length(max=LONGEST_BODY)])

    def offer(self, possible: Iterable[Decision], reasons: Iterable[Reason]) -> None:
        """Offer what is possible now, and the reasons in force."""
        self.decision.choices = choices((d.value, DECISION_LABELS[d]) for d in possible)
        self.reason.choices = reason_choices(reasons)

    @property
    def wording(self) -> Words | None:
        """The words for this one letter, None to use those in force."""
        body = (self.body.data or "").strip()
        return Words((self.subject.data or "").strip(), body) if body else None

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


class CancelForm(FlaskForm):
    """Why an organizer cancels."""

    reason = TextAreaField(
        "Why, as the person will read it", validators=[InputRequired("Write why."), Length(max=2000)]
    )


class ReasonForm(FlaskForm):
    """Why something is done that the other reviewers read."""

    reason = TextAreaField("Why", validators=[InputRequired("Write why."), Length(max=2000)])


class UndoForm(FlaskForm):
    """Undo a decision; why is for the record and need not be said."""

    reason = StringField("Why", validators=[Optional(), Length(max=500)])


class AssignForm(FlaskForm):
    """Who is to decide."""

    assignee = SelectField("Reviewer", validators=[Optional()])

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Offer the reviewers, and nobody."""
        self.assignee.choices = choices([(str(one), name) for one, name in people], blank="Nobody")


class LetterForm(FlaskForm):
    """The words of a letter."""

    subject = StringField("Subject", validators=[InputRequired("Write the subject."), Length(max=LONGEST_SUBJECT)])
    body = TextAreaField("Letter", validators=[InputRequired("Write the letter."), Length(max=LONGEST_BODY)])
    seen_version = IntegerField(validators=[Optional()])
    number = IntegerField(
        "Preview on application number",
        validators=[Optional(), NumberRange(1, 1_000_000, "Enter the number of an application.")],
    )

    @property
    def wording(self) -> Words:
        """What was typed."""
        return Words(self.subject.data or "", self.body.data or "")


class ViewForm(FlaskForm):
    """A saved view: its name, whether others see it, whether the desk opens with it."""

    name = StringField("Name of the view", validators=[InputRequired("Give the view a name."), Length(max=60)])
    is_shared = BooleanField("Share with everybody at the desk")
    is_default = BooleanField("Open the desk with this view")


class BulkForm(FlaskForm):
    """What is decided about many applications."""

    act = RadioField("Decision", validators=[InputRequired("Choose a decision.")])
    reason = SelectField("Reason, if you decline", validators=[Optional()])
    words = TextAreaField("Words to the applicants", validators=[Optional(), Length(max=4000)])
    priority = IntegerField(
        "Priority on the waitlist", default=0, validators=[Optional(), NumberRange(0, 9, "Enter 0 to 9.")]
    )
    over_target_reason = TextAreaField("Why they may go over a target", validators=[Optional(), Length(max=1000)])
    assignee = SelectField("Give them to", validators=[Optional()])
    over = SelectMultipleField("Spread them over")

    def offer(self, reasons: Iterable[Reason], people: Sequence[tuple[UUID, str]]) -> None:
        """Offer every act, the reasons in force and the reviewers."""
        self.act.choices = choices(ACT_LABELS)
        self.reason.choices = reason_choices(reasons)
        self.assignee.choices = choices([(str(one), name) for one, name in people], blank="Nobody")
        self.over.choices = choices([(str(one), name) for one, name in people])

    def particulars(self) -> Mapping[str, Any]:
        """Return what the chosen act needs, as it is kept."""
        needed = {
            Act.APPROVE: ("words", "over_target_reason"), Act.PROPOSE: ("words",),
            Act.WAITLIST: ("words", "priority"), Act.ASK: ("words",), Act.DECLINE: ("reason", "words"),
            Act.ASSIGN: ("assignee",), Act.SPREAD: ("over",), Act.UNDO: ("words",),
        }  # fmt: skip
        return {name: getattr(self, name).data for name in needed[Act(self.act.data)]}

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen act needs, at its field."""
        sound = bool(super().validate(extra_validators))
        wanted = {
            Act.DECLINE: (self.reason, "Choose the reason: the applicants read it."),
            Act.ASK: (self.words, "Write what you need to know."),
            Act.SPREAD: (self.over, "Choose the reviewers."),
        }
        if sound and self.act.data in wanted:
            field, message = wanted[Act(self.act.data)]
            if not field.data:
                field.errors = [*field.errors, message]
                sound = False
        return sound


class ScopeForm(FlaskForm):
    """What a reviewer is limited to: types and markets; each chosen type of each chosen market."""

    types = SelectMultipleField("Types", choices=choices(TYPE_LABELS))
    markets = SelectMultipleField("Markets")


class ReasonRowForm(Form):
    """One reason for declining; an empty row counts for nothing."""

    key = HiddenField()
    label = StringField("Name at the desk", validators=[Optional(), Length(max=100)])
    public_words = StringField("Words the applicant reads", validators=[Optional(), Length(max=300)])
    needs_words = BooleanField("The reviewer must add words")
    is_retired = BooleanField("Not offered any more")


class ReasonsForm(FlaskForm):
    """The reasons for declining."""

    seen_version = IntegerField(validators=[InputRequired("Open this page again.")])
    rows = FieldList(FormField(ReasonRowForm), max_entries=80)

    def reasons(self) -> list[Reason]:
        """Return the rows that say something."""
        return [
            Reason(
                row["key"] or "", (row["label"] or "").strip(), (row["public_words"] or "").strip(),
                row["needs_words"], row["is_retired"],
            )
            for row in self.rows.data
            if (row["label"] or "").strip() or (row["public_words"] or "").strip()
        ]  # fmt: skip
