"""The shape of what people send about deal rooms; what it means is judged by services."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.dealrooms.queries.shelves import FolderRow
from app.dealrooms.rules.words import LONGEST_NAME, LONGEST_NDA, LONGEST_TEXT, MOST_QUOTA
from app.dealrooms.states import AUDIENCE_LABELS, Audience
from app.documents.forms import AttestationFields

LAST_DAY = "Choose a day, or leave it empty."


class Checkboxes(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def end_of(day: date | None) -> datetime | None:
    """Return the moment at which a last day is over, in UTC; None without one."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), UTC)


class EmptyForm(FlaskForm):
    """Nothing but the token."""


class OpenForm(FlaskForm):
    """For which entry a room is opened."""

    entry = SelectField("Entry", validators=[InputRequired("Choose an entry.")])


class RequestForm(FlaskForm):
    """A request for access."""

    note = TextAreaField("Note to the company", validators=[Optional(), Length(max=1000)])
    shows = BooleanField("I know that the company reads my organization's name and mine with this request",
                         validators=[InputRequired("Tick that you know what the request shows.")])  # fmt: skip


class NdaForm(FlaskForm):
    """Acceptance of an agreement."""

    number = HiddenField(validators=[InputRequired()])
    name = StringField("Your full name, as a signature", validators=[
        InputRequired("Type your full name."), Length(max=LONGEST_NAME, message="Use at most 120 characters."),
    ])  # fmt: skip
    agreed = BooleanField("I have read this agreement and accept it for myself",
                          validators=[InputRequired("Tick the box to accept the agreement.")])  # fmt: skip


class FolderForm(FlaskForm):
    """A folder."""

    name = StringField("Name of the folder", validators=[
        InputRequired("Write a name for the folder."), Length(max=LONGEST_NAME, message="Use at most 120 characters."),
    ])  # fmt: skip
    note = StringField("For whom or for which stage", validators=[Optional(), Length(max=300)])


class AttestedForm(FlaskForm, AttestationFields):
    """A file, and the statement that goes with every upload."""

    file = FileField("File", validators=[FileRequired("Choose a file.")])


class DocumentForm(AttestedForm):
    """A new document."""

    label = StringField("Name of the document", validators=[
        InputRequired("Write a name for the document."),
        Length(max=LONGEST_NAME, message="Use at most 120 characters."),
    ])  # fmt: skip
    folder = SelectField("Folder", validators=[InputRequired("Choose a folder.")])


class LabelForm(FlaskForm):
    """A document's name and place."""

    label = StringField("Name of the document", validators=[
        InputRequired("Write a name for the document."),
        Length(max=LONGEST_NAME, message="Use at most 120 characters."),
    ])  # fmt: skip
    folder = SelectField("Folder", validators=[InputRequired("Choose a folder.")])


class SettingsForm(FlaskForm):
    """What holds for everybody in a room."""

    downloads = RadioField("Documents can be", choices={"view": "Viewed page by page only",
                           "download": "Viewed, and downloaded with the reader's name in every page"})  # fmt: skip
    expires_on = DateField("Last day of the room", validators=[Optional()])
    export_approval = BooleanField("The export officer approves each access, document and answer")
    quota = IntegerField("Questions that one organization may ask", validators=[
        InputRequired("Write a number."), NumberRange(0, MOST_QUOTA, f"Choose between 0 and {MOST_QUOTA}."),
    ])  # fmt: skip
    revision = HiddenField(validators=[InputRequired()])


class NdaTextForm(FlaskForm):
    """A new text of the agreement."""

    body = TextAreaField("Text of the agreement", validators=[
        InputRequired("Write the text."), Length(max=LONGEST_NDA, message="Use at most 20,000 characters."),
    ])  # fmt: skip


class ScopeForm(FlaskForm):
    """Which folders access opens, until when, and for whom."""

    scope = RadioField("Opens", choices={"all": "The whole room", "some": "Only these folders"}, default="all")
    folders = Checkboxes("Folders")
    expires_on = DateField("Last day", validators=[Optional()])
    whom = RadioField("For", default="everybody", choices={
        "everybody": "Everybody of the organization who is admitted, screened and accepts the NDA",
        "named": "Only the people you name below",
    })  # fmt: skip

    def offer(self, folders: Sequence[FolderRow]) -> None:
        """Offer the folders there are."""
        self.folders.choices = {str(one.id): one.name for one in folders}

    def chosen(self) -> frozenset[UUID]:
        """Return the folders meant, none for the whole room."""
        return frozenset(UUID(one) for one in self.folders.data) if self.scope.data == "some" else frozenset()


class ReasonForm(FlaskForm):
    """Why somebody declines, returns or ends something."""

    reason = TextAreaField("Reason", validators=[Optional(), Length(max=1000)])


class QuestionForm(FlaskForm):
    """A question."""

    text = TextAreaField("Your question", validators=[
        InputRequired("Write your question."), Length(max=LONGEST_TEXT, message="Use at most 4,000 characters."),
    ])  # fmt: skip
    document = SelectField("About", validators=[Optional()])
    attested = BooleanField("Nothing controlled under the ITAR or the EAR, and nothing classified, is in what I write",
                            validators=[InputRequired("Tick the statement.")])  # fmt: skip


class AnswerForm(FlaskForm):
    """The draft of an answer."""

    text = TextAreaField("Answer", validators=[
        InputRequired("Write the answer."), Length(max=LONGEST_TEXT, message="Use at most 4,000 characters."),
    ])  # fmt: skip
    audience = RadioField("Who reads it", choices={a.value: w for a, w in AUDIENCE_LABELS.items()},
                          default=Audience.ASKER.value)  # fmt: skip
    attested = BooleanField("Nothing controlled under the ITAR or the EAR, and nothing classified, is in what I write",
                            validators=[InputRequired("Tick the statement.")])  # fmt: skip
