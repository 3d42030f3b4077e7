"""What organizers do by hand on the waitlist."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

ONE_DIGIT = "Use a number from 0 to 9."


class PriorityForm(FlaskForm):
    """Another priority, and why."""

    priority = IntegerField("Priority, 0 to 9", validators=[InputRequired(ONE_DIGIT), NumberRange(0, 9, ONE_DIGIT)])
    reason = TextAreaField(
        "Why the priority changes", validators=[InputRequired("Write why the priority changes."), Length(max=1000)]
    )
    seen_moves = HiddenField(validators=[InputRequired("Open this page again.")])


class OfferForm(FlaskForm):
    """A place out of order, and why; over a soft target another reason."""

    offer_reason = TextAreaField(
        "Why this person is offered a place before others",
        validators=[InputRequired("Write why this person is offered a place before others."), Length(max=1000)],
    )
    over_target_reason = TextAreaField("Why a target may be passed", validators=[Optional(), Length(max=1000)])
    seen_moves = HiddenField(validators=[InputRequired("Open this page again.")])
