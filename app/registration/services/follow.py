"""Follow what other rooms decide: a screening case that moved, a payment that moved, money that came too late."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.money import Money
from app.core.states import words
from app.notifications import outbox
from app.payments import reminders, vouchers
from app.payments import services as payments
from app.payments.models import Payment, Refund
from app.payments.states import PaymentMethod, PaymentState, RefundState
from app.registration.models import Registration
from app.registration.queries.money import KIND, back_by, payment_of
from app.registration.services.decide import confirm
from app.registration.services.fee import AT, fee_due
from app.registration.services.letters import tell, tell_staff
from app.registration.services.moves import drop_proposal, locked, move, note, settings_in_force, terms_of
from app.registration.services.places import EXPIRE, LATE_MONEY, MOVE_WAITLIST, free_places, take_places
from app.registration.states import ENDED, LIVE, UNDECIDED, RegistrationEvent, RegistrationState
from app.screening import services as screening
from app.screening.models import Case
from app.screening.states import CaseState

S = RegistrationState
PAYMENT_NOTES = {
    PaymentState.CARD_SAVED: "A card was saved.",
    PaymentState.REQUIRES_ACTION: "The payer was sent a pay link.",
    PaymentState.FAILED: "The bank refused the charge; the payer was sent a pay link.",
}


def follow_case(session: Session, case: Case, now: datetime) -> None:
    """Note on the application that its screening case moved; a clear one may now be offered a place."""
    registration = locked(session, case.subject_id)
    if registration.state is S.SUBMITTED:
        move(session, registration, RegistrationEvent.OPEN_REVIEW, actor_id=None, now=now)
    if case.state is not CaseState.CLEARED:
        drop_proposal(session, registration, now=now)
    note(session, registration, f"Screening: {words(case.state)}.", actor_id=None, now=now)
    if case.state is CaseState.CLEARED and registration.state is S.WAITLISTED:
        outbox.queue(session, MOVE_WAITLIST, {"summit": str(registration.summit_id)}, now=now)


def follow_payment(session: Session, payment: Payment, now: datetime) -> None:
    """Confirm a paid application; money for a place that is gone is settled by a job of its own."""
    registration = locked(session, payment.subject_id)
    if payment.state is PaymentState.REQUIRES_ACTION and registration.state is S.CONFIRMED:
        _reopen(session, registration, payment, now)
    elif payment.state is PaymentState.REQUIRES_ACTION and registration.state is S.PAYMENT_DUE:
        _give_time_to_confirm(session, registration, payment, now)
    if payment.state is not PaymentState.SUCCEEDED:
        if (said := PAYMENT_NOTES.get(payment.state)) and registration.state not in ENDED:
            note(session, registration, said, actor_id=None, now=now)
    elif registration.state in (S.APPROVED, S.PAYMENT_DUE):
        confirm(session, registration, RegistrationEvent.CONFIRM, now=now)
    elif registration.state is not S.CONFIRMED:
        outbox.queue(session, LATE_MONEY, {"registration": str(registration.id)}, now=now)


def _reopen(session: Session, registration: Registration, payment: Payment, now: datetime) -> None:
    """Ask again for a fee that had been confirmed by somebody else's money; the place stays held meanwhile."""
    terms = terms_of(registration)
    by_card = payment.method is PaymentMethod.CARD
    days = terms.payment_days if by_card else terms.invoice_days
    registration.pay_until = payment.pay_by = now + timedelta(days=days)
    move(
        session, registration, RegistrationEvent.REOPEN_PAYMENT, actor_id=None, now=now,
        reason="The money had been matched with this application by mistake.",
    )  # fmt: skip
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=registration.pay_until)
    tell(session, registration, "payment_reopened", now=now, pay_until=registration.pay_until)


def _give_time_to_confirm(session: Session, registration: Registration, payment: Payment, now: datetime) -> None:
    """Set the deadline that holds when the bank wants the cardholder to confirm the charge of a saved card."""
    if payment.card_ref is None or payment.method is not PaymentMethod.CARD or payment.failure is None:
        return
    terms = terms_of(registration)
    registration.pay_until = payment.pay_by = now + timedelta(days=terms.authentication_days)
    session.flush()
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=registration.pay_until)
    reminders.schedule_reminders(session, payment.id, terms.reminder_days, now=now)


