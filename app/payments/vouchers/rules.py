"""What a voucher is worth, whom it is for, and how codes are written; no database."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.core.errors import InvalidInput, Refused
from app.core.money import Money
from app.payments.vouchers.states import VoucherKind

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Capital letters and digits that nobody mistakes for one another."""
CODE_LENGTH = 12
"""Twelve of thirty signs: 58 random bits, far beyond guessing through a limited form."""
MOST_CODES = 500
MOST_USES = 100_000
MOST_CENTS = 1_000_000_000


class VoucherRefused(Refused):
    """The code cannot be used here. One sentence for every reason, so that nobody learns which codes exist."""

    code = "voucher_refused"

    def __init__(self) -> None:
        super().__init__(
            "This code cannot be used for this application. Check how it is written, or ask whoever gave it to you."
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """What of an application decides whether a restricted voucher is meant for it; `market` is a country code."""

    participant_type: str
    market: str
    organization_id: UUID | None


@dataclass(frozen=True, slots=True)
class VoucherTerms:
    """What somebody who makes vouchers sets. An empty restriction admits everybody; `currency` goes with amounts."""

    label: str
    kind: VoucherKind
    reason: str
    uses_limit: int = 1
    percent: int | None = None
    amount_cents: int | None = None
    budget_cents: int | None = None
    currency: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    participant_types: tuple[str, ...] = field(default=())
    markets: tuple[str, ...] = field(default=())
    organizations: tuple[str, ...] = field(default=())


def new_code() -> str:
    """Return a random code as it is stored."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """Return a code in groups of four, as people read and type it."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def normal_code(typed: str) -> str:
    """Return a code as it is stored, however it was typed."""
    return re.sub(r"[\s\-]", "", typed).upper()[:40]


def check_terms(terms: VoucherTerms) -> None:
    """Raise InvalidInput naming the first thing that is missing or contradicts another."""
    if not terms.label.strip() or not terms.reason.strip():
        raise InvalidInput("Give the vouchers a name, and say why they are given.")
    if not 1 <= terms.uses_limit <= MOST_USES:
        raise InvalidInput(f"The number of uses is from 1 to {MOST_USES:,}.")
    if terms.kind is VoucherKind.PERCENTAGE and not (terms.percent and 1 <= terms.percent <= 100):
        raise InvalidInput("The share of the fee is a whole number from 1 to 100 per cent.")
    if terms.kind is VoucherKind.AMOUNT and not terms.amount_cents:
        raise InvalidInput("Enter the amount that the voucher is worth.")
    for cents in (terms.amount_cents, terms.budget_cents):
        if cents is not None and not 0 < cents <= MOST_CENTS:
            raise InvalidInput("An amount must be above zero, and at most ten million.")
    if (terms.amount_cents or terms.budget_cents) and not terms.currency:
        raise InvalidInput("An amount or a budget needs its currency.")
    if terms.valid_from and terms.valid_until and terms.valid_until <= terms.valid_from:
        raise InvalidInput("The last day must not lie before the first.")


def discount(
    kind: VoucherKind, *, percent: int | None, amount_cents: int | None, left_cents: int | None, price: Money
) -> int:
    """Return the cents a voucher takes off `price`: never more than the price, nor than its budget has left.

    Shares are rounded to the nearest cent, halves up. `left_cents` None is a budget without a limit.
    """
    if kind is VoucherKind.PERCENTAGE:
        cents = (price.cents * (percent or 0) + 50) // 100
    else:
        cents = price.cents if kind is VoucherKind.WAIVER else amount_cents or 0
    cents = min(cents, price.cents)
    return cents if left_cents is None else min(cents, left_cents)


def is_in_time(valid_from: datetime | None, valid_until: datetime | None, now: datetime) -> bool:
    """Tell whether a voucher can be used at `now`; `valid_until` itself is too late."""
    return (valid_from is None or valid_from <= now) and (valid_until is None or now < valid_until)


def is_meant_for(
    holder: Holder | None, *, types: Sequence[str], markets: Sequence[str], organizations: Sequence[str]
) -> bool:
    """Tell whether a voucher's restrictions admit the holder; without one they admit only if there are none."""
    if holder is None:
        return not (types or markets or organizations)
    return (
        (not types or holder.participant_type in types)
        and (not markets or holder.market in markets)
        and (not organizations or str(holder.organization_id) in organizations)
    )
