"""Settings and terms as plain values: read with every fault named, written so that reading gives them back."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date, time
from enum import StrEnum
from typing import Any

from app.registration.rules.banks import account_from
from app.registration.rules.prices import Terms
from app.registration.rules.reading import Fault, Reader, UnfitSettings, as_cents, as_day, as_time, as_whole
from app.registration.rules.summit import EVERY, Break, PoolRule, PriceStep, RefundRule, SummitSettings, TaxRule
from app.registration.rules.together import faults_together
from app.registration.states import ParticipantType, PoolKind

__all__ = ["Fault", "UnfitSettings", "faults_together", "read_summit", "terms_from", "to_plain"]

ONE_REFUND_RULE = ("refund_until", "refund_fee_cents")
"""How settings and terms told of a single refund rule before there could be several."""


def to_plain(value: Any) -> Any:
    """Return settings or terms as dictionaries, lists, texts and numbers, fit for JSON."""
    if isinstance(value, (SummitSettings, Terms)):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def terms_from(content: Mapping[str, Any]) -> Terms:
    """Return the terms that `to_plain` wrote, today or before there were all of today's rules."""
    read: dict[str, Callable[[Any], Any]] = {
        "reminder_days": tuple,
        "refund_rules": lambda rules: tuple(_refund_rule(rule) for rule in rules),
        "visa_denied_until": _maybe_day,
        "substitution_until": _maybe_day,
        "tax": lambda tax: TaxRule(**tax),
    }
    values = _with_refund_rules(content)
    return Terms(**{name: read[name](value) if name in read else value for name, value in values.items()})


