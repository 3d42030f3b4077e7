"""A summit's settings as people read them: section by section, each with its name and its value in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from app.core.money import Money
from app.registration.rules.summit import (
    EVERY,
    BankAccount,
    Break,
    PoolRule,
    PriceStep,
    RefundRule,
    SummitSettings,
    TaxRule,
)
from app.registration.states import TYPE_LABELS, ParticipantType, PoolKind

NONE = "none"

SECTIONS: dict[str, dict[str, str]] = {
    "Where and when": {
        "name": "Name", "tagline": "Tagline", "venue": "Venue", "zone": "Time zone", "days": "Days",
        "day_starts": "The day begins", "day_ends": "The day ends", "slot_minutes": "Minutes of a meeting",
        "tables": "Tables", "breaks": "Breaks",
    },
    "When people can apply": {
        "registration_opens": "Applications open on", "registration_closes": "Applications close after",
    },
    "Who comes": {
        "free_types": "Types without a fee", "nomination_types": "Types that need a nomination letter",
        "endorsement_asked": "Focal points endorse their delegates before the desk decides",
        "submission_on_behalf": "Focal points may submit on behalf of their delegates",
    },
    "Prices": {"currency": "Main currency", "price_steps": "Price", "tax": "Tax and seller"},
    "Places": {"pools": "Places"},
    "Decisions": {
        "decision_business_days": "Decision within business days", "decisions_begin": "Decisions begin on",
        "holidays": "Holidays", "decision_delay_minutes": "Minutes a decision can be undone",
    },
    "Deadlines": {
        "payment_days": "Days to pay", "authentication_days": "Days to confirm a charge with the bank",
        "invoice_days": "Days to pay an invoice", "offer_days": "Days to accept a place from the waitlist",
        "reminder_days": "Reminders, days before a deadline",
    },
    "Refunds": {
        "refund_rules": "Refund on withdrawal", "refund_request_days": "Refund asked for within days of paying",
        "visa_denied_until": "Refund when a visa is denied, until",
        "visa_denied_fee_cents": "Fee kept when a visa is denied",
    },
    "Substitutions": {
        "substitution_until": "Substitution until",
        "substitution_same_organization": "Only within the same organization",
    },
    "Invitation letters": {
        "host": "Host", "signatory": "Signed by", "signatory_title": "Office of the signatory",
    },
    "Bank accounts": {"bank_accounts": "Account"},
    "Other terms": {"other_terms": "Other terms"},
}  # fmt: skip
"""Every setting by name, under the heading where organizers look for it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is set: its name and what it says."""

    label: str
    words: str


def lines(settings: SummitSettings, name: str) -> list[Line]:
    """Return a setting as lines: one, or one for each item of a list whose items stand alone."""
    label = next(labels[name] for labels in SECTIONS.values() if name in labels)
    value = getattr(settings, name)
    if name in ITEMS:
        return [Line(*ITEMS[name](label, item, settings.currency)) for item in value]
    return [Line(label, _words(value, name, settings.currency))]


def described(settings: SummitSettings) -> list[tuple[str, list[Line]]]:
    """Return every setting in words under its heading; an empty list says so."""
    found = []
    for heading, labels in SECTIONS.items():
        said = [line for name in labels for line in lines(settings, name) or [Line(labels[name], NONE)]]
        found.append((heading, said))
    return found


def day_words(day: date) -> str:
    """Return a day as people write it."""
    return f"{day.day} {day:%B %Y}"


def _words(value: Any, name: str, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_cents"):
        return str(Money(value, currency))
    if isinstance(value, tuple):
        return ", ".join(_words(item, name, currency) for item in value) or NONE
    for kind, in_words in PLAIN.items():
        if isinstance(value, kind):
            return in_words(value)
    return str(value) if value not in (None, "") else NONE


def _tax_words(tax: TaxRule) -> str:
    rate = f"{tax.label} {tax.basis_points / 100:g} % included" if tax.basis_points else "no tax"
    seller = ", ".join(filter(None, [tax.seller_name, " ".join(tax.seller_address.split()), tax.seller_tax_id]))
    return f"{rate}; {seller}" if seller else rate


PLAIN: dict[type, Callable[[Any], str]] = {
    ParticipantType: lambda kind: TYPE_LABELS[kind],
    date: day_words,
    time: lambda at: f"{at:%H:%M}",
    Break: lambda pause: f"{pause.starts:%H:%M} to {pause.ends:%H:%M} {pause.label}".strip(),
    TaxRule: _tax_words,
}


def _price(label: str, step: PriceStep, main: str) -> tuple[str, str]:
    code = step.currency or main
    return f"{label} in {code} from {day_words(step.since)}", str(Money(step.cents, code))


def _refund(label: str, rule: RefundRule, main: str) -> tuple[str, str]:
    return f"{label} until {day_words(rule.until)} ({rule.currency or main})", refund_words(rule, main)


def refund_words(rule: RefundRule, main: str) -> str:
    """Return what comes back under a refund rule."""
    kept = [f"{rule.kept_percent} %"] if rule.kept_percent else []
    kept += [str(Money(rule.fee_cents, rule.currency or main))] if rule.fee_cents else []
    return f"what was paid, less {' and '.join(kept)}" if kept else "all that was paid"


def _pool(_label: str, rule: PoolRule, _main: str) -> tuple[str, str]:
    target = f", target {rule.target}" if rule.target is not None else ""
    return f"Places: {pool_rule_words(rule.kind, rule.key)}", f"{rule.capacity}{target}"


def pool_rule_words(kind: PoolKind, key: str) -> str:
    """Return which people a pool rule is for; a market by its country code."""
    if kind is PoolKind.TOTAL:
        return "in total"
    if key == EVERY:
        return f"each {kind} without a number of its own" if kind is not PoolKind.ORGANIZATION else "each organization"
    return TYPE_LABELS[ParticipantType(key)] if kind is PoolKind.TYPE else f"market {key}"


def _account(label: str, account: BankAccount, _main: str) -> tuple[str, str]:
    numbers = [account.iban, account.account_number and f"account {account.account_number}"]
    numbers += [account.routing_number and f"routing {account.routing_number}", account.bic and f"BIC {account.bic}"]
    return f"{label} for {account.currency}", ", ".join(filter(None, [account.holder, *numbers, account.bank]))


ITEMS: dict[str, Callable[[str, Any, str], tuple[str, str]]] = {
    "price_steps": _price,
    "refund_rules": _refund,
    "pools": _pool,
    "bank_accounts": _account,
}
"""Lists whose items each have a line of their own."""
