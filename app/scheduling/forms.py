"""The shape of what people send to scheduling."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.scheduling.rules import LONGEST_NOTE
from app.scheduling.states import MODE_LABELS, Mode

TOO_LONG = f"Use at most {LONGEST_NOTE} characters."


class TokenForm(FlaskForm):
    """Nothing but the token: for buttons."""


class ReasonForm(FlaskForm):
    """Why a meeting is declined or called off."""

    reason = TextAreaField(
        "Reason", validators=[DataRequired("Give a reason in a few words."), Length(max=LONGEST_NOTE, message=TOO_LONG)]
    )


class CounterForm(FlaskForm):
    """What should be different."""

    change = TextAreaField(
        "What should be different",
        validators=[DataRequired("Say what you would change."), Length(max=LONGEST_NOTE, message=TOO_LONG)],
    )


class RequestForm(FlaskForm):
    """What a meeting is for."""

    text = TextAreaField(
        "What the meeting is for",
        validators=[
            DataRequired("Say in a sentence or two what the meeting is for."),
            Length(max=LONGEST_NOTE, message=TOO_LONG),
        ],
    )


class SlotForm(FlaskForm):
    """Which of the free times."""

    slot = SelectField("Time", validators=[DataRequired("Choose a time.")])


class AbsenceForm(FlaskForm):
    """When a person cannot come."""

    slots = SelectMultipleField(
        "Times at which you cannot meet", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class SeatingForm(FlaskForm):
    """What the next seating may move."""

    mode = RadioField(
        "What may move",
        choices=[SelectChoice(mode.value, words) for mode, words in MODE_LABELS.items()],
        default=Mode.KEEP.value,
    )
