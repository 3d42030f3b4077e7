"""What would go back, for each reason to leave."""

from datetime import date

from app.payments.queries import PaymentRow
from app.registration.queries.money import kept_cents
from app.registration.rules.prices import Terms, refund_due


def visa_refund(payment: PaymentRow | None, terms: Terms, day: date) -> int:
    """Return the cents still to go back to somebody whose visa was denied, who showed that on `day`.

    What went back before, for whatever reason, counts towards it.
    """
    if payment is None:
        return 0
    kept = kept_cents(payment)
    gone = payment.refunded_cents + payment.returning_cents
    return min(kept, max(0, refund_due(kept + gone, terms, day, visa_denied=True) - gone))
