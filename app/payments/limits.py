"""From which amount on two people are needed, as this installation sets it."""

from app.core.money import Money
from app.core.settings import settings


def needs_second_person(amount: Money) -> bool:
    """Tell whether one person may not let this amount go alone; a currency without a limit always needs two."""
    return amount.cents > dict(settings().release_limits).get(amount.currency, 0)
