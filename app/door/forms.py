"""Shapes of input of this room."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import UUID, InputRequired, Length, Optional

from app.door.states import LAYOUT_LABELS, REASON_LABELS, Direction
from app.registration.states import TYPE_LABELS


class ScanForm(FlaskForm):
    """A badge code, read by a scanner or typed by a person, or the one chosen from a list."""

    code = StringField("Badge code", validators=[Length(max=200)])
    registration_id = HiddenField(validators=[Optional(), UUID()])
    gate = StringField("Gate", default="Main entrance", validators=[InputRequired("Name the gate."), Length(max=40)])
    direction = RadioField(
        "Direction",
        choices=[SelectChoice(Direction.IN.value, "In"), SelectChoice(Direction.OUT.value, "Out")],
        default=Direction.IN.value,
    )
    nonce = HiddenField(validators=[InputRequired("Open the door page again."), UUID()])


class FindForm(FlaskForm):
    """A name, when the code cannot be read."""

    search = StringField(
        "Name or organization", validators=[InputRequired("Enter a part of the name."), Length(max=100)]
    )
    gate = HiddenField(validators=[Optional(), Length(max=40)])


class NamesForm(FlaskForm):
    """How somebody is called on their badge."""

    preferred = StringField("Name to be called by", validators=[Optional(), Length(max=60)])
    native = StringField("Name in its own script", validators=[Optional(), Length(max=80)])


class PrintForm(FlaskForm):
    """Which badges to print, and on what."""

    types = SelectMultipleField(
        "Participant types", choices=[SelectChoice(kind.value, words) for kind, words in TYPE_LABELS.items()]
    )
    market = SelectField("Market", default="", validate_choice=True)
    unprinted = BooleanField("Only badges that were not printed yet", default=True)
    order = RadioField(
        "Order", choices=[SelectChoice("name", "By name"), SelectChoice("organization", "By organization, then name")],
        default="name",
    )  # fmt: skip
    layout = RadioField(
        "Paper", choices=[SelectChoice(layout.value, words) for layout, words in LAYOUT_LABELS.items()], default="a4"
    )


class ReasonForm(FlaskForm):
    """Why a badge is stopped or made anew."""

    reason = RadioField(
        "Reason",
        choices=[SelectChoice(reason.value, words) for reason, words in REASON_LABELS.items()],
        validators=[InputRequired("Choose a reason.")],
    )
    words = StringField("Note", validators=[Optional(), Length(max=300)])


class DeviceForm(FlaskForm):
    """A device to come."""

    name = StringField("Name of the device", validators=[InputRequired("Name the device."), Length(max=60)])
    gate = StringField("Gate", default="Main entrance", validators=[InputRequired("Name the gate."), Length(max=40)])
    help = StringField("Whom to call when somebody is stopped", validators=[Optional(), Length(max=80)])
    last_day = DateField("Last day of use", validators=[InputRequired("Give the last day of use.")])


class CloseForm(FlaskForm):
    """What somebody found out about a conflict."""

    words = TextAreaField("What you found out", validators=[InputRequired("Say what you found out."), Length(max=1000)])
