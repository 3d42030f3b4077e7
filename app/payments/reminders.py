"""Reminders: so many days before a deadline, each sent once, and none any more once the payer has done their part."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.db import insert_or_skip
from app.notifications import outbox
from app.payments import letters
from app.payments.models import Payment, Reminder
from app.payments.moves import lock_payment
from app.payments.states import PAGE_CAN_BE_PAID, PaymentMethod, PaymentState, ReminderKind

REMIND = "payments.remind"


def schedule_reminders(session: Session, payment_id: UUID, days: Iterable[int], *, now: datetime) -> None:
    """Queue a reminder of a payment's deadline for each number of days before it that is still to come."""
    payment = lock_payment(session, payment_id)
    if payment.pay_by is None or payment.method is not PaymentMethod.CARD:
        return
    for before in sorted(set(days), reverse=True):
        at = payment.pay_by - timedelta(days=before)
        if now < at < payment.pay_by:
            what = {"payment": str(payment.id), "days": before, "deadline": payment.pay_by.isoformat()}
            outbox.queue(session, REMIND, what, now=now, run_at=at)


def remind_to_pay(session: Session, payment_id: UUID, *, days: int, deadline: datetime, now: datetime) -> bool:
    """Remind the payer of a deadline that still holds, if money is still waited for; tell whether they were."""
    payment = lock_payment(session, payment_id)
    if payment.state not in PAGE_CAN_BE_PAID or payment.method is not PaymentMethod.CARD:
        return False
    if payment.pay_by != deadline or now >= deadline:
        return False
    if not _first_time(session, payment, ReminderKind.PAY, days, deadline, now):
        return False
    letters.tell_pay_reminder(session, payment, now=now)
    return True


def remind_of_card(session: Session, payment_id: UUID, *, days: int, deadline: datetime, now: datetime) -> bool:
    """Remind a payer without a saved card that the decision is near; tell whether they were. Harmless when repeated."""
    payment = lock_payment(session, payment_id)
    if payment.state is not PaymentState.CREATED or payment.method is not PaymentMethod.CARD:
        return False
    if not _first_time(session, payment, ReminderKind.CARD, days, deadline, now):
        return False
    letters.tell_card_reminder(session, payment, deadline=deadline, now=now)
    return True


def _first_time(
    session: Session, payment: Payment, kind: ReminderKind, days: int, deadline: datetime, now: datetime
) -> bool:
    """Note a reminder; False when it was sent before."""
    row = insert_or_skip(session, Reminder).values(
        id=ids.new_id(), payment_id=payment.id, kind=kind, days_before=days, deadline=deadline, sent_at=now
    )
    if session.execute(row.returning(Reminder.id)).first() is None:
        return False
    audit.record(session, f"payment.reminded_{kind}", ("payment", payment.id), actor_id=None, detail={"days": days})
    return True
