"""Forms about invitation letters."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.registration.rules.visa import CODE_LENGTH, Invited, typed_code, typed_passport


class VisaLetterForm(FlaskForm):
    """What the letter says of the person; the passport number is asked here and nowhere else."""

    name = StringField(
        "Full name, as in your passport", validators=[InputRequired("Enter your name."), Length(max=200)]
    )
    nationality = SelectField(
        "Nationality, as in your passport", validators=[InputRequired("Choose your nationality.")]
    )
    passport = StringField("Passport number", validators=[InputRequired("Enter your passport number."), Length(max=40)])
    consulate = StringField(
        "City of the embassy or consulate",
        validators=[InputRequired("Enter the city where you apply for the visa."), Length(max=100)],
    )

    def validate_passport(self, field: Any) -> None:
        try:
            typed_passport(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def invited(self) -> Invited:
        """Return who is invited."""
        words = (" ".join(str(field.data).split()) for field in (self.name, self.consulate))
        name, consulate = words
        return Invited(name, str(self.nationality.data), typed_passport(self.passport.data or ""), consulate)


class RevokeForm(FlaskForm):
    """Why a letter is revoked."""

    reason = TextAreaField("Reason", validators=[InputRequired("Write why: the person reads it."), Length(max=300)])


class VerifyForm(FlaskForm):
    """The number and the check code of a letter in hand."""

    number = StringField("Number of the letter", validators=[InputRequired("Enter the number."), Length(max=80)])
    code = StringField("Check code", validators=[InputRequired("Enter the check code."), Length(max=40)])

    def validate_code(self, field: Any) -> None:
        if len(typed_code(field.data or "")) != CODE_LENGTH:
            raise ValidationError(f"The check code has {CODE_LENGTH} letters and digits.")
