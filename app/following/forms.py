"""The shape of what people send about what they keep an eye on; what it means is judged by services."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.directory.rules import worded
from app.following.rules import LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG
from app.following.states import OFTEN_LABELS, Often

CHOOSE_OFTEN = [InputRequired("Choose how often a mail may come.")]


class SearchForm(FlaskForm):
    """A search to keep: its name and how often to tell."""

    name = StringField(
        "Name of the search",
        validators=[
            InputRequired("Give the search a name."),
            Length(max=LONGEST_NAME, message=f"Use at most {LONGEST_NAME} characters for the name."),
        ],
    )
    often = RadioField(
        "Send me a mail", choices=worded(OFTEN_LABELS), default=Often.DAILY.value, validators=CHOOSE_OFTEN
    )


class DigestForm(FlaskForm):
    """How often the digest may come."""

    often = SelectField("Send me what changed", choices=worded(OFTEN_LABELS), validators=CHOOSE_OFTEN)


class NoteForm(FlaskForm):
    """A note of the team about an entry."""

    organization = SelectField("For the team of")
    text = TextAreaField(
        "Note",
        validators=[
            InputRequired("Write the note first."),
            Length(max=LONGEST_NOTE, message=f"Use at most {LONGEST_NOTE:,} characters for a note."),
        ],
    )


class ChangeNoteForm(FlaskForm):
    """One's own note, rewritten."""

    text = TextAreaField("Note", validators=NoteForm.text.kwargs["validators"])


class TagForm(FlaskForm):
    """A tag to hang on an entry, or to take off it."""

    organization = SelectField("For the team of")
    tag = StringField(
        "Tag",
        validators=[
            InputRequired("Write a tag of one or two words."),
            Length(max=LONGEST_TAG, message=f"Use at most {LONGEST_TAG} characters for a tag."),
        ],
    )
    event = HiddenField(default="hang")
