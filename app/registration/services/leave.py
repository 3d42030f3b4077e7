"""Leave: withdraw, be cancelled, let a deadline pass; places go back, and money as the terms say."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import InvalidInput, Refused
from app.core.money import Money
from app.core.states import advance
from app.notifications import outbox
from app.payments import services as payments
from app.payments import vouchers
from app.payments.queries import PaymentRow
from app.payments.states import PaymentState
from app.registration.models import Registration
from app.registration.queries.money import KIND, back_by, kept_cents, payment_of, refund_if_withdrawn
from app.registration.rules.stored import terms_from
from app.registration.services.apply import own
from app.registration.services.letters import tell
from app.registration.services.moves import THING, locked, move, on_leave, refuse_own, settings_in_force, terms_of
from app.registration.services.pending import drop_changes
from app.registration.services.places import EXPIRE, free_places
from app.registration.services.posting import drop_letter
from app.registration.services.substitute import follow_leaver
from app.registration.states import TRANSITIONS, RegistrationEvent, RegistrationState

BANK_IS_BUSY = timedelta(hours=1)
"""How much longer a place is held when the deadline passes while the bank still works on the charge."""


def withdraw(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, shown_refund_cents: int | None = None
) -> int:
    """Withdraw one's own application; return the cents that go back.

    Refuses when the sum is no longer the one shown to the person (None does not ask).
    """
    registration = own(session, registration_id, actor_id)
    _forget_untold(session, registration, now=now)
    advance(TRANSITIONS, registration.state, RegistrationEvent.WITHDRAW, thing=THING)
    _version, settings = settings_in_force(session, registration.summit_id)
    terms = terms_from(registration.terms) if registration.terms else None
    back = refund_if_withdrawn(payment_of(session, registration.id), terms, settings, now)
    if shown_refund_cents is not None and shown_refund_cents != back:
        raise Refused("The sum that goes back has changed since you opened the page. Look at it again, then confirm.")
    is_draft = registration.state is RegistrationState.DRAFT
    release(session, registration, reason="The person withdrew.", actor_id=actor_id, now=now, refund_cents=back)
    move(session, registration, RegistrationEvent.WITHDRAW, actor_id=actor_id, now=now)
    if not is_draft:
        payment = payment_of(session, registration.id)
        tell(session, registration, "withdrawn", now=now, refund=_sum(registration, back), back_by=back_by(payment))
    return back


def _forget_untold(session: Session, registration: Registration, *, now: datetime) -> None:
    """Take a refusal back of which the person was not told yet: they leave by themselves."""
    if registration.state is RegistrationState.DECLINED and registration.letter_at is not None:
        drop_letter(session, registration, now=now)
        why = "The person withdrew before the letter left."
        move(session, registration, RegistrationEvent.UNDO, actor_id=None, now=now, reason=why)


def cancel(session: Session, registration_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> int:
    """Cancel an application as an organizer; everything that was paid goes back. Return the cents that do.

    Refuses one's own: it is withdrawn, under the terms that hold for everybody.
    """
    if not reason.strip():
        raise InvalidInput("Write why: the person reads it.")
    registration = locked(session, registration_id)
    refuse_own(session, registration, actor_id)
    advance(TRANSITIONS, registration.state, RegistrationEvent.CANCEL, thing=THING)
    back = kept_cents(payment_of(session, registration.id))
    release(session, registration, reason=reason, actor_id=actor_id, now=now, refund_cents=back, by_staff=True)
    move(session, registration, RegistrationEvent.CANCEL, actor_id=actor_id, now=now, reason=reason.strip())
    tell(
        session, registration, "cancelled", now=now, words=reason.strip(), refund=_sum(registration, back),
        back_by=back_by(payment_of(session, registration.id)),
    )  # fmt: skip
    return back


def expire(session: Session, registration_id: UUID, *, now: datetime) -> bool:
    """End an offer or a payment deadline that has passed; tell whether it did. Harmless when nothing is due."""
    registration = locked(session, registration_id)
    deadline, template = _deadline(registration)
    if deadline is None or now < deadline:
        return False
    payment = payment_of(session, registration.id)
    if payment is not None and payment.state is PaymentState.PROCESSING:
        outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=now + BANK_IS_BUSY)
        return False
    back = _carried_back(session, registration, payment, now)
    release(session, registration, reason="The deadline passed.", actor_id=None, now=now, refund_cents=back)
    move(session, registration, RegistrationEvent.EXPIRE, actor_id=None, now=now, reason="The deadline passed.")
    tell(session, registration, template, now=now, deadline=deadline)
    return True


def _carried_back(session: Session, registration: Registration, payment: PaymentRow | None, now: datetime) -> int:
    """Return what goes back, by the terms, of money that was carried over to an application that expires."""
    if payment is None or not payment.carried_cents:
        return 0
    settings = settings_in_force(session, registration.summit_id)[1]
    return refund_if_withdrawn(payment, terms_of(registration), settings, now)


def _deadline(registration: Registration) -> tuple[datetime | None, str]:
    if registration.state is RegistrationState.OFFERED:
        return registration.offer_until, "offer_lapsed"
    if registration.state is RegistrationState.PAYMENT_DUE:
        return registration.pay_until, "payment_lapsed"
    return None, ""


def release(
    session: Session, registration: Registration, *, reason: str, actor_id: UUID | None, now: datetime,
    refund_cents: int = 0, by_staff: bool = False,
) -> None:  # fmt: skip
    """Give back the places, let the person owe nothing, and send back `refund_cents` of what was paid.

    A letter about a decision that has not left does not leave any more, a voucher goes back to its budget, and
    substitutions of the application fall away. What staff decide to send back may need a second person.
    """
    follow_leaver(session, registration, now=now)
    drop_letter(session, registration, now=now)
    drop_changes(session, registration, now=now)
    free_places(session, registration, now=now)
    for handler in on_leave:
        handler(session, registration.id, now)
    vouchers.release(session, subject_kind=KIND, subject_id=registration.id, now=now, actor_id=actor_id)
    payment = payment_of(session, registration.id)
    if payment is None or payment.state is PaymentState.VOIDED:
        return
    if payment.state is not PaymentState.SUCCEEDED:
        payments.void_payment(session, payment.id, reason=reason, actor_id=actor_id, now=now)
    if refund_cents:
        payments.request_refund(
            session, payment.id, amount_cents=refund_cents, reason=reason, actor_id=actor_id, now=now,
            by_staff=by_staff,
        )  # fmt: skip


def _sum(registration: Registration, cents: int) -> Money | None:
    return Money(cents, terms_of(registration).currency) if cents else None
