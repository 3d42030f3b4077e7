"""What the form of the settings shows: a version that stands, or a proposal for the first summit."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from app.registration.forms.summit import SIMPLE
from app.registration.rules.stored import to_plain
from app.registration.rules.summit import EVERY, SummitSettings
from app.registration.states import ParticipantType, PoolKind

SPARE: list[Mapping[str, Any]] = [{}]


def filled_from(settings: SummitSettings, version: int) -> dict[str, Any]:
    """Return what the form shows of `settings`, with a spare row in each list to add more."""
    main, tax = settings.currency, settings.tax
    return {
        **{name: getattr(settings, name) for name in SIMPLE},
        "days": "\n".join(map(str, settings.days)),
        "holidays": "\n".join(map(str, settings.holidays)),
        "reminder_days": ", ".join(map(str, settings.reminder_days)),
        "visa_denied_fee": _amount(settings.visa_denied_fee_cents, main),
        "tax_label": tax.label, "tax_percent": Decimal(tax.basis_points) / 100, "seller_name": tax.seller_name,
        "seller_address": tax.seller_address, "seller_tax_id": tax.seller_tax_id,
        "price_steps": [
            {"since": step.since, "amount": _amount(step.cents, step.currency or main), "currency": step.currency}
            for step in settings.price_steps
        ] + SPARE,
        "breaks": [{"starts": b.starts, "ends": b.ends, "label": b.label} for b in settings.breaks] + SPARE,
        "pools": [
            {"pool": f"{p.kind}:{p.key}", "capacity": p.capacity, "target": p.target} for p in settings.pools
        ] + SPARE,
        "refund_rules": [
            {"until": rule.until, "fee": _amount(rule.fee_cents, rule.currency or main),
             "kept_percent": rule.kept_percent or None, "currency": rule.currency} for rule in settings.refund_rules
        ] + SPARE,
        "bank_accounts": [*to_plain(settings.bank_accounts), *SPARE],
        **trial_from(settings),
        "seen_version": str(version),
    }  # fmt: skip


def trial_from(settings: SummitSettings) -> dict[str, Any]:
    """Return the made-up applicant the page begins with."""
    return {
        "trial_type": ParticipantType.PARTNER, "trial_country": "JP", "trial_currency": settings.currency,
        "trial_applies": settings.registration_opens, "trial_withdraws": _a_day_to_leave(settings),
    }  # fmt: skip


def _a_day_to_leave(settings: SummitSettings) -> date:
    return min(rule.until for rule in settings.refund_rules) if settings.refund_rules else settings.registration_closes


def _amount(cents: int, currency: str) -> Decimal:
    return Decimal(cents).scaleb(-get_currency_precision(currency))


def first_proposal() -> dict[str, Any]:
    """Return what the form proposes for the first summit: usual rules, no dates, no prices."""
    return {
        "day_starts": time(9), "day_ends": time(17), "slot_minutes": 30, "tables": 20, "currency": "USD",
        "breaks": [{"starts": time(12), "ends": time(13), "label": "Lunch"}, *SPARE],
        "price_steps": [*SPARE, *SPARE, *SPARE], "free_types": [ParticipantType.MEDIA, ParticipantType.SPEAKER],
        "decision_business_days": 15, "payment_days": 7, "authentication_days": 3, "invoice_days": 28,
        "offer_days": 3, "reminder_days": "3, 1", "refund_rules": SPARE, "bank_accounts": SPARE,
        "substitution_same_organization": True, "seen_version": "0", "trial_type": ParticipantType.PARTNER,
        "pools": [{"pool": f"{PoolKind.TOTAL}:", "capacity": 400},
                  {"pool": f"{PoolKind.MARKET}:{EVERY}", "capacity": 40},
                  {"pool": f"{PoolKind.ORGANIZATION}:{EVERY}", "capacity": 5}, *SPARE],
    }  # fmt: skip
