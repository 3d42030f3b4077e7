"""The summit's settings as a form; what they mean is judged by the rules that also read TOML files."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.registration.forms.choices import choices
from app.registration.rules.stored import Fault
from app.registration.rules.summit import EVERY, SummitSettings
from app.registration.states import TYPE_LABELS, PoolKind

SPARE_ROWS = 2
NEEDED = "Fill this in."


class PriceForm(Form):  # type: ignore[misc]
    """A price and the day from which it holds; an empty row is left out."""

    since = DateField("From", validators=[Optional()])
    amount = DecimalField("Price", places=2, validators=[Optional(), NumberRange(0, 1_000_000)])


class BreakForm(Form):  # type: ignore[misc]
    """A break of the day; an empty row is left out."""

    starts = TimeField("From", validators=[Optional()])
    ends = TimeField("To", validators=[Optional()])
    label = StringField("What", validators=[Length(max=60)])


class PoolForm(Form):  # type: ignore[misc]
    """A pool of places; an empty row is left out."""

    kind = SelectField("Kind", choices=choices(((k.value, k.value.capitalize()) for k in PoolKind), blank="None"))
    key = StringField("Country, type or * for each", validators=[Length(max=20)])
    capacity = IntegerField("Places", validators=[Optional(), NumberRange(0, 1_000_000)])


class SummitForm(FlaskForm):  # type: ignore[misc]
    """Everything an organizer sets."""

    name = StringField("Name", validators=[InputRequired(NEEDED), Length(max=120)])
    tagline = StringField("Tagline", validators=[Optional(), Length(max=200)])
    venue = StringField("Venue", validators=[InputRequired(NEEDED), Length(max=200)])
    zone = StringField("Time zone of the venue", validators=[InputRequired(NEEDED)])
    days = TextAreaField("Days, one a line", validators=[InputRequired(NEEDED)])
    day_starts = TimeField("The day begins", validators=[InputRequired(NEEDED)])
    day_ends = TimeField("The day ends", validators=[InputRequired(NEEDED)])
    slot_minutes = IntegerField("Minutes of a meeting", validators=[InputRequired(NEEDED)])
    tables = IntegerField("Tables", validators=[InputRequired(NEEDED)])
    breaks = FieldList(FormField(BreakForm))
    registration_opens = DateField("Applications open on", validators=[InputRequired(NEEDED)])
    registration_closes = DateField("Applications close after", validators=[InputRequired(NEEDED)])
    currency = StringField("Currency", validators=[InputRequired(NEEDED), Length(min=3, max=3)])
    price_steps = FieldList(FormField(PriceForm))
    free_types = TextAreaField("Types without a fee, one a line", validators=[Optional()])
    pools = FieldList(FormField(PoolForm))
    decision_business_days = IntegerField("Decision within business days", validators=[InputRequired(NEEDED)])
    payment_days = IntegerField("Days to pay", validators=[InputRequired(NEEDED)])
    offer_days = IntegerField("Days to accept a place from the waitlist", validators=[InputRequired(NEEDED)])
    refund_until = DateField("Refund on withdrawal until", validators=[Optional()])
    refund_fee = DecimalField("Fee kept from a refund", places=2, validators=[Optional(), NumberRange(0, 1_000_000)])
    holidays = TextAreaField("Holidays, one a line", validators=[Optional()])
    seen_version = HiddenField(validators=[InputRequired("Open this page again.")])

    def plain(self) -> dict[str, Any]:
        """Return what was entered as the plain values that the rules read."""
        simple = (
            "name", "tagline", "venue", "zone", "day_starts", "day_ends", "slot_minutes", "tables", "currency",
            "registration_opens", "registration_closes", "decision_business_days", "payment_days", "offer_days",
            "refund_until",
        )  # fmt: skip
        return {
            **{name: getattr(self, name).data if getattr(self, name).data is not None else "" for name in simple},
            **{name: _lines(getattr(self, name).data) for name in ("days", "holidays", "free_types")},
            "refund_fee_cents": _cents(self.refund_fee.data),
            "price_steps": [
                {"since": row["since"], "cents": _cents(row["amount"])}
                for row in self.price_steps.data if row["since"] or row["amount"] is not None
            ],
            "breaks": [row for row in self.breaks.data if row["starts"] or row["ends"]],
            "pools": [
                {"kind": row["kind"], "key": (row["key"] or "").strip(), "capacity": row["capacity"]}
                for row in self.pools.data if row["kind"]
            ],
        }  # fmt: skip

    def show(self, faults: list[Fault]) -> None:
        """Show each fault at the field it belongs to."""
        names = {"refund_fee_cents": "refund_fee"}
        for fault in faults:
            field = getattr(self, names.get(fault.field, fault.field))
            if isinstance(field, FieldList):
                self.form_errors.append(f"{_LISTS[fault.field]}: {fault.message}")
            else:
                field.errors = [*field.errors, fault.message]


_LISTS = {"breaks": "Breaks", "price_steps": "Prices", "pools": "Pools"}


def filled_from(settings: SummitSettings, version: int) -> dict[str, Any]:
    """Return what the form shows of `settings`, with spare rows to add more."""
    spare: list[Mapping[str, Any]] = [{}] * SPARE_ROWS
    return {
        **{name: getattr(settings, name) for name in (
            "name", "tagline", "venue", "zone", "day_starts", "day_ends", "slot_minutes", "tables", "currency",
            "registration_opens", "registration_closes", "decision_business_days", "payment_days", "offer_days",
            "refund_until",
        )},
        "days": "\n".join(map(str, settings.days)),
        "holidays": "\n".join(map(str, settings.holidays)),
        "free_types": "\n".join(settings.free_types),
        "refund_fee": Decimal(settings.refund_fee_cents) / 100,
        "price_steps": [{"since": s.since, "amount": Decimal(s.cents) / 100} for s in settings.price_steps] + spare,
        "breaks": [{"starts": b.starts, "ends": b.ends, "label": b.label} for b in settings.breaks] + spare,
        "pools": [{"kind": p.kind.value, "key": p.key, "capacity": p.capacity} for p in settings.pools] + spare,
        "seen_version": str(version),
    }  # fmt: skip


def first_proposal() -> dict[str, Any]:
    """Return what the form proposes for the first summit: usual rules, no dates, no prices."""
    spare: list[Mapping[str, Any]] = [{}] * SPARE_ROWS
    return {
        "day_starts": time(9), "day_ends": time(17), "slot_minutes": 30, "tables": 20, "currency": "USD",
        "breaks": [{"starts": time(12), "ends": time(13), "label": "Lunch"}, *spare],
        "price_steps": [*spare, {}], "free_types": "media\nspeaker", "decision_business_days": 15,
        "payment_days": 7, "offer_days": 3, "refund_fee": Decimal(0), "seen_version": "0",
        "pools": [{"kind": PoolKind.TOTAL.value, "key": "", "capacity": 400},
                  {"kind": PoolKind.MARKET.value, "key": EVERY, "capacity": 40},
                  {"kind": PoolKind.ORGANIZATION.value, "key": EVERY, "capacity": 5}, *spare],
    }  # fmt: skip


KEY_HINT = f"Two letters for a market; {', '.join(TYPE_LABELS)} for a type; {EVERY} for one pool each"


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _cents(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)) * 100)
