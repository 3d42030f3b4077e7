"""The door."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import UUID, InputRequired, Length, Optional

from app.registration.forms.choices import choices
from app.registration.states import Direction


class ScanForm(FlaskForm):  # type: ignore[misc]
    """A badge code, typed by a scanner or a person, or the one chosen from a list."""

    code = StringField("Badge code", validators=[Length(max=60)])
    registration_id = HiddenField(validators=[Optional(), UUID()])
    door = StringField("Door", default="Main entrance", validators=[InputRequired("Name the door."), Length(max=40)])
    direction = RadioField(
        "Direction",
        choices=choices([(Direction.IN.value, "In"), (Direction.OUT.value, "Out")]),
        default=Direction.IN.value,
    )
    nonce = HiddenField(validators=[InputRequired("Open the door page again."), UUID()])


class FindForm(FlaskForm):  # type: ignore[misc]
    """A name, when the code cannot be read."""

    search = StringField(
        "Name or organization", validators=[InputRequired("Enter a part of the name."), Length(max=100)]
    )
    door = HiddenField(validators=[Optional(), Length(max=40)])
