"""What an application costs, which terms it is under, and what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.registration.rules.days import add_business_days
from app.registration.rules.summit import PriceStep, RefundRule, SummitSettings, TaxRule
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
    authentication_days: int = 3
    invoice_days: int = 28
    reminder_days: tuple[int, ...] = (3, 1)
    refund_rules: tuple[RefundRule, ...] = ()
    refund_request_days: int = 0
    visa_denied_until: date | None = None
    visa_denied_fee_cents: int = 0
    substitution_until: date | None = None
    substitution_same_organization: bool = True
    other_terms: str = ""
    tax: TaxRule = field(default_factory=TaxRule)

    @property
    def refund_until(self) -> date | None:
        """The last day on which a withdrawal brings anything back, None without refunds."""
        return max((rule.until for rule in self.refund_rules), default=None)

    @property
    def refund_fee_cents(self) -> int:
        """The first fee kept from a refund."""
        return next((rule.fee_cents for rule in sorted(self.refund_rules, key=_by_day)), 0)


def price_on(steps: Iterable[PriceStep], day: date) -> int:
    """Return the price, in cents, of an application submitted on `day` at the venue; the steps are of one currency.

    Raises ValueError for a day before the first step: there is no price yet.
    """
    begun = [step for step in steps if step.since <= day]
    if not begun:
        raise ValueError(f"There is no price yet on {day}.")
    return max(begun, key=lambda step: step.since).cents


def steps_in(settings: SummitSettings, currency: str) -> list[PriceStep]:
    """Return the price steps of one currency. Raises ValueError for a currency the summit has no prices in."""
    if currency not in settings.currencies:
        raise ValueError(f"There is no price in {currency}.")
    return [step for step in settings.price_steps if (step.currency or settings.currency) == currency]


def terms_on(
    settings: SummitSettings, *, version: int, participant_type: ParticipantType, day: date, currency: str | None = None
) -> Terms:
    """Return the terms of an application submitted on `day` and paid in `currency` (None: the main one).

    Types without a fee cost nothing. Raises ValueError for a currency the summit has no prices in.
    """
    paid_in = currency or settings.currency
    free = participant_type in settings.free_types
    return Terms(
        version=version,
        price_cents=0 if free else price_on(steps_in(settings, paid_in), day),
        currency=paid_in,
        decision_business_days=settings.decision_business_days,
        payment_days=settings.payment_days,
        offer_days=settings.offer_days,
        authentication_days=settings.authentication_days,
        invoice_days=settings.invoice_days,
        reminder_days=settings.reminder_days,
        refund_rules=settings.refund_rules_in(paid_in),
        refund_request_days=settings.refund_request_days,
        visa_denied_until=settings.visa_denied_until,
        visa_denied_fee_cents=settings.visa_denied_fee_cents,
        substitution_until=settings.substitution_until,
        substitution_same_organization=settings.substitution_same_organization,
        other_terms=settings.other_terms,
        tax=settings.tax,
    )


def decision_due(settings: SummitSettings, day: date) -> date:
    """Return by which day an application submitted on `day` is decided: business days from then, or from the
    day decisions begin when that is later.
    """
    begins = max(day, settings.decisions_begin) if settings.decisions_begin else day
    return add_business_days(begins, settings.decision_business_days, settings.holidays)


def refund_due(
    paid_cents: int, terms: Terms, day: date, *, visa_denied: bool = False, paid_on: date | None = None
) -> int:
    """Return what a person who withdraws on `day` at the venue gets back, in cents of the terms' currency.

    The first cut-off not yet passed decides what is kept; after the last one nothing comes back, nor when the
    payment (`paid_on`, None does not ask) is longer ago than the terms allow. A person whose visa was denied gets
    the sum paid less the fee for that case until its own cut-off, if that is more. Never negative. An organizer
    who cancels gives everything back: that is not judged here.
    """
    backs = [0]
    too_late = paid_on is not None and 0 < terms.refund_request_days < (day - paid_on).days
    for rule in sorted(terms.refund_rules, key=_by_day):
        if day <= rule.until and not too_late:
            kept = rule.fee_cents + paid_cents * rule.kept_percent // 100
            backs.append(paid_cents - kept)
            break
    if visa_denied and terms.visa_denied_until is not None and day <= terms.visa_denied_until:
        backs.append(paid_cents - terms.visa_denied_fee_cents)
    return max(backs)


def _by_day(rule: RefundRule) -> date:
    return rule.until
