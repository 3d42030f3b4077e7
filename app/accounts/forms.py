"""The shape of what people send about accounts; what it means is judged by services."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import UUID, DataRequired, Email, InputRequired, Length, Optional, Regexp

from app.accounts.duplicate_lists import FactRow
from app.accounts.merge import Question
from app.accounts.password_rules import weakness
from app.accounts.passwords import normal
from app.accounts.rules import time_zone_names
from app.accounts.states import KIND_LABELS, ROLE_LABELS, STAFF_ROLES, OrganizationKind
from app.core.access import Role

ADDRESS = [
    DataRequired("Enter an e-mail address."),
    Length(max=254, message="Enter an e-mail address of at most 254 characters."),
    Email("Enter an e-mail address like name@example.org."),
]
NAME = [DataRequired("Enter your name."), Length(max=200, message="Enter a name of at most 200 characters.")]
REASON = [
    DataRequired("Say why in a few words: the reason goes on the record."),
    Length(max=1_000, message="Give the reason in at most 1,000 characters."),
]


def trimmed(text: str | None) -> str | None:
    """Return an address without the space that copying puts around it."""
    return text.strip() if text else text


def time_zone_field() -> SelectField:
    """Return the choice of a time zone."""
    zones = {name: name.replace("_", " ") for name in time_zone_names()}
    return SelectField("Time zone", choices=zones, default="UTC")


def coerced(role: str | Role) -> Role | None:
    """Return the role a form names, None for anything else."""
    return Role(role) if role in list(Role) else None


class SignInForm(FlaskForm):
    """Address and password."""

    email = StringField(
        "E-mail address", filters=[trimmed], validators=[DataRequired("Enter your e-mail address."), Length(max=254)]
    )
    password = PasswordField("Password", validators=[InputRequired("Enter your password.")])


class PasswordOnlyForm(FlaskForm):
    """The password of whoever is signed in."""

    password = PasswordField("Password", validators=[InputRequired("Enter your password.")])


class NewPasswordForm(FlaskForm):
    """A new password; `judge` tells whether it is good enough for the person."""

    new_password = PasswordField("New password", validators=[InputRequired("Choose a password.")])

    def judge(self, *own: str) -> bool:
        """Tell whether the password may be used, and put the reason at the field if not."""
        return judged(self.new_password, own)


class ChangePasswordForm(NewPasswordForm):
    """A new password, and the present one as proof."""

    password = PasswordField("Present password", validators=[InputRequired("Enter your present password.")])


class SignUpForm(FlaskForm):
    """Somebody new."""

    name = StringField("Name", validators=NAME)
    email = StringField("E-mail address", filters=[trimmed], validators=ADDRESS)
    new_password = PasswordField("Password", validators=[InputRequired("Choose a password.")])
    time_zone = time_zone_field()


class NewcomerForm(FlaskForm):
    """Somebody new whose address the invitation names."""

    name = StringField("Name", validators=NAME)
    new_password = PasswordField("Password", validators=[InputRequired("Choose a password.")])
    time_zone = time_zone_field()


class AddressForm(FlaskForm):
    """An address a mail may go to."""

    email = StringField("E-mail address", filters=[trimmed], validators=ADDRESS)


class ChangeAddressForm(FlaskForm):
    """A new address, and the password as proof."""

    email = StringField("New e-mail address", filters=[trimmed], validators=ADDRESS)
    password = PasswordField("Password", validators=[InputRequired("Enter your password.")])


class ProfileForm(FlaskForm):
    """How somebody is named and reads times."""

    name = StringField("Name", validators=NAME)
    time_zone = time_zone_field()


class OrganizationForm(FlaskForm):
    """A new organization; the countries are given by the view."""

    name = StringField("Name of the organization", validators=[
        DataRequired("Enter the name of the organization."), Length(max=200, message="Use at most 200 characters."),
    ])  # fmt: skip
    kind = RadioField("What it is", choices={kind.value: label for kind, label in KIND_LABELS.items()},
                      validators=[InputRequired("Choose what the organization is.")])  # fmt: skip
    country = SelectField("Country", validators=[InputRequired("Choose the country.")])
    website = StringField("Website", validators=[
        Optional(), Length(max=300, message="Use at most 300 characters."),
        Regexp(r"https?://[^\s/]+\.[^\s]+$", message="Enter an address like https://example.org."),
    ])  # fmt: skip

    compared = HiddenField(validators=[Length(max=300)])

    @property
    def chosen_kind(self) -> OrganizationKind:
        return OrganizationKind(self.kind.data)


class MemberRoleForm(FlaskForm):
    """A role in an organization; which ones there are is given by the view."""

    role = SelectField("Role", validators=[InputRequired("Choose a role.")])

    def offer(self, roles: list[Role]) -> None:
        """Set the roles to choose from."""
        self.role.choices = {role.value: ROLE_LABELS[role] for role in roles}


class InvitationForm(MemberRoleForm):
    """Whom to invite, and as what."""

    email = StringField("E-mail address", filters=[trimmed], validators=ADDRESS)


class JoinForm(FlaskForm):
    """Which organization somebody wants to join, and where they came from."""

    organization_id = HiddenField(validators=[InputRequired(), UUID()])
    then = HiddenField(validators=[Optional(), Length(max=200)])


class StaffRoleForm(FlaskForm):
    """A role for somebody who works for the summit, and why."""

    role = SelectField("Role", choices={role.value: ROLE_LABELS[role] for role in Role if role in STAFF_ROLES},
                       validators=[InputRequired("Choose a role.")])  # fmt: skip
    reason = TextAreaField("Reason", validators=REASON)


class ReasonForm(FlaskForm):
    """Why something is done to somebody's account."""

    reason = TextAreaField("Reason", validators=REASON)


