"""A bank statement as plain values."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision

from app.core.errors import InvalidInput


class BadStatement(InvalidInput):
    """A file that cannot be taken in; the sentence names the place and what to do."""

    code = "bad_statement"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement: credits positive, debits negative, in the smallest unit. `bank_ref` is the bank's own, if any."""

    booked_on: date
    amount_cents: int
    currency: str
    bank_ref: str = ""
    end_to_end: str = ""
    other_name: str = ""
    other_account: str = ""
    remittance: str = ""
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class StatementRead:
    """One statement of one account; balances as far as the bank gives them, and how many movements it left pending."""

    account: str
    ref: str
    currency: str
    movements: tuple[Movement, ...]
    starts_on: date | None = None
    ends_on: date | None = None
    opening_cents: int | None = None
    closing_cents: int | None = None
    pending: int = 0

    @property
    def sum_cents(self) -> int:
        return sum(movement.amount_cents for movement in self.movements)

    @property
    def is_off_by(self) -> int:
        """Return by how many cents opening balance and movements miss the closing balance; 0 when not known."""
        if self.opening_cents is None or self.closing_cents is None:
            return 0
        return self.closing_cents - self.opening_cents - self.sum_cents


def keys_of(statements: Iterable[StatementRead]) -> list[list[str]]:
    """Return the key of every movement, by statement: the same movement has the same key in whichever file it comes.

    The bank's own reference makes it where there is one, else what is told of the movement. Equal ones of one statement
    are numbered, so that two equal payments of one day are two.
    """
    found = []
    for statement in statements:
        seen: Counter[str] = Counter()
        keys = []
        for movement in statement.movements:
            told = _told(statement.account, movement)
            seen[told] += 1
            keys.append(hashlib.sha256(f"{told}|{seen[told]}".encode()).hexdigest())
        found.append(keys)
    return found


def _told(account: str, one: Movement) -> str:
    parts = [account, one.booked_on.isoformat(), str(one.amount_cents), one.currency]
    if one.bank_ref:
        parts += ["ref", one.bank_ref, one.end_to_end]
    else:
        parts += ["text", _plain(one.other_name), _plain(one.remittance), one.end_to_end]
    return "|".join(parts)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def to_cents(amount: Decimal, currency: str) -> int:
    """Return an amount in the currency's smallest unit. Raises BadStatement for more decimals than it has."""
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise BadStatement(f"{currency[:10]!r} is not a currency code such as EUR.")
    scaled = amount.scaleb(get_currency_precision(currency))
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) >= 10**15:
        raise BadStatement(f"{amount} is not an amount in {currency}.")
    return int(scaled)


def joined(parts: Sequence[str], most: int) -> str:
    """Return texts as one, single-spaced, without repeats, cut to `most` letters."""
    words = [" ".join(part.split()) for part in parts]
    return " / ".join(dict.fromkeys(word for word in words if word))[:most]
