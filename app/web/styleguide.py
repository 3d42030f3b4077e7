"""Every part of a page in every state, with sample content: for reviewers, and for the accessibility checks."""

from datetime import datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.core.access import Principal
from app.core.paging import Page
from app.regulatory.states import PARTICIPATION_LABELS

KINDS = [SelectChoice(value=kind.value, label=words) for kind, words in PARTICIPATION_LABELS.items()]
VENUE = "America/New_York"


class SampleForm(Form):  # type: ignore[misc]
    """One field of each kind."""

    name = StringField("Full name", [InputRequired("Enter your full name, as in your passport.")])
    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address.")])
    password = PasswordField("Password", [InputRequired("Choose a password of 15 characters or more.")])
    country = SelectField("Country", [InputRequired("Choose a country.")], choices=KINDS)
    kind = RadioField("What do you offer?", [InputRequired("Choose what you offer.")], choices=KINDS[:3])
    kinds = SelectMultipleField("What do you seek?", [InputRequired("Choose at least one.")], choices=KINDS[3:])
    amount = IntegerField("Amount", [InputRequired("Enter an amount in whole dollars.")])
    born = DateField("Date of birth", [Optional()])
    about = TextAreaField("About your organization", [InputRequired("Say in a sentence what you do.")])
    paper = FileField("Supporting document", [Optional()])
    agreed = BooleanField("I have read the terms", [InputRequired("Confirm that you have read the terms.")])


def sample(now: datetime, person: Principal | None) -> dict[str, Any]:
    """Return what the style guide's template shows."""
    broken = SampleForm(prefix="broken")
    broken.validate()
    return {
        "untouched": SampleForm(prefix="new"),
        "form": broken,
        "page": Page(items=list(range(25)), total=238, number=4, size=25),
        "single": Page(items=[1, 2, 3], total=3, number=1, size=25),
        "now": now,
        "venue": VENUE,
        "person": person,
    }
