"""Shapes of input."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length


class RefundForm(FlaskForm):
    """What goes back and why; `shown_left` is what the page said could go back."""

    amount = StringField("Amount to send back", [InputRequired("Enter an amount such as 125.00."), Length(max=20)])
    reason = TextAreaField("Reason", [InputRequired("Say why the money goes back."), Length(max=1000)])
    shown_left = HiddenField()


class SettledForm(FlaskForm):
    """How something that needed a person was settled."""

    how = TextAreaField("How it was settled", [InputRequired("Say how it was settled."), Length(max=1000)])
