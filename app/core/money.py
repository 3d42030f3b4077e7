"""Money is integer cents and a currency code; amounts people only hint at are bands."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

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
    """How much, as far as people say before signing: millions of a currency, times its entry in `BAND_SCALE`."""

    UNDISCLOSED = "undisclosed"
    UNDER_1M = "under_1m"
    FROM_1M_TO_10M = "from_1m_to_10m"
    FROM_10M_TO_50M = "from_10m_to_50m"
    FROM_50M_TO_250M = "from_50m_to_250m"
    OVER_250M = "over_250m"


BAND_SCALE: dict[str, int] = {
    "USD": 1, "EUR": 1, "GBP": 1, "CHF": 1, "CAD": 1, "AUD": 1, "SGD": 1, "AED": 1, "SAR": 1,
    "INR": 100, "JPY": 100, "KRW": 1_000,
}  # fmt: skip
"""The currencies that bands are named in, and by how much the bounds are multiplied so that they stay comparable
round numbers: 1 million dollars stand beside 100 million yen and 1 billion won. Nothing is ever converted: bands of
two currencies are neither added nor compared."""

BAND_MILLIONS: dict[AmountBand, tuple[int, int | None]] = {
    AmountBand.UNDER_1M: (0, 1),
    AmountBand.FROM_1M_TO_10M: (1, 10),
    AmountBand.FROM_10M_TO_50M: (10, 50),
    AmountBand.FROM_50M_TO_250M: (50, 250),
    AmountBand.OVER_250M: (250, None),
}
BAND_ORDER: dict[AmountBand, int] = {band: place for place, band in enumerate(AmountBand)}


def band_bounds(band: AmountBand, currency: str) -> tuple[int, int | None] | None:
    """Return a band's lower and upper bound in the smallest unit of its currency, None when nothing is disclosed.

    The largest band has no upper bound. Raises KeyError for a currency that bands are not named in.
    """
    if band is AmountBand.UNDISCLOSED:
        return None
    unit = 1_000_000 * BAND_SCALE[currency] * 10 ** get_currency_precision(currency)
    low, high = BAND_MILLIONS[band]
    return low * unit, None if high is None else high * unit


def band_words(band: AmountBand, currency: str = "USD") -> str:
    """Return a band in words, in the round numbers of its currency: "¥1 to 5 billion"."""
    if band is AmountBand.UNDISCLOSED:
        return "Not disclosed"
    symbol = get_currency_symbol(currency, locale="en_US")
    symbol = f"{symbol} " if symbol[-1].isalpha() else symbol
    low, high = (None if bound is None else bound * BAND_SCALE[currency] for bound in BAND_MILLIONS[band])
    if high is None:
        return f"Over {symbol}{_in_words(low or 0)}"
    if not low:
        return f"Under {symbol}{_in_words(high)}"
    if (low < 1_000) is (high < 1_000):
        return f"{symbol}{low if low < 1_000 else low // 1_000} to {_in_words(high)}"
    return f"{symbol}{_in_words(low)} to {_in_words(high)}"


def _in_words(millions: int) -> str:
    return f"{millions} million" if millions < 1_000 else f"{millions // 1_000} billion"


def round_words(cents: int, currency: str) -> str:
    """Return a sum in round words, as people say it: "$1,562 million"; under a million in whole units."""
    symbol = get_currency_symbol(currency, locale="en_US")
    symbol = f"{symbol} " if symbol[-1].isalpha() else symbol
    units = Decimal(cents).scaleb(-get_currency_precision(currency))
    millions = units / 1_000_000
    if abs(millions) < 1:
        return f"{symbol}{units.quantize(Decimal(1), ROUND_HALF_UP):,}"
    if abs(millions) >= 100_000:
        return f"{symbol}{(millions / 1_000).quantize(Decimal(1), ROUND_HALF_UP):,} billion"
    shown = millions.quantize(Decimal("0.1") if abs(millions) < 10 else Decimal(1), ROUND_HALF_UP)
    return f"{symbol}{f'{shown:,}'.removesuffix('.0')} million"


BAND_LABELS: dict[AmountBand, str] = {band: band_words(band) for band in AmountBand}
"""The bands in US dollars."""
