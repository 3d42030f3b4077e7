"""Decide about an application: approve, decline, waitlist, ask; nobody decides on their own."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import InvalidInput, Refused
from app.core.money import Money
from app.core.states import advance
from app.notifications import outbox
from app.payments import services as payments
from app.registration.models import Registration
from app.registration.queries.money import KIND, payment_of
from app.registration.services.badges import new_badge_code
from app.registration.services.leave import release
from app.registration.services.letters import tell
from app.registration.services.moves import THING, locked, move, refuse_own, settings_in_force, terms_of
from app.registration.services.places import EXPIRE, MOVE_WAITLIST, take_places
from app.registration.states import (
    DECLINE_LABELS,
    TRANSITIONS,
    DeclineReason,
    RegistrationEvent,
)
from app.screening import services as screening


def approve(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, max_list_age_days: int | None,
    words: str = "", seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Approve: needs a current screening result and a place in every pool, takes the places, asks for the fee.

    Raises PoolFull naming what is full, Refused while screening is not clear (`max_list_age_days` as screening
    reads it), OwnApplication, or TransitionRefused.
    """
    registration = _to_decide(session, registration_id, RegistrationEvent.APPROVE, actor_id, seen_moves)
    screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
    _version, settings = settings_in_force(session, registration.summit_id)
    take_places(session, registration, settings, now=now)
    _decided(registration, actor_id, "", words, now)
    move(session, registration, RegistrationEvent.APPROVE, actor_id=actor_id, now=now, reason=words)
    ask_for_fee(session, registration, now=now, template="approved")


def decline(
    session: Session, registration_id: UUID, *, reason: DeclineReason, actor_id: UUID, now: datetime, words: str = "",
    seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Decline for a listed reason; OTHER needs words. What was reserved or saved is given up."""
    if reason is DeclineReason.OTHER and not words.strip():
        raise InvalidInput("Write the reason: 'another reason' says nothing to the applicant.")
    registration = _to_decide(session, registration_id, RegistrationEvent.DECLINE, actor_id, seen_moves)
    release(session, registration, reason="The application was declined.", actor_id=actor_id, now=now)
    _decided(registration, actor_id, reason, words, now)
    said = f"{DECLINE_LABELS[reason]}. {words}".strip()
    move(session, registration, RegistrationEvent.DECLINE, actor_id=actor_id, now=now, reason=said)
    tell(session, registration, "declined", now=now, reason=DECLINE_LABELS[reason], words=words)


def put_on_waitlist(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, priority: int = 0, words: str = "",
    seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Let an application wait for a place; a higher `priority` (0 to 9) is offered a place sooner."""
    if not 0 <= priority <= 9:
        raise InvalidInput("The priority is a number from 0 to 9.")
    registration = _to_decide(session, registration_id, RegistrationEvent.WAITLIST, actor_id, seen_moves)
    registration.priority, registration.waitlisted_at = priority, now
    _decided(registration, actor_id, "", words, now)
    move(session, registration, RegistrationEvent.WAITLIST, actor_id=actor_id, now=now, reason=words)
    tell(session, registration, "waitlisted", now=now, words=words, offer_days=terms_of(registration).offer_days)
    outbox.queue(session, MOVE_WAITLIST, {"summit": str(registration.summit_id)}, now=now)


def ask(
    session: Session, registration_id: UUID, question: str, *, actor_id: UUID, now: datetime,
    seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Ask the applicant for information; their answer brings the application back into review."""
    if not question.strip():
        raise InvalidInput("Write what you need to know.")
    registration = _to_decide(session, registration_id, RegistrationEvent.ASK, actor_id, seen_moves)
    registration.question, registration.answer = question.strip(), ""
    move(session, registration, RegistrationEvent.ASK, actor_id=actor_id, now=now, reason=question.strip())
    tell(session, registration, "question", now=now, question=question.strip())


def _to_decide(
    session: Session, registration_id: UUID, event: RegistrationEvent, actor_id: UUID, seen_moves: int | None
) -> Registration:
    """Return the application under lock, if this person may take this step now."""
    registration = locked(session, registration_id, seen_moves=seen_moves)
    refuse_own(session, registration, actor_id)
    advance(TRANSITIONS, registration.state, event, thing=THING)
    return registration


def _decided(registration: Registration, actor_id: UUID, reason: str, words: str, now: datetime) -> None:
    registration.decided_at, registration.decided_by = now, actor_id
    registration.decision_reason, registration.decision_words = reason, words.strip()


def ask_for_fee(session: Session, registration: Registration, *, now: datetime, template: str) -> None:
    """Charge an approved application its own price, with a deadline; without a fee it is confirmed at once."""
    terms = terms_of(registration)
    if not terms.price_cents:
        confirm(session, registration, RegistrationEvent.CONFIRM, now=now)
        return
    registration.pay_until = now + timedelta(days=terms.payment_days)
    move(session, registration, RegistrationEvent.REQUEST_PAYMENT, actor_id=None, now=now)
    price = Money(terms.price_cents, terms.currency)
    tell(session, registration, template, now=now, price=price, pay_until=registration.pay_until)
    payment = payment_of(session, registration.id)
    if payment is None:
        raise Refused("This application has a fee but no payment was opened for it. Ask the applicant to save a card.")
    payments.request_charge(
        session, payment.id, amount_cents=terms.price_cents, currency=terms.currency, now=now,
        pay_by=registration.pay_until,
    )  # fmt: skip
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=registration.pay_until)


def confirm(session: Session, registration: Registration, event: RegistrationEvent, *, now: datetime) -> None:
    """Confirm the place and send the badge."""
    registration.badge_code = registration.badge_code or new_badge_code()
    registration.confirmed_at = now
    move(session, registration, event, actor_id=None, now=now)
    tell(session, registration, "confirmed", now=now)