def _with_refund_rules(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with a single refund rule of old written as a list of rules."""
    values = {name: value for name, value in content.items() if name not in ONE_REFUND_RULE}
    if content.get("refund_until") and not content.get("refund_rules"):
        values["refund_rules"] = [
            {"until": content["refund_until"], "fee_cents": content.get("refund_fee_cents") or 0},
        ]
    return values


def read_summit(content: Mapping[str, Any]) -> SummitSettings:
    """Return the settings that plain values (TOML, JSON, a form) describe. Raises UnfitSettings naming all faults."""
    reader = Reader(content)
    values = {**_where_and_when(reader), **_who_pays_what(reader), **_deadlines(reader), **_what_comes_back(reader)}
    reader.refuse_strangers({f.name for f in fields(SummitSettings)} | set(ONE_REFUND_RULE))
    if not reader.faults:
        settings = SummitSettings(**values)
        reader.faults += faults_together(settings)
    if reader.faults:
        raise UnfitSettings(reader.faults)
    return settings


def _where_and_when(reader: Reader) -> dict[str, Any]:
    return {
        "name": reader.text("name", 120),
        "tagline": reader.text("tagline", 200, needed=False),
        **{name: reader.text(name, 120, needed=False) for name in ("host", "signatory", "signatory_title")},
        "venue": reader.text("venue", 200),
        "zone": reader.zone("zone"),
        "days": tuple(sorted(reader.each("days", as_day))),
        "day_starts": reader.one("day_starts", as_time, time(9)),
        "day_ends": reader.one("day_ends", as_time, time(17)),
        "slot_minutes": reader.whole("slot_minutes", 5, 240),
        "tables": reader.whole("tables", 1, 1000),
        "breaks": tuple(reader.each("breaks", _break)),
        "holidays": tuple(sorted(reader.each("holidays", as_day))),
    }


def _who_pays_what(reader: Reader) -> dict[str, Any]:
    return {
        "registration_opens": reader.one("registration_opens", as_day, date.min),
        "registration_closes": reader.one("registration_closes", as_day, date.max),
        "currency": reader.text("currency", 3),
        "price_steps": tuple(reader.each("price_steps", _price)),
        "pools": tuple(reader.each("pools", _pool)),
        "free_types": tuple(reader.each("free_types", ParticipantType)),
        "nomination_types": tuple(reader.each("nomination_types", ParticipantType)),
        "endorsement_asked": bool(reader.content.get("endorsement_asked", False)),
        "submission_on_behalf": bool(reader.content.get("submission_on_behalf", False)),
        "tax": reader.perhaps("tax", _tax) or TaxRule(),
        "bank_accounts": tuple(reader.each("bank_accounts", account_from)),
    }


def _deadlines(reader: Reader) -> dict[str, Any]:
    reminders = reader.each("reminder_days", as_whole) if "reminder_days" in reader.content else [3, 1]
    return {
        "decision_business_days": reader.whole("decision_business_days", 1, 120, 15),
        "decisions_begin": reader.perhaps("decisions_begin", as_day),
        "decision_delay_minutes": reader.whole("decision_delay_minutes", 0, 10_080, 0),
        "payment_days": reader.whole("payment_days", 1, 120, 7),
        "authentication_days": reader.whole("authentication_days", 1, 120, 3),
        "invoice_days": reader.whole("invoice_days", 1, 180, 28),
        "offer_days": reader.whole("offer_days", 1, 30, 3),
        "reminder_days": tuple(sorted(set(reminders), reverse=True)),
    }


def _what_comes_back(reader: Reader) -> dict[str, Any]:
    rules = reader.each("refund_rules", _refund_rule)
    one_until = reader.perhaps("refund_until", as_day)
    one_fee = reader.whole("refund_fee_cents", 0, 100_000_000, 0)
    if one_until and rules:
        reader.fault("refund_until", "Say what comes back once: in refund_rules.")
    elif one_until:
        rules = [RefundRule(one_until, one_fee)]
    same = reader.content.get("substitution_same_organization", True)
    return {
        "refund_rules": tuple(sorted(rules, key=lambda rule: (rule.currency, rule.until))),
        "refund_request_days": reader.whole("refund_request_days", 0, 730, 0),
        "visa_denied_until": reader.perhaps("visa_denied_until", as_day),
        "visa_denied_fee_cents": reader.whole("visa_denied_fee_cents", 0, 100_000_000, 0),
        "substitution_until": reader.perhaps("substitution_until", as_day),
        "substitution_same_organization": bool(same),
        "other_terms": reader.text("other_terms", 2000, needed=False),
    }


def _maybe_day(value: Any) -> date | None:
    return as_day(value) if value else None


def _currency(value: Any) -> str:
    code = str(value.get("currency") or "")
    if code and not (len(code) == 3 and code.isalpha() and code.isupper()):
        raise ValueError("Use three capital letters for the currency, as in USD.")
    return code


def _price(value: Any) -> PriceStep:
    return PriceStep(as_day(value["since"]), as_cents(value["cents"]), _currency(value))


def _refund_rule(value: Any) -> RefundRule:
    percent = as_whole(value.get("kept_percent") or 0)
    if percent > 100:
        raise ValueError("Keep at most 100 percent.")
    return RefundRule(as_day(value["until"]), as_cents(value.get("fee_cents") or 0), _currency(value), percent)


def _tax(value: Any) -> TaxRule:
    words = {name: str(value.get(name) or "").strip() for name in ("label", "seller_name", "seller_tax_id")}
    points = as_whole(value.get("basis_points") or 0)
    if points > 10_000:
        raise ValueError("Use a rate from 0 to 100 percent.")
    if any(len(text) > 120 for text in words.values()):
        raise ValueError("Use at most 120 characters for each name.")
    if points and not words["label"]:
        raise ValueError("Name the tax, for example VAT.")
    return TaxRule(basis_points=points, seller_address=str(value.get("seller_address") or "").strip()[:500], **words)


def _pool(value: Any) -> PoolRule:
    kind, key = PoolKind(value["kind"]), str(value.get("key", ""))
    known = {
        PoolKind.TOTAL: key == "",
        PoolKind.MARKET: key == EVERY or (len(key) == 2 and key.isalpha() and key.isupper()),
        PoolKind.TYPE: key == EVERY or key in list(ParticipantType),
        PoolKind.ORGANIZATION: key == EVERY,
    }
    if not known[kind]:
        raise ValueError(f"{key!r} is not a key for a pool of kind {kind}.")
    capacity, target = as_cents(value["capacity"]), value.get("target")
    if target is not None and as_cents(target) > capacity:
        raise ValueError("A target must not lie above the cap.")
    return PoolRule(kind, key, capacity, target)


def _break(value: Any) -> Break:
    return Break(as_time(value["starts"]), as_time(value["ends"]), str(value.get("label", "")))
