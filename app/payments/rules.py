"""What is decided about money without looking at a database: what may be refunded, how postings are written."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from babel.numbers import get_currency_precision

from app.core.errors import InvalidInput, Refused
from app.core.money import Money, without_groups
from app.payments.states import Account

EVENT_MAX_AGE = timedelta(seconds=300)
EVENT_MAX_FUTURE = timedelta(seconds=60)
PAGE_LIFE = timedelta(hours=23)  # the provider keeps an idempotency key, and a hosted page, for 24 hours
PAY_WITHIN = timedelta(days=7)

PAGE_EVENTS = frozenset(
    {
        "checkout.session.completed", "checkout.session.expired", "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
    }
)  # fmt: skip
CARD_EVENT = "setup_intent.succeeded"
INTENT_EVENTS = frozenset(
    {
        "payment_intent.processing", "payment_intent.requires_action", "payment_intent.payment_failed",
        "payment_intent.succeeded", "payment_intent.canceled",
    }
)  # fmt: skip
CHARGE_EVENT = "charge.refunded"
REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
DISPUTE_EVENTS = frozenset(
    {
        "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)  # fmt: skip
OUR_EVENTS = PAGE_EVENTS | INTENT_EVENTS | REFUND_EVENTS | DISPUTE_EVENTS | {CARD_EVENT, CHARGE_EVENT}


class OverRefund(Refused):
    """More would go back than came in."""

    code = "over_refund"


def is_fresh(signed_at: datetime, now: datetime) -> bool:
    """Tell whether a signed event is at most 300 seconds old and at most 60 seconds ahead of our clock."""
    return -EVENT_MAX_FUTURE <= now - signed_at <= EVENT_MAX_AGE


def check_amount(amount_cents: int, currency: str) -> Money:
    """Return the amount. Raises InvalidInput unless it is above zero in a known form of currency code."""
    if amount_cents <= 0:
        raise InvalidInput("The amount must be above zero. Nothing needs to be paid for a free place.")
    try:
        return Money(amount_cents, currency)
    except ValueError:
        raise InvalidInput(f"{currency!r} is not a currency code such as USD.") from None


def parse_amount(text: str, currency: str) -> int:
    """Return what a person typed, such as `1,250.00`, in the currency's smallest unit. Raises InvalidInput."""
    digits = get_currency_precision(currency)
    example = "125" if digits == 0 else f"125.{'0' * digits}"
    typed = without_groups(text)
    if not re.fullmatch(r"[0-9]{1,12}" + (rf"(\.[0-9]{{1,{digits}}})?" if digits else ""), typed):
        raise InvalidInput(f"Enter an amount in {currency} such as {example}.")
    return int(Decimal(typed).scaleb(digits))


def check_refund(wanted: Money, charged: Money, going_back: int) -> None:
    """Refuse a refund that, with the cents already going back, would exceed what was charged."""
    if wanted.currency != charged.currency:
        raise InvalidInput(f"The payment was in {charged.currency}; refund it in {charged.currency}.")
    left = Money(charged.cents - going_back, charged.currency)
    if wanted.cents > left.cents:
        raise OverRefund(f"At most {left} can still be refunded; you asked for {wanted}. Enter a smaller amount.")


def posting(debit: Account, credit: Account, amount_cents: int) -> dict[Account, int]:
    """Return the two lines that move `amount_cents` (above zero) from `credit` to `debit`."""
    if amount_cents <= 0 or debit is credit:
        raise ValueError("A posting moves an amount above zero between two accounts.")
    return {debit: amount_cents, credit: -amount_cents}


def is_balanced(lines: Mapping[Account, int]) -> bool:
    """Tell whether the lines of one posting and currency sum to zero."""
    return sum(lines.values()) == 0


def unbalanced(lines: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Return (posting, currency, sum in cents) of every posting whose lines do not sum to zero, in order of name."""
    sums: dict[tuple[str, str], int] = {}
    for name, currency, amount in lines:
        sums[name, currency] = sums.get((name, currency), 0) + amount
    return [(name, currency, total) for (name, currency), total in sorted(sums.items()) if total]
