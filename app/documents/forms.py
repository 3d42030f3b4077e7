"""The shape of what people send: reviewers' reasons, and the attestation that forms of other rooms take in.

`AttestationFields` is the one part of a form that rooms share: it must say the same words everywhere.
"""

from datetime import datetime
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.documents.rules.attest import TEXTS, VERSION, Attested
from app.documents.states import HANDLING_LABELS, Handling


class AttestationFields(Form):
    """What a form that takes a file or a long text mixes in; shown by the macro in components/attest.html.

    Every choice can be sent: that some of them stop the upload, and whom to ask then, the service says.
    """

    handling = RadioField(
        "What kind of information is it?",
        choices={kind.value: words for kind, words in HANDLING_LABELS.items()},
        validators=[InputRequired("Say what kind of information it is.")],
    )
    attested = BooleanField(
        TEXTS[VERSION], validators=[InputRequired("Tick the statement that nothing controlled is in it.")]
    )
    attestation = HiddenField(default=VERSION)

    def attested_by(self, user_id: UUID, *, at: datetime) -> Attested | None:
        """Return what was attested, None when the statement was not ticked or no kind was chosen."""
        if not self.attested.data or self.handling.data not in list(Handling):
            return None
        return Attested(user_id, at, self.attestation.data or "", Handling(self.handling.data))


class ReviewForm(FlaskForm):
    """Why a reviewer does something to a file."""

    reason = TextAreaField(
        "Reason",
        validators=[InputRequired("Give the reason: it stays in the record."),
                    Length(10, 1000, "Write 10 to 1,000 characters.")],
    )  # fmt: skip
