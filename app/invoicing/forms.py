"""The shape of what people send about papers, transfers, statements and payouts."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.invoicing.rules.facts import Buyer
from app.invoicing.rules.statements.sheets import DAY_FORM_WORDS, DAY_FORMS, DELIMITERS, PLACES, Columns
from app.invoicing.states import TREATMENT_LABELS, Treatment
from app.payments.states import METHOD_LABELS, PaymentMethod

WHY = [InputRequired("Say why: it stays in the record."), Length(max=300, message="Use at most 300 characters.")]
COLUMN_LABELS: dict[str, str] = {
    "day": "Booking date", "amount": "Amount", "credit": "Credit (money in)", "debit": "Debit (money out)",
    "direction": "Credit or debit, in words", "currency": "Currency", "name": "Name of the payer",
    "account": "Account of the payer", "text": "Words with the transfer", "bank_ref": "Reference of the bank",
    "end_to_end": "End-to-end reference", "balance": "Balance after the movement",
}  # fmt: skip
NONE = ""


def _choices(labels: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in labels.items()]


class MethodForm(FlaskForm):
    """How somebody means to pay."""

    method = RadioField("How do you want to pay?", coerce=PaymentMethod)

    def offer(self, methods: Iterable[PaymentMethod]) -> None:
        """Offer these ways."""
        self.method.choices = [SelectChoice(method, METHOD_LABELS[method]) for method in methods]


class BuyerForm(FlaskForm):
    """Whom a paper names as buyer."""

    name = StringField(
        "Legal name on the invoice",
        [InputRequired("Write the legal name that the invoice should carry."), Length(max=200)],
    )
    address = TextAreaField("Address", [Optional(), Length(max=500)])
    country = SelectField("Country", [Optional()])
    tax_id = StringField("Tax or VAT number", [Optional(), Length(max=40)])
    order_number = StringField("Purchase order number", [Optional(), Length(max=60)])

    def offer_countries(self, countries: Iterable[tuple[str, str]]) -> None:
        """Offer these countries, or none."""
        self.country.choices = _choices({"": "Not stated", **dict(countries)})

    def buyer(self) -> Buyer:
        """Return what was written, lines of the address kept."""
        return Buyer(
            self.name.data or "", address=(self.address.data or "").replace("\r\n", "\n"),
            country=self.country.data or "", tax_id=self.tax_id.data or "", order_number=self.order_number.data or "",
        )  # fmt: skip


class ReissueForm(BuyerForm):
    """The right buyer and tax, and what was wrong."""

    treatment = SelectField(
        "Tax", choices=_choices({t.value: TREATMENT_LABELS[t] for t in Treatment}), coerce=Treatment
    )
    reason = StringField("What was wrong?", WHY)


class UploadForm(FlaskForm):
    """A statement of the bank."""

    file = FileField("Statement", [FileRequired("Choose the file that your bank gave you.")])


class ColumnsForm(FlaskForm):
    """What each column of a sheet is, and how its dates and sums are written."""

    delimiter = SelectField(
        "Columns are separated by", choices=_choices({";": "Semicolon", ",": "Comma", "\t": "Tab", "|": "Bar"})
    )
    header_row = HiddenField(default="0")
    day_form = SelectField(
        "Dates are written", choices=_choices({form: words.capitalize() for form, words in DAY_FORM_WORDS.items()})
    )
    decimal_comma = BooleanField("Sums have a decimal comma, as in 1.250,00")
    only_currency = StringField(
        "Currency of the whole file",
        [Optional(), Regexp(r"^[A-Z]{3}$", message="Use three capital letters, as in USD.")],
    )
    own_account = StringField("Our account", [Optional(), Length(max=60)])
    day = SelectField(COLUMN_LABELS["day"])
    amount = SelectField(COLUMN_LABELS["amount"])
    credit = SelectField(COLUMN_LABELS["credit"])
    debit = SelectField(COLUMN_LABELS["debit"])
    direction = SelectField(COLUMN_LABELS["direction"])
    currency = SelectField(COLUMN_LABELS["currency"])
    text = SelectField(COLUMN_LABELS["text"])
    bank_ref = SelectField(COLUMN_LABELS["bank_ref"])
    end_to_end = SelectField(COLUMN_LABELS["end_to_end"])
    balance = SelectField(COLUMN_LABELS["balance"])
    payer = SelectField(COLUMN_LABELS["name"])
    account = SelectField(COLUMN_LABELS["account"])

    def offer(self, header: list[str], columns: Columns) -> None:
        """Offer the columns of the sheet, and show what was guessed unless something was sent."""
        named = {str(n): f"{n + 1}. {cell or 'without a name'}" for n, cell in enumerate(header)}
        choices = _choices({NONE: "None", **named})
        for place in PLACES:
            field = self._of(place)
            field.choices = choices
            if not self.is_submitted():
                guessed = getattr(columns, place)
                field.data = NONE if guessed is None else str(guessed)
        if not self.is_submitted():
            self.delimiter.data, self.header_row.data = columns.delimiter, str(columns.header_row)
            self.day_form.data, self.decimal_comma.data = columns.day_form, columns.decimal_comma
            self.only_currency.data, self.own_account.data = columns.only_currency, columns.own_account

    def columns(self) -> Columns:
        """Return what was chosen."""
        chosen: dict[str, Any] = {
            place: int(data) if (data := self._of(place).data) and data.isdecimal() and len(data) < 4 else None
            for place in PLACES
        }
        row, chosen_delimiter = str(self.header_row.data or "0"), str(self.delimiter.data or "")
        return Columns(
            delimiter=chosen_delimiter if len(chosen_delimiter) == 1 and chosen_delimiter in DELIMITERS else ";",
            header_row=int(row) if row.isdecimal() and len(row) < 4 else 0,
            day_form=self.day_form.data if self.day_form.data in DAY_FORMS else "iso",
            decimal_comma=bool(self.decimal_comma.data), only_currency=self.only_currency.data or "",
            own_account=(self.own_account.data or "").strip(), **chosen,
        )  # fmt: skip

    def _of(self, place: str) -> Any:
        return self["payer" if place == "name" else place]


class AssignForm(FlaskForm):
    """To which invoice an entry belongs, and how much of it."""

    number = StringField(
        "Invoice number or reference", [InputRequired("Write a number such as INV-2027-000123."), Length(max=60)]
    )
    amount = StringField("How much of it", [Optional(), Length(max=20)])


class ReasonForm(FlaskForm):
    """Why something is done."""

    reason = StringField("Why?", WHY)


class PayeeForm(FlaskForm):
    """To which account money goes back."""

    holder = StringField("Account holder", [InputRequired("Write who holds the account."), Length(max=140)])
    iban = StringField("IBAN", [Optional(), Length(max=45)])
    bic = StringField("BIC", [Optional(), Length(max=14)])
    account_number = StringField("Account number", [Optional(), Length(max=40)])
    bank = StringField("Bank and its code", [Optional(), Length(max=140)])


class PaidForm(FlaskForm):
    """On which day the bank was told to send money."""

    paid_on = DateField("Day on which the bank was told", [InputRequired("Enter a day such as 2027-05-04.")])
