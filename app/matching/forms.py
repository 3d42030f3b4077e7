"""The shape of what people send to matching."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from app.matching.states import BLOCK_LABELS, RunEvent, Wish

PREFIX = "wish-"


class RankingForm(FlaskForm):
    """A page of a ranking: the token here, one group of choices a row, named by its id."""


class BlockForm(FlaskForm):
    """Whether to keep a pair apart."""

    kind = RadioField(
        "Keep this meeting from happening",
        choices=[
            SelectChoice("", "No, we may meet"),
            *(SelectChoice(kind.value, words) for kind, words in BLOCK_LABELS.items()),
        ],
        default="",
        validate_choice=True,
    )


class RunForm(FlaskForm):
    """How much a run may plan."""

    partner_capacity = IntegerField(
        "Meetings for each partner, at most",
        default=6,
        validators=[InputRequired("Say how many."), NumberRange(1, 60, "Choose from 1 to 60.")],
    )
    entry_capacity = IntegerField(
        "Meetings for each programme, at most",
        default=12,
        validators=[InputRequired("Say how many."), NumberRange(1, 60, "Choose from 1 to 60.")],
    )
    floor = IntegerField(
        "Meetings every partner should get",
        default=2,
        validators=[InputRequired("Say how many, or 0."), NumberRange(0, 60, "Choose from 0 to 60.")],
    )


class MoveForm(FlaskForm):
    """What to do with a run."""

    event = SelectField("Step", choices=[SelectChoice(event.value, event.value) for event in RunEvent])
    reason = TextAreaField("Reason", validators=[Length(max=600, message="Use at most 600 characters.")])


class RulingForm(FlaskForm):
    """Pinning a pair or leaving it out, or taking that back."""

    registration = StringField("Partner")
    entry = StringField("Programme")
    ruling = StringField("Ruling")
    reason = StringField("Reason", validators=[Length(max=300, message="Use at most 300 characters.")])


def said_in(form: Mapping[str, str], rows: Iterable[UUID]) -> dict[UUID, Wish]:
    """Return the wishes a posted page holds for the rows it may hold; anything else is left aside."""
    found = {}
    for row in rows:
        value = form.get(f"{PREFIX}{row}", "")
        if value in list(Wish):
            found[row] = Wish(value)
    return found


def ids_in(form: Iterable[str]) -> list[UUID]:
    """Return the ids of the rows that a posted page names."""
    found = []
    for name in form:
        if name.startswith(PREFIX):
            try:
                found.append(UUID(name.removeprefix(PREFIX)))
            except ValueError:
                continue
    return found[:100]
