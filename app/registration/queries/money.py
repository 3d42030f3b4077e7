"""What was paid for an application and what would come back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.payments import queries as payment_queries
from app.payments.queries import PaymentRow
from app.payments.states import PaymentState
from app.registration.rules.prices import Terms, refund_due
from app.registration.rules.summit import SummitSettings

KIND = "registration"
"""The kind of subject under which payments and screening know an application."""


def payment_of(session: Session, registration_id: UUID) -> PaymentRow | None:
    """Return the payment of an application, None when it has none."""
    return payment_queries.payment_for(session, KIND, registration_id)


def kept_cents(payment: PaymentRow | None) -> int:
    """Return how much of a payment arrived and has not gone back."""
    if payment is None or payment.state is not PaymentState.SUCCEEDED:
        return 0
    return (payment.amount_cents or 0) - payment.refunded_cents


def refund_if_withdrawn(
    payment: PaymentRow | None, terms: Terms | None, settings: SummitSettings, now: datetime
) -> int:
    """Return the cents that would go back if the person withdrew at `now`."""
    kept = kept_cents(payment)
    return refund_due(kept, terms, settings.day_of(now)) if kept and terms else 0
