"""The summit's settings as a form; what they mean is judged by the rules that also read TOML files."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.registration.forms.choices import choices
from app.registration.forms.summit_rows import MOST_CENTS, AccountForm, BreakForm, PoolForm, PriceForm, RefundForm
from app.registration.rules.reading import Fault
from app.registration.rules.summit import EVERY
from app.registration.states import TYPE_LABELS, PoolKind

NEEDED = "Fill this in."
MORE_ROWS = 3
SIMPLE = (
    "name", "tagline", "venue", "zone", "day_starts", "day_ends", "slot_minutes", "tables", "currency",
    "registration_opens", "registration_closes", "free_types", "nomination_types", "endorsement_asked",
    "submission_on_behalf", "decision_business_days",
    "decisions_begin", "decision_delay_minutes", "payment_days", "authentication_days", "invoice_days", "offer_days",
    "refund_request_days", "visa_denied_until", "substitution_until", "substitution_same_organization", "other_terms",
    "host", "signatory", "signatory_title",
)  # fmt: skip
"""Settings that the form shows as they are."""
WHOLE_NUMBERS_THAT_MAY_BE_LEFT_OUT = ("decision_delay_minutes", "refund_request_days")
LISTS = {"breaks": "Breaks", "price_steps": "Prices", "pools": "Places", "refund_rules": "Refunds",
         "bank_accounts": "Bank accounts"}  # fmt: skip


class TypesField(SelectMultipleField):
    """Types of participants, one box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _whole(label: str) -> IntegerField:
    return IntegerField(label, validators=[InputRequired(NEEDED)])


class SummitForm(FlaskForm):
    """Everything an organizer sets."""

    name = StringField("Name", validators=[InputRequired(NEEDED), Length(max=120)])
    tagline = StringField("Tagline", validators=[Optional(), Length(max=200)])
    venue = StringField("Venue", validators=[InputRequired(NEEDED), Length(max=200)])
    zone = StringField("Time zone of the venue", validators=[InputRequired(NEEDED)])
    days = TextAreaField("Days, one a line", validators=[InputRequired(NEEDED)])
    day_starts = TimeField("The day begins", validators=[InputRequired(NEEDED)])
    day_ends = TimeField("The day ends", validators=[InputRequired(NEEDED)])
    slot_minutes = _whole("Minutes of a meeting")
    tables = _whole("Tables")
    breaks = FieldList(FormField(BreakForm))
    registration_opens = DateField("Applications open on", validators=[InputRequired(NEEDED)])
    registration_closes = DateField("Applications close after", validators=[InputRequired(NEEDED)])
    free_types = TypesField("Who pays no fee", choices=choices(TYPE_LABELS), validators=[Optional()])
    nomination_types = TypesField(
        "Who needs a nomination letter", choices=choices(TYPE_LABELS), validators=[Optional()]
    )
    endorsement_asked = BooleanField("A focal point endorses each delegate before the desk decides")
    submission_on_behalf = BooleanField("A focal point may submit on behalf of a delegate, who declares afterwards")
    currency = StringField("Main currency", validators=[InputRequired(NEEDED), Length(min=3, max=3)])
    price_steps = FieldList(FormField(PriceForm))
    tax_label = StringField("Name of the tax", validators=[Optional(), Length(max=120)])
    tax_percent = DecimalField("Rate", places=2, validators=[Optional(), NumberRange(0, 100)])
    seller_name = StringField("Seller on invoices", validators=[Optional(), Length(max=120)])
    seller_address = TextAreaField("Address of the seller", validators=[Optional(), Length(max=500)])
    seller_tax_id = StringField("Tax number of the seller", validators=[Optional(), Length(max=120)])
    pools = FieldList(FormField(PoolForm))
    decision_business_days = _whole("Decision within business days")
    decisions_begin = DateField("Decisions begin on", validators=[Optional()])
    holidays = TextAreaField("Holidays, one a line", validators=[Optional()])
    decision_delay_minutes = IntegerField("Minutes in which a decision can be undone", validators=[Optional()])
    payment_days = _whole("Days to pay")
    authentication_days = _whole("Days to confirm a charge with the bank")
    invoice_days = _whole("Days to pay an invoice")
    offer_days = _whole("Days to accept a place from the waitlist")
    reminder_days = StringField("Reminders, days before a deadline", validators=[Optional(), Length(max=60)])
    refund_rules = FieldList(FormField(RefundForm))
    refund_request_days = IntegerField("Refund only within days of paying", validators=[Optional()])
    visa_denied_until = DateField("Refund when a visa is denied, until", validators=[Optional()])
    visa_denied_fee = DecimalField("Fee kept when a visa is denied", places=2, validators=[Optional(), MOST_CENTS])
    substitution_until = DateField("Substitutions until", validators=[Optional()])
    substitution_same_organization = BooleanField("Only by somebody of the same organization")
    bank_accounts = FieldList(FormField(AccountForm))
    other_terms = TextAreaField("Other terms, as applicants read them", validators=[Optional(), Length(max=2000)])
    host = StringField("Host", validators=[Optional(), Length(max=120)])
    signatory = StringField("Signed by", validators=[Optional(), Length(max=120)])
    signatory_title = StringField("Their office", validators=[Optional(), Length(max=120)])
    trial_type = SelectField("Type", choices=choices(TYPE_LABELS), validators=[Optional()])
    trial_country = SelectField("Country", validate_choice=False, validators=[Optional()])
    trial_currency = StringField("Currency", validators=[Optional(), Length(max=3)])
    trial_applies = DateField("Applies on", validators=[Optional()])
    trial_withdraws = DateField("Withdraws on", validators=[Optional()])
    seen_version = HiddenField(validators=[InputRequired("Open this page again.")])

    def know_countries(self, countries: Iterable[tuple[str, str]]) -> None:
        """Offer the markets there are, in the rows of pools and to the made-up applicant."""
        known = list(countries)
        self.trial_country.choices = choices(known)
        for row in self.pools:
            row.form.pool.choices = _pool_choices(known, row.form.pool.data or "")

    def add_rows(self, name: str) -> None:
        """Show a few more empty rows of a list."""
        if name in LISTS:
            for _ in range(MORE_ROWS):
                getattr(self, name).append_entry()

    def plain(self) -> dict[str, Any]:
        """Return what was entered as the plain values that the rules read."""
        main = (self.currency.data or "").strip()
        optional = {name: getattr(self, name).data or 0 for name in WHOLE_NUMBERS_THAT_MAY_BE_LEFT_OUT}
        return {
            **{name: getattr(self, name).data if getattr(self, name).data is not None else "" for name in SIMPLE},
            **optional,
            "currency": main,
            **{name: _lines(getattr(self, name).data) for name in ("days", "holidays")},
            "reminder_days": _numbers(self.reminder_days.data),
            "visa_denied_fee_cents": units(self.visa_denied_fee.data, main),
            "tax": {
                "label": self.tax_label.data, "basis_points": int((self.tax_percent.data or Decimal(0)) * 100),
                "seller_name": self.seller_name.data, "seller_address": self.seller_address.data,
                "seller_tax_id": self.seller_tax_id.data,
            },
            **{name: [_item(name, row.data, main) for row in self._used(name)] for name in LISTS},
        }  # fmt: skip

    def _used(self, name: str) -> list[FormField]:
        """Return the rows of a list in which something was entered."""
        return [row for row in getattr(self, name) if any(value not in (None, "") for value in row.data.values())]

    def show(self, faults: list[Fault]) -> None:
        """Show each fault at the field it belongs to; one about an item of a list at that item."""
        for fault in faults:
            field = getattr(self, NAMED_OTHERWISE.get(fault.field, fault.field), None)
            if field is None:
                self.form_errors.append(fault.message)
            elif isinstance(field, FieldList):
                self._show_in_list(fault)
            else:
                field.errors = [*field.errors, fault.message]

    def _show_in_list(self, fault: Fault) -> None:
        item = re.match(r"Item (\d+): (.+)", fault.message, re.DOTALL)
        if item is None:
            self.form_errors.append(f"{LISTS[fault.field]}: {fault.message}")
            return
        rows, row = getattr(self, fault.field), self._used(fault.field)[int(item[1]) - 1]
        first = next(iter(row.form))
        first.errors = [*first.errors, item[2]]
        rows.errors = [entry.errors for entry in rows]


