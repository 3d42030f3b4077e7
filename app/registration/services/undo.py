"""Take a decision back: undo it before its letter leaves, or reconsider a refusal afterwards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.db import explained
from app.core.errors import InvalidInput, Refused
from app.core.money import Money
from app.core.states import advance
from app.payments import services as payments
from app.payments import vouchers
from app.registration.desk_models import DecisionLetter
from app.registration.models import Registration
from app.registration.queries.money import KIND, payment_of
from app.registration.services.fee import fee_due
from app.registration.services.letters import tell
from app.registration.services.moves import THING, locked, move, note, refuse_stranger
from app.registration.services.places import free_places
from app.registration.services.posting import close_letter, letter_that_can_change
from app.registration.services.thread import close_questions
from app.registration.states import TRANSITIONS, LetterEvent, RegistrationEvent

ANOTHER_LIVES = {
    "uq_registrations_live_person": Refused("The person has another application by now. Decide about that one.")
}


def undo(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, reason: str = "",
    seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Undo a decision whose letter has not left: the places are free again, the application is in review.

    Raises LetterLeft once the applicant was told, Refused when the fee had been asked for and was written off.
    """
    registration = locked(session, registration_id, seen_moves=seen_moves)
    refuse_stranger(session, registration, actor_id)
    letter = letter_that_can_change(session, registration, now=now)
    advance(TRANSITIONS, registration.state, RegistrationEvent.UNDO, thing=THING)
    _reopen_payment(session, registration, reason=reason.strip(), actor_id=actor_id, now=now)
    take_back(session, registration, letter, actor_id=actor_id, reason=reason.strip(), now=now)


def _reopen_payment(
    session: Session, registration: Registration, *, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Let the fee be asked for after all where declining wrote it off. Raises Refused when it had been asked for."""
    if (payment := payment_of(session, registration.id)) is not None:
        payments.reopen_payment(session, payment.id, reason=reason, actor_id=actor_id, now=now)


def take_back(
    session: Session, registration: Registration, letter: DecisionLetter, *, actor_id: UUID | None, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    """Bring an application under lock back into review, dropping its waiting letter; None is the system."""
    close_letter(session, registration, letter, LetterEvent.DROP, now=now)
    free_places(session, registration, now=now)
    close_questions(session, registration, now=now)
    _as_undecided(registration)
    with explained(ANOTHER_LIVES):
        move(session, registration, RegistrationEvent.UNDO, actor_id=actor_id, now=now, reason=reason)


def reconsider(
    session: Session, registration_id: UUID, *, reason: str, actor_id: UUID, now: datetime,
    seen_moves: int | None = None,
) -> Money | None:  # fmt: skip
    """Bring a declined application back into review after its letter left, for a reason that is kept.

    Its terms stay those of the day it was submitted, and its voucher is held again. Where that is used up meanwhile,
    the applicant is told what the fee is without it, and that fee is returned. Refuses while the person has another
    application, and when the fee had been asked for.
    """
    if not reason.strip():
        raise InvalidInput("Write why it is reconsidered: the record keeps it.")
    registration = locked(session, registration_id, seen_moves=seen_moves)
    refuse_stranger(session, registration, actor_id)
    if registration.letter_at is not None:
        raise Refused("The letter has not left yet. Undo the decision instead.")
    advance(TRANSITIONS, registration.state, RegistrationEvent.RECONSIDER, thing=THING)
    _reopen_payment(session, registration, reason=reason.strip(), actor_id=actor_id, now=now)
    _as_undecided(registration)
    with explained(ANOTHER_LIVES):
        move(session, registration, RegistrationEvent.RECONSIDER, actor_id=actor_id, now=now, reason=reason.strip())
    return _hold_voucher_again(session, registration, actor_id=actor_id, now=now)


def _hold_voucher_again(session: Session, registration: Registration, *, actor_id: UUID, now: datetime) -> Money | None:
    """Hold the voucher that declining released; tell the applicant, and return the fee, when that cannot be."""
    if vouchers.hold_again(session, subject_kind=KIND, subject_id=registration.id, now=now, actor_id=actor_id):
        return None
    due = fee_due(session, registration)
    if not due.cents:
        return None
    note(session, registration, f"The voucher is used up by now: the fee is {due}.", actor_id=actor_id, now=now)
    tell(session, registration, "voucher_gone", now=now, due=due)
    return due


def _as_undecided(registration: Registration) -> None:
    registration.decided_at = registration.decided_by = registration.waitlisted_at = None
    registration.decision_reason = registration.decision_words = ""
