"""Shapes of input."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.errors import InvalidInput
from app.payments.rules import parse_amount
from app.payments.vouchers.rules import MOST_CODES, MOST_USES, VoucherTerms
from app.payments.vouchers.states import KIND_LABELS, VoucherKind


class RefundForm(FlaskForm):
    """What goes back and why.

    `shown_left` is what the page said could go back, `confirmed` the cents that the page asked to confirm, if it did.
    """

    amount = StringField("Amount to send back", [InputRequired("Enter an amount such as 125.00."), Length(max=20)])
    reason = TextAreaField("Reason", [InputRequired("Say why the money goes back."), Length(max=1000)])
    shown_left = HiddenField()
    confirmed = HiddenField()

    @property
    def shown_left_cents(self) -> int:
        """Return what the page said could go back, -1 for what is no sum."""
        shown = str(self.shown_left.data or "")
        return int(shown) if shown.isdecimal() and len(shown) < 16 else -1


class SettledForm(FlaskForm):
    """How something that needed a person was settled."""

    how = TextAreaField("How it was settled", [InputRequired("Say how it was settled."), Length(max=1000)])


class DecideForm(FlaskForm):
    """Whether something that a colleague proposed may go, with words when it may not."""

    words = TextAreaField("Why not, if you refuse", [Optional(), Length(max=1000)])


class WordsForm(FlaskForm):
    """What is searched for; sent as a form because it may be a name."""

    words = StringField("Name, address or description", [Optional(), Length(max=100)])


class ReplyForm(FlaskForm):
    """What was answered to a dispute, or decided after a lost one."""

    words = TextAreaField("What was sent, or why nothing is", [InputRequired("Write a few words."), Length(max=4000)])


class WaiverForm(FlaskForm):
    """How much of a fee is waived, and why."""

    waived = StringField("Amount to waive", [InputRequired("Enter an amount such as 850.00."), Length(max=20)])
    why = TextAreaField("Reason", [InputRequired("Say why the fee is waived."), Length(max=1000)])


class StopForm(FlaskForm):
    """Why a voucher is stopped."""

    reason = TextAreaField("Reason", [InputRequired("Say why the voucher is stopped."), Length(max=1000)])


class VoucherForm(FlaskForm):
    """New vouchers: what they are worth, for whom, until when, and why."""

    label = StringField("Name of the vouchers", [InputRequired("Give the vouchers a name."), Length(max=120)])
    count = IntegerField(
        "Number of codes",
        [InputRequired("Enter a number."), NumberRange(1, MOST_CODES, f"Enter a number from 1 to {MOST_CODES}.")],
        default=1,
    )
    kind = RadioField(
        "What a code takes off",
        [InputRequired("Choose one.")],
        choices=[SelectChoice(kind.value, words) for kind, words in KIND_LABELS.items()],
    )
    percent = IntegerField(
        "Share of the fee in per cent", [Optional(), NumberRange(1, 100, "Enter a number from 1 to 100.")]
    )
    amount = StringField("Amount", [Optional(), Length(max=20)])
    currency = SelectField("Currency of the amount and the budget", [Optional()])
    uses_limit = IntegerField(
        "Uses of each code",
        [InputRequired("Enter a number."), NumberRange(1, MOST_USES, f"Enter a number from 1 to {MOST_USES:,}.")],
        default=1,
    )
    budget = StringField("Budget of each code", [Optional(), Length(max=20)])
    valid_from = DateField("First day", [Optional()])
    valid_until = DateField("Last day", [Optional()])
    participant_types = SelectMultipleField("Only for these participants", [Optional()])
    markets = SelectMultipleField("Only for these markets", [Optional()])
    organizations = StringField("Only for the organization with this name", [Optional(), Length(max=200)])
    reason = TextAreaField("Why they are given", [InputRequired("Say why they are given."), Length(max=1000)])

    def offer(
        self, *, currencies: Sequence[str], types: Sequence[tuple[str, str]], markets: Sequence[tuple[str, str]]
    ) -> None:
        """Say what can be chosen; types and markets are pairs of a value and its words."""
        self.currency.choices = [SelectChoice("", "None"), *(SelectChoice(code, code) for code in currencies)]
        self.participant_types.choices = [SelectChoice(value, words) for value, words in types]
        self.markets.choices = [SelectChoice(value, words) for value, words in markets]

    def terms(self, organizations: tuple[str, ...]) -> VoucherTerms:
        """Return what was filled in; `organizations` are the ids of those named. Raises InvalidInput."""
        kind, currency = VoucherKind(self.kind.data), self.currency.data or None
        of_kind = {VoucherKind.PERCENTAGE: self.percent.data, VoucherKind.AMOUNT: self._cents(self.amount, currency)}
        return VoucherTerms(
            label=self.label.data,
            kind=kind,
            reason=self.reason.data,
            uses_limit=self.uses_limit.data,
            percent=of_kind[VoucherKind.PERCENTAGE] if kind is VoucherKind.PERCENTAGE else None,
            amount_cents=of_kind[VoucherKind.AMOUNT] if kind is VoucherKind.AMOUNT else None,
            budget_cents=self._cents(self.budget, currency),
            currency=currency,
            valid_from=_begin(self.valid_from.data),
            valid_until=_begin(self.valid_until.data + timedelta(days=1)) if self.valid_until.data else None,
            participant_types=tuple(self.participant_types.data or ()),
            markets=tuple(self.markets.data or ()),
            organizations=organizations,
        )

    def _cents(self, field: StringField, currency: str | None) -> int | None:
        if not (field.data or "").strip():
            return None
        if currency is None:
            raise InvalidInput("Choose the currency of the amount and the budget.")
        return parse_amount(field.data, currency)


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