NAMED_OTHERWISE = {"visa_denied_fee_cents": "visa_denied_fee", "tax": "tax_label"}


def _item(name: str, row: dict[str, Any], main: str) -> dict[str, Any]:
    """Return a row as the rules read it."""
    kept = {key: value for key, value in row.items() if value is not None and key != "csrf_token"}
    currency = (row.get("currency") or "").strip().upper()
    if name == "price_steps":
        return {"since": row["since"], "cents": _maybe_units(row["amount"], currency or main), "currency": currency}
    if name == "refund_rules":
        return {"until": row["until"], "fee_cents": units(row["fee"], currency or main), "currency": currency,
                "kept_percent": row["kept_percent"] or 0}  # fmt: skip
    if name == "pools":
        kind, _, key = (row["pool"] or "").partition(":")
        return {"kind": kind, "key": key, "capacity": row["capacity"], "target": row["target"]}
    return {**kept, "currency": currency} if name == "bank_accounts" else kept


def _pool_choices(countries: list[tuple[str, str]], chosen: str) -> list[Any]:
    offered = {
        f"{PoolKind.TOTAL}:": "All places in total",
        f"{PoolKind.MARKET}:{EVERY}": "Each market without its own number",
        f"{PoolKind.ORGANIZATION}:{EVERY}": "Each organization",
        f"{PoolKind.TYPE}:{EVERY}": "Each type without its own number",
        **{f"{PoolKind.TYPE}:{kind}": f"Type: {label}" for kind, label in TYPE_LABELS.items()},
        **{f"{PoolKind.MARKET}:{code}": f"Market: {name}" for code, name in countries},
    }
    if chosen and chosen not in offered:
        offered[chosen] = chosen.partition(":")[2]
    return choices(offered.items(), blank="Nobody (leave this row out)")


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _numbers(text: str | None) -> list[Any]:
    found = re.split(r"[\s,;]+", (text or "").strip())
    return [int(word) if word.isdecimal() else word for word in found if word]


def units(amount: Decimal | None, currency: str) -> int:
    """Return an amount in the smallest unit of its currency, as sums are kept."""
    return int((amount or Decimal(0)).scaleb(get_currency_precision(currency)))


def _maybe_units(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else units(amount, currency)
