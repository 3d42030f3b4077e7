"""What somebody would get under the settings: price, dates, what comes back. Shown before a change is saved."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.money import Money
from app.registration.rules.pools import pools_touched
from app.registration.rules.prices import decision_due, refund_due, terms_on
from app.registration.rules.summit import PoolRule, SummitSettings
from app.registration.states import ParticipantType


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody made up: as what and from where they come, in which currency they pay, when they apply and leave."""

    participant_type: ParticipantType
    country: str
    currency: str
    applies_on: date
    withdraws_on: date


@dataclass(frozen=True, slots=True)
class Example:
    """What that person would get. Deadlines suppose that the decision comes on the promised day.

    `price` is None without a fee. `pools` are those the person draws from.
    """

    price: Money | None
    needs_nomination: bool
    decision_due: date
    pay_by: date
    invoice_by: date
    confirm_by: date
    offer_ends: date
    refund: Money | None
    refund_visa_denied: Money | None
    substitution_until: date | None
    pools: tuple[PoolRule, ...]


class NotPossible(ValueError):
    """Nobody could apply like that; the message says why."""


def what_one_gets(settings: SummitSettings, who: Applicant) -> Example:
    """Return what `who` would get. Raises NotPossible for a day on which, or a currency in which, nobody can apply."""
    if not settings.registration_opens <= who.applies_on <= settings.registration_closes:
        raise NotPossible("Nobody can apply on that day: applications are not open.")
    if who.currency not in settings.currencies:
        raise NotPossible(f"Nobody can pay in {who.currency}: there is no price in it.")
    terms = terms_on(
        settings, version=0, participant_type=who.participant_type, day=who.applies_on, currency=who.currency
    )
    due = decision_due(settings, who.applies_on)

    def back(*, visa_denied: bool) -> Money | None:
        cents = refund_due(terms.price_cents, terms, who.withdraws_on, visa_denied=visa_denied, paid_on=due)
        return Money(cents, terms.currency) if terms.price_cents else None

    return Example(
        price=Money(terms.price_cents, terms.currency) if terms.price_cents else None,
        needs_nomination=who.participant_type in settings.nomination_types,
        decision_due=due,
        pay_by=due + timedelta(days=terms.payment_days),
        invoice_by=due + timedelta(days=terms.invoice_days),
        confirm_by=due + timedelta(days=terms.authentication_days),
        offer_ends=due + timedelta(days=terms.offer_days),
        refund=back(visa_denied=False),
        refund_visa_denied=back(visa_denied=True) if terms.visa_denied_until else None,
        substitution_until=terms.substitution_until,
        pools=tuple(pools_touched(settings.pools, who.country, who.participant_type, "")),
    )
