"""What a pipeline adds up to: the worth of an interest, and totals and weighted totals per stage and currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision

from app.core.errors import Refused
from app.core.money import AmountBand, band_bounds, without_groups
from app.interest.states import InterestState

S = InterestState
DEFAULT_WEIGHTS: dict[InterestState, int] = {
    S.INTERESTED: 5,
    S.IN_DISCUSSION: 15,
    S.DILIGENCE: 35,
    S.TERM_SHEET: 60,
    S.COMMITTED: 85,
    S.SIGNED: 100,
}
"""In percent, how much of an interest at a stage counts in a weighted total until a company says otherwise. A guess
to start from, not a probability. Who watches, passed or lapsed is never added up."""


@dataclass(frozen=True, slots=True)
class Held:
    """Interests of one stage, currency and band: how many, and how many of them said exact amounts, summing to what."""

    state: InterestState
    currency: str
    band: AmountBand
    count: int
    exact_count: int = 0
    exact_cents: int = 0


@dataclass(frozen=True, slots=True)
class StageTotal:
    """What the interests at a stage come to in one currency, in its smallest unit. `open_ended` of them named the
    largest band, which counts at its lower end only; `exact` said an amount."""

    state: InterestState
    currency: str
    count: int
    cents: int
    weighted_cents: int
    open_ended: int
    exact: int


MOST_CENTS = 10**15


def cents_of(typed: str, currency: str) -> int | None:
    """Return an amount as typed, "12,500,000" or "12500000.50", in the smallest unit of its currency; None for none.

    Raises Refused for what is no amount of that currency.
    """
    text = without_groups(typed)
    if not text:
        return None
    try:
        amount = Decimal(text).scaleb(get_currency_precision(currency))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 < amount <= MOST_CENTS:
        raise Refused(f"Enter the amount in figures, such as 12,500,000, in {currency}, or leave it empty.")
    return int(amount)


def worth(band: AmountBand, currency: str, amount_cents: int | None = None) -> int | None:
    """Return what an interest counts for, in the smallest unit of its currency; None when nothing is disclosed.

    The exact amount where there is one, else the middle of the band; the largest band has no upper end and counts
    at its lower one.
    """
    if amount_cents is not None:
        return amount_cents
    bounds = band_bounds(band, currency)
    if bounds is None:
        return None
    low, high = bounds
    return low if high is None else (low + high) // 2


def stage_totals(
    held: Iterable[Held], weights: Mapping[InterestState, int]
) -> tuple[list[StageTotal], dict[InterestState, int]]:
    """Return the totals by stage and then currency, and how many at each stage disclose nothing.

    Currencies are kept apart. Weighted totals are rounded down to the whole smallest unit, once per total.
    """
    sums: dict[tuple[InterestState, str], list[int]] = {}
    undisclosed: dict[InterestState, int] = {}
    for one in held:
        if one.state not in DEFAULT_WEIGHTS:
            continue
        banded, each = one.count - one.exact_count, worth(one.band, one.currency)
        if each is None:
            undisclosed[one.state] = undisclosed.get(one.state, 0) + banded
        counted = one.exact_count + (banded if each is not None else 0)
        if counted:
            total = sums.setdefault((one.state, one.currency), [0, 0, 0, 0])
            total[0] += counted
            total[1] += one.exact_cents + banded * (each or 0)
            total[2] += banded if one.band is AmountBand.OVER_250M else 0
            total[3] += one.exact_count
    order = list(InterestState)
    found = [
        StageTotal(state, currency, count, cents, cents * weights.get(state, 0) // 100, open_ended, exact)
        for (state, currency), (count, cents, open_ended, exact) in sums.items()
    ]
    return sorted(found, key=lambda total: (order.index(total.state), total.currency)), undisclosed
