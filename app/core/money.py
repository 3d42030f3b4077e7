"""Money is integer cents and a currency code; amounts people only hint at are bands."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from babel.numbers import format_currency, get_currency_precision

GROUPED = re.compile(r"[+-]?[0-9]{1,3}([, \u00a0\u202f])[0-9]{3}(\1[0-9]{3})*(\.[0-9]*)?")


def without_groups(typed: str) -> str:
    """Return a typed number without the marks between its thousands, as in `1,250.00` or `7 000`.

    A comma anywhere else stays, for the caller to refuse: to many people `1,50` is one and a half, not 150.
    """
    text = typed.strip()
    return re.sub("[, \u00a0\u202f]", "", text) if GROUPED.fullmatch(text) else text


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the smallest unit of its currency (cents for USD)."""

    cents: int
    currency: str

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"Not a currency code: {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - self._same(other), self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} are kept apart.")
        return other.cents

    @property
    def plain(self) -> str:
        """Return the amount as figures only, as sheets and banks read it: `1250.00`."""
        digits = get_currency_precision(self.currency)
        return f"{Decimal(self.cents).scaleb(-digits):.{digits}f}"

    def __str__(self) -> str:
        digits = get_currency_precision(self.currency)
        return str(format_currency(Decimal(self.cents).scaleb(-digits), self.currency, locale="en_US"))


class AmountBand(StrEnum):
    """How much, as far as people say before signing. Whole US dollars or the like in another currency."""

    UNDISCLOSED = "undisclosed"
    UNDER_1M = "under_1m"
    FROM_1M_TO_10M = "from_1m_to_10m"
    FROM_10M_TO_50M = "from_10m_to_50m"
    FROM_50M_TO_250M = "from_50m_to_250m"
    OVER_250M = "over_250m"


BAND_LABELS: dict[AmountBand, str] = {
    AmountBand.UNDISCLOSED: "Not disclosed",
    AmountBand.UNDER_1M: "Under $1 million",
    AmountBand.FROM_1M_TO_10M: "$1 to 10 million",
    AmountBand.FROM_10M_TO_50M: "$10 to 50 million",
    AmountBand.FROM_50M_TO_250M: "$50 to 250 million",
    AmountBand.OVER_250M: "Over $250 million",
}
