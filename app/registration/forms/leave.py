"""Ways to leave: a successor, a denied visa."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional


class SuccessorForm(FlaskForm):
    """Who takes the place."""

    name = StringField("Name of the successor", [InputRequired("Enter the successor's name."), Length(max=200)])
    email = StringField("Mail address of the successor", [InputRequired("Enter an address."), Length(max=254)])
    reason = TextAreaField("Why you cannot come", [Optional(), Length(max=1000)])


class VisaClaimForm(FlaskForm):
    """The proof that a visa was denied."""

    proof = FileField("The letter that denies the visa", [FileRequired("Choose a file.")])
    words = TextAreaField("What the finance desk should know", [Optional(), Length(max=2000)])


class VisaDecisionForm(FlaskForm):
    """What finance decides about a claim."""

    words = TextAreaField("Why not, if you refuse", [Optional(), Length(max=2000)])