class EmptyForm(FlaskForm):
    """Nothing but the token."""


def judged(field: Any, own: tuple[str, ...]) -> bool:
    """Tell whether a field holds a password that may be used, and put the reason there if not."""
    field.data = normal(field.data or "")
    if why := weakness(field.data, own):
        field.errors = [*field.errors, why]
    return why is None


class DismissForm(FlaskForm):
    """Why two records are not one."""

    reason = TextAreaField("Why they are not the same", validators=REASON)


class WordsForm(FlaskForm):
    """A part of a name or address; sent in the body, so that it stands in no address."""

    words = StringField("Name or address holds", validators=[Optional(), Length(max=100)])


def merge_form(rows: list[FactRow], questions: list[Question], names: tuple[str, str]) -> FlaskForm:
    """Return the form of a merge: which record stays, whose value counts where they differ, what only a person can say.

    Values are "first" and "second", as the page shows the records side by side.
    """
    fields: dict[str, Any] = {
        "stays": RadioField(
            "Which record stays?", choices={"first": f"{names[0]} (left)", "second": f"{names[1]} (right)"},
            validators=[InputRequired("Choose which of the two records stays.")],
        ),
        "seen": HiddenField(validators=[InputRequired("Open this page again.")]),
    }  # fmt: skip
    for row in rows:
        if row.choice and row.differs:
            choices = {"first": f"{row.first} (left)", "second": f"{row.second} (right)"}
            needed = InputRequired(f"Choose a value for: {row.label}.")
            fields[f"value_{row.choice}"] = RadioField(row.label, choices=choices, validators=[needed])
    for question in questions:
        needed = InputRequired("Choose which one stays.")
        fields[question.name] = RadioField(question.words, choices=dict(question.options), validators=[needed])
    return type("MergeForm", (OrganizationMergeForm,), fields)()


class OrganizationMergeForm(FlaskForm):
    """What concerns every merge; only organizations show it."""

    keep_roles = BooleanField("Members of the record that goes keep their role; otherwise they become participants")
