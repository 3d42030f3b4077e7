"""What was paid for an application and what would come back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments import queries as payment_queries
from app.payments.queries import PaymentRow
from app.payments.states import BACK_BY, PaymentMethod
from app.registration.models import Registration
from app.registration.queries.summit import summit_view
from app.registration.rules.prices import Terms, refund_due
from app.registration.rules.stored import terms_from
from app.registration.rules.summit import SummitSettings

KIND = "registration"
"""The kind of subject under which payments and screening know an application."""


def payment_of(session: Session, registration_id: UUID) -> PaymentRow | None:
    """Return the payment of an application, None when it has none."""
    return payment_queries.payment_for(session, KIND, registration_id)


def back_by(payment: PaymentRow | None) -> str:
    """Return where money of a payment goes back to, in words to the person."""
    return BACK_BY[payment.method if payment else PaymentMethod.CARD]


def price_before(session: Session, registration_id: UUID) -> Money | None:
    """Return the fee of an application before vouchers and waivers, None without terms or fee."""
    found = session.scalar(select(Registration.terms).where(Registration.id == registration_id))
    terms = terms_from(found) if found else None
    return Money(terms.price_cents, terms.currency) if terms and terms.price_cents else None


def kept_cents(payment: PaymentRow | None) -> int:
    """Return how much of a payment arrived, or was carried over to it, and is still here.

    Money that is held back for a dispute, or was passed on to a successor, is not.
    """
    return 0 if payment is None else max(0, payment.kept_cents)


def back_by_terms(session: Session, registration_id: UUID, now: datetime) -> int | None:
    """Return the cents that would go back if the person withdrew at `now`, None before there are terms."""
    found = session.execute(
        select(Registration.terms, Registration.summit_id).where(Registration.id == registration_id)
    ).one_or_none()
    summit = summit_view(session, found.summit_id) if found and found.terms else None
    if found is None or summit is None:
        return None
    payment = payment_of(session, registration_id)
    return refund_if_withdrawn(payment, terms_from(found.terms), summit.settings, now)


def refund_if_withdrawn(
    payment: PaymentRow | None, terms: Terms | None, settings: SummitSettings, now: datetime
) -> int:
    """Return the cents that would go back if the person withdrew at `now`."""
    kept = kept_cents(payment)
    if payment is None or terms is None or not kept:
        return 0
    paid_on = settings.day_of(payment.succeeded_at) if payment.succeeded_at else None
    return refund_due(kept, terms, settings.day_of(now), paid_on=paid_on)
