"""The shape of what people send about questions; what it means is judged by services."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.enquiries.rules import ATTESTATION, ATTESTATIONS, LONGEST
from app.regulatory.states import PARTICIPATION_LABELS

TOO_LONG = Length(max=LONGEST, message=f"Use at most {LONGEST:,} characters.")
NO_KIND = "No kind in particular"
NO_TICK = "Read the statement on controlled information and tick that it holds."


class Attested(FlaskForm):
    """Words with the statement that no controlled data is in them."""

    attestation = HiddenField(default=ATTESTATION)
    attested = BooleanField(ATTESTATIONS[ATTESTATION], validators=[InputRequired(NO_TICK)])


class AskForm(Attested):
    """A question: about which country, topic and kind, and in which words."""

    country = SelectField("Partner's country", validators=[InputRequired("Choose the partner's country.")])
    topic = SelectField("Topic")
    kind = SelectField("Participation")
    question = TextAreaField("Your question", validators=[InputRequired("Write your question."), TOO_LONG])
    shows_asker = BooleanField("The company's export officer may see my name, if the desk asks them")

    def offer(self, countries: Sequence[tuple[str, str]], topics: Sequence[tuple[str, str]]) -> None:
        """Set the countries and topics to choose from."""
        self.country.choices = {"": "Choose a country", **dict(countries)}
        self.topic.choices = {"": "No topic in particular", **dict(topics)}
        self.kind.choices = {"": NO_KIND, **{kind.value: words for kind, words in PARTICIPATION_LABELS.items()}}


class AddForm(Attested):
    """What the asker, or a company's export officer, adds."""

    words = TextAreaField("What you want to add", validators=[InputRequired("Write something first."), TOO_LONG])


class NoteForm(FlaskForm):
    """A note of the desk."""

    words = TextAreaField(
        "Only the desk reads it", id="note-words", validators=[InputRequired("Write the note first."), TOO_LONG]
    )


class AskBackForm(FlaskForm):
    """What the desk asks back."""

    words = TextAreaField(
        "What should they tell?", id="more-words",
        validators=[InputRequired("Write what the asker should tell."), TOO_LONG],
    )  # fmt: skip


class OwnerForm(FlaskForm):
    """Who answers."""

    owner = SelectField("Owner", validators=[InputRequired("Choose who answers.")])


class AnswerForm(FlaskForm):
    """The answer with its sources."""

    words = TextAreaField("Answer", validators=[InputRequired("Write the answer."), TOO_LONG])
    sources = TextAreaField("Sources", validators=[Optional(), Length(max=6_000, message="Name fewer sources.")])


class PublishForm(FlaskForm):
    """The question and its answer in words for everyone, and where they are shown."""

    question = TextAreaField("Question for everyone", validators=[InputRequired("Word the question."), TOO_LONG])
    answer = TextAreaField("Answer for everyone", validators=[InputRequired("Word the answer."), TOO_LONG])
    sources = TextAreaField(
        "Sources", id="public-sources", validators=[Optional(), Length(max=6_000, message="Name fewer sources.")]
    )
    places = SelectMultipleField(
        "Show it with", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        validators=[InputRequired("Choose where the answer is shown.")],
    )  # fmt: skip