def follow_dispute(session: Session, payment: Payment, said: str, now: datetime) -> None:
    """Note on the application what became of a dispute about its fee; the place is a person's to decide about."""
    note(session, locked(session, payment.subject_id), f"Dispute: {said}", actor_id=None, now=now)


def remind_of_card(session: Session, registration_id: UUID, *, days: int, now: datetime) -> bool:
    """Remind somebody whose decision is near, and who owes a fee, to save a card; tell whether they were."""
    registration = locked(session, registration_id)
    payment = payment_of(session, registration.id)
    if registration.state not in UNDECIDED or payment is None or registration.decision_due_on is None:
        return False
    if not fee_due(session, registration).cents:
        return False
    settings = settings_in_force(session, registration.summit_id)[1]
    deadline = settings.moment(datetime.combine(registration.decision_due_on, AT))
    return reminders.remind_of_card(session, payment.id, days=days, deadline=deadline, now=now)


def lock_registration(session: Session, registration_id: UUID) -> None:
    """Lock an application before its payment: the one order everybody keeps."""
    locked(session, registration_id)


def is_paid_for(session: Session, registration_id: UUID) -> bool:
    """Tell whether what the fee was paid for was given: the place was confirmed, even if it was given back since."""
    return session.scalar(select(Registration.confirmed_at).where(Registration.id == registration_id)) is not None


def settle_late_money(session: Session, registration_id: UUID, *, now: datetime) -> None:
    """Give a place for money that came after the deadline, or send all of it back; people are told either way.

    Only a place that expired is given again, and only while there is room, screening is clear and the person
    has no other application. Harmless when it was settled before.
    """
    registration = locked(session, registration_id)
    payment = payment_of(session, registration.id)
    if payment is None or payment.state is not PaymentState.SUCCEEDED or registration.state is S.CONFIRMED:
        return
    if _refund_asked(session, payment.id):
        return
    kept = payment.kept_cents
    amount = Money(kept, payment.currency or terms_of(registration).currency)
    if refusal := _take_late(session, registration, now=now):
        payments.request_refund(session, payment.id, amount_cents=amount.cents, reason=refusal, actor_id=None, now=now)
        note(session, registration, f"Money came too late: {refusal} It goes back.", actor_id=None, now=now)
        tell(session, registration, "late_refund", now=now, amount=amount, reason=refusal, back_by=back_by(payment))
        outcome = f"{refusal} It was refunded."
        tell_staff(session, registration, "late_money_staff", now=now, amount=amount, outcome=outcome)
    else:
        confirm(session, registration, RegistrationEvent.CONFIRM_LATE, now=now)
        outcome = "The place had expired but there was still room, so it was confirmed."
        tell_staff(session, registration, "late_money_staff", now=now, amount=amount, outcome=outcome)
    payments.need_person(session, payment.id, f"Money came too late. {outcome} Look whether that is right.", now=now)


def _take_late(session: Session, registration: Registration, *, now: datetime) -> str | None:
    """Take the places again; return why not when that cannot be."""
    if registration.state is not S.EXPIRED:
        return f"The application is {words(registration.state)}."
    other = select(Registration.id).where(
        Registration.summit_id == registration.summit_id, Registration.user_id == registration.user_id,
        Registration.state.in_(LIVE),
    )  # fmt: skip
    if session.scalar(other) is not None:
        return "The person has another application by now."
    try:
        screening.require_clear(session, KIND, registration.id, now=now, max_age_days=None)
        _version, settings = settings_in_force(session, registration.summit_id)
        take_places(session, registration, settings, now=now, over_target_reason="The fee has been paid.")
    except Refused as refusal:
        return refusal.message if refusal.code != "pool_full" else "The place has been given away."
    if not vouchers.retake(session, subject_kind=KIND, subject_id=registration.id, now=now):
        free_places(session, registration, now=now)
        return "The voucher has been used by somebody else."
    return None


def _refund_asked(session: Session, payment_id: UUID) -> bool:
    wanted = select(func.count()).select_from(Refund)
    wanted = wanted.where(Refund.payment_id == payment_id, Refund.state != RefundState.FAILED)
    return bool(session.scalar(wanted))
