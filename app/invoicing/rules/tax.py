"""The tax in a price."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.invoicing.states import Treatment

ROUNDING = "Tax is worked out for each line and rounded to the nearest smallest unit, halves up."
NOTES: dict[Treatment, str] = {
    Treatment.STANDARD: "",
    Treatment.REVERSE_CHARGE: "Reverse charge: the recipient accounts for the tax.",
    Treatment.OUTSIDE_SCOPE: "Outside the scope of tax.",
}


@dataclass(frozen=True, slots=True)
class Split:
    """A gross sum in its two parts, in the currency's smallest unit."""

    net_cents: int
    tax_cents: int

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.tax_cents


def split_gross(gross_cents: int, basis_points: int, treatment: Treatment = Treatment.STANDARD) -> Split:
    """Return net and tax of a price that includes tax at `basis_points` hundredths of a percent.

    The tax is rounded to the nearest cent, halves up; net and tax always add up to the gross. Without the standard
    treatment there is no tax and the whole price is net. Raises ValueError for a negative price or rate.
    """
    if gross_cents < 0 or basis_points < 0:
        raise ValueError("Prices and rates are not negative.")
    if treatment is not Treatment.STANDARD or not basis_points:
        return Split(gross_cents, 0)
    tax = _half_up(Fraction(gross_cents * basis_points, 10_000 + basis_points))
    return Split(gross_cents - tax, tax)


def split_part(gross_cents: int, before_cents: int, basis_points: int, treatment: Treatment) -> Split:
    """Return net and tax of the next part of a price of which `before_cents` were split before.

    However a price is cut into parts, their taxes add up to the tax of the whole.
    """
    before = split_gross(before_cents, basis_points, treatment)
    after = split_gross(before_cents + gross_cents, basis_points, treatment)
    return Split(after.net_cents - before.net_cents, after.tax_cents - before.tax_cents)


def total(splits: Iterable[Split]) -> Split:
    """Return the sum of lines: totals are never rounded again."""
    listed = list(splits)
    return Split(sum(one.net_cents for one in listed), sum(one.tax_cents for one in listed))


def rate_words(basis_points: int) -> str:
    """Return a rate as people read it: 810 is `8.1%`."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".") + "%"


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
