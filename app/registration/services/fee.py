"""The fee of an approved application: less vouchers, waivers and what a predecessor paid; asked for with a deadline."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.money import Money
from app.notifications import outbox
from app.payments import carry, reminders, vouchers
from app.payments import queries as payment_queries
from app.payments import services as payments
from app.payments.queries import PaymentRow
from app.payments.states import PaymentMethod, PaymentState
from app.registration.models import Registration
from app.registration.queries.money import KIND, payment_of
from app.registration.rules.prices import Terms
from app.registration.services.moves import settings_in_force, terms_of
from app.registration.services.places import EXPIRE

REMIND_CARD = "registration.remind_card"
"""The job that reminds somebody without a saved card that the decision is near."""
AT = time(9)
"""When, at the venue, reminders before a day are sent."""


def fee_due(session: Session, registration: Registration) -> Money:
    """Return what an application costs now: the price of its terms less its voucher and its waiver."""
    terms = terms_of(registration)
    price = Money(terms.price_cents, terms.currency)
    return payment_queries.amount_due(session, KIND, registration.id, price) if price.cents else price


def days_to_pay(terms: Terms, payment: PaymentRow) -> int:
    """Return how many days there are to pay: longer by invoice than by card."""
    return terms.payment_days if payment.method is PaymentMethod.CARD else terms.invoice_days


def fee_payment(session: Session, registration: Registration) -> PaymentRow:
    """Return the payment of an application that has a fee. Raises Refused when none was opened."""
    payment = payment_of(session, registration.id)
    if payment is None:
        raise Refused("This application has a fee but no payment was opened for it. Ask the applicant to save a card.")
    return payment


def charge_fee(
    session: Session, registration: Registration, due: Money, *, predecessor: PaymentRow | None, now: datetime
) -> None:
    """Ask for the fee, less what a predecessor paid; reminders are sent before the deadline, which ends by itself."""
    payment = fee_payment(session, registration)
    vouchers.spend(session, subject_kind=KIND, subject_id=registration.id, now=now)
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=registration.pay_until)
    if predecessor is not None and predecessor.kept_cents > 0:
        carry.charge_difference(
            session, payment.id, price=due, from_payment_id=predecessor.id, now=now, pay_by=registration.pay_until
        )
    else:
        payments.request_charge(
            session, payment.id, amount_cents=due.cents, currency=due.currency, now=now, pay_by=registration.pay_until
        )
    reminders.schedule_reminders(session, payment.id, terms_of(registration).reminder_days, now=now)


def waive_fee(session: Session, registration: Registration, *, predecessor: PaymentRow | None, now: datetime) -> None:
    """Ask for nothing: the voucher is spent, the payment written off, and what a predecessor paid goes back."""
    vouchers.spend(session, subject_kind=KIND, subject_id=registration.id, now=now)
    payment = payment_of(session, registration.id)
    if payment is not None and payment.state in (PaymentState.CREATED, PaymentState.CARD_SAVED):
        payments.void_payment(session, payment.id, reason="Nothing is to be paid.", actor_id=None, now=now)
    if predecessor is not None and predecessor.kept_cents > 0:
        payments.request_refund(
            session, predecessor.id, amount_cents=predecessor.kept_cents, reason=carry.DIFFERENCE, actor_id=None,
            now=now,
        )  # fmt: skip


def expect_card(session: Session, registration: Registration, *, now: datetime) -> None:
    """Queue, for a submitted application with a fee, the reminders to save a card before the decision is due."""
    terms, due_on = terms_of(registration), registration.decision_due_on
    if due_on is None or not terms.price_cents:
        return
    settings = settings_in_force(session, registration.summit_id)[1]
    for days in sorted(set(terms.reminder_days), reverse=True):
        at = settings.moment(datetime.combine(due_on - timedelta(days=days), AT))
        if at > now:
            what = {"registration": str(registration.id), "days": days}
            outbox.queue(session, REMIND_CARD, what, now=now, run_at=at)
