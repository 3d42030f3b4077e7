"""What an application costs and what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.registration.rules.summit import PriceStep, SummitSettings
from app.registration.states import ParticipantType


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules in force when an application was submitted; kept on it, whatever changes later."""

    version: int
    price_cents: int
    currency: str
    decision_business_days: int
    payment_days: int
    offer_days: int
    refund_until: date | None
    refund_fee_cents: int


def price_on(steps: Iterable[PriceStep], day: date) -> int:
    """Return the price, in cents, of an application submitted on `day` at the venue.

    Raises ValueError for a day before the first step: there is no price yet.
    """
    begun = [step for step in steps if step.since <= day]
    if not begun:
        raise ValueError(f"There is no price yet on {day}.")
    return max(begun, key=lambda step: step.since).cents


def terms_on(settings: SummitSettings, *, version: int, participant_type: ParticipantType, day: date) -> Terms:
    """Return the terms of an application submitted on `day`; types without a fee cost nothing."""
    free = participant_type in settings.free_types
    return Terms(
        version=version,
        price_cents=0 if free else price_on(settings.price_steps, day),
        currency=settings.currency,
        decision_business_days=settings.decision_business_days,
        payment_days=settings.payment_days,
        offer_days=settings.offer_days,
        refund_until=settings.refund_until,
        refund_fee_cents=settings.refund_fee_cents,
    )


def refund_due(paid_cents: int, terms: Terms, day: date) -> int:
    """Return what a person who withdraws on `day` at the venue gets back, in cents.

    Until the cut-off, the sum paid less the fee; afterwards nothing. Never negative. An organizer who
    cancels gives everything back: that is not judged here.
    """
    if terms.refund_until is None or day > terms.refund_until:
        return 0
    return max(0, paid_cents - terms.refund_fee_cents)
