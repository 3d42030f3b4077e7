"""Decide about an application: approve, decline, waitlist, ask; nobody decides on their own.

The applicant is told, and the fee asked for, when the letter leaves: at once, or after the delay organizers set.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import crash
from app.core.errors import InvalidInput, Refused
from app.core.states import advance
from app.notifications import outbox
from app.registration.desk_models import DecisionLetter
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.queries.reasons import reason_in_force
from app.registration.rules.letters import Letter, Words
from app.registration.services.badges import new_badge_code
from app.registration.services.fee import charge_fee, days_to_pay, fee_due, fee_payment, waive_fee
from app.registration.services.leave import release
from app.registration.services.letters import HOW_ASKED, tell
from app.registration.services.moves import THING, locked, move, refuse_stranger, settings_in_force, terms_of
from app.registration.services.places import MOVE_WAITLIST, free_places, take_places
from app.registration.services.posting import (
    SEND_DECISION,
    close_letter,
    drop_letter,
    hold_letter,
    keep_as_sent,
    waiting_letter,
    wording_of,
)
from app.registration.services.ready import require_ready
from app.registration.services.second import agree
from app.registration.services.substitute import pass_over, predecessor_of
from app.registration.services.thread import questions_told, write_question
from app.registration.services.undo import take_back
from app.registration.states import (
    TRANSITIONS,
    LetterEvent,
    LetterKind,
    LetterState,
    RegistrationEvent,
    RegistrationState,
)
from app.screening import services as screening
from app.screening.queries import case_for
from app.screening.states import CaseState

WAIT_FOR_LIST = timedelta(minutes=5)
"""How much longer an approval waits while its names are compared with a newer list."""


def approve(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, max_list_age_days: int | None,
    words: str = "", seen_moves: int | None = None, over_target_reason: str = "", wording: Words | None = None,
) -> None:  # fmt: skip
    """Approve: needs a current screening result and a place in every pool, takes the places, asks for the fee.

    The fee is asked for when the letter leaves. Raises PoolFull naming what is full, OverTarget for a soft target
    passed without a reason, Refused while screening is not clear (`max_list_age_days` as screening reads it), NotReady,
    NeedsSecondReviewer, OwnApplication, or TransitionRefused.
    """
    registration = _to_decide(session, registration_id, RegistrationEvent.APPROVE, actor_id, seen_moves)
    screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
    require_ready(session, registration)
    agree(session, registration, actor_id=actor_id, now=now)
    _version, settings = settings_in_force(session, registration.summit_id)
    take_places(
        session, registration, settings, now=now, over_target_reason=over_target_reason, actor_id=actor_id,
        besides=predecessor_of(session, registration),
    )  # fmt: skip
    _decided(registration, actor_id, "", words, now)
    move(session, registration, RegistrationEvent.APPROVE, actor_id=actor_id, now=now, reason=words)
    kind = LetterKind.APPROVED if fee_due(session, registration).cents else LetterKind.CONFIRMED
    _announce(session, registration, kind, {"words": words}, actor_id=actor_id, now=now, wording=wording)
    crash.point("approve.decided")


def decline(
    session: Session, registration_id: UUID, *, reason: str, actor_id: UUID, now: datetime, words: str = "",
    seen_moves: int | None = None, wording: Words | None = None,
) -> None:  # fmt: skip
    """Decline for a listed reason (its key); some need words. What was reserved or saved is given up.

    Places are free at once. What was saved to pay with is given up when the letter leaves, or at once where the fee
    was asked for already.
    """
    registration = _to_decide(session, registration_id, RegistrationEvent.DECLINE, actor_id, seen_moves)
    chosen = reason_in_force(session, registration.summit_id, reason)
    if chosen.needs_words and not words.strip():
        raise InvalidInput(f"Write the reason: '{chosen.label}' says nothing to the applicant.")
    if registration.state is RegistrationState.PAYMENT_DUE:
        release(session, registration, reason="The application was declined.", actor_id=actor_id, now=now)
    drop_letter(session, registration, now=now)
    free_places(session, registration, now=now)
    _decided(registration, actor_id, reason, words, now)
    said = f"{chosen.public_words}. {words}".strip()
    move(session, registration, RegistrationEvent.DECLINE, actor_id=actor_id, now=now, reason=said)
    facts = {"reason": chosen.public_words, "words": words}
    _announce(session, registration, LetterKind.DECLINED, facts, actor_id=actor_id, now=now, wording=wording)


def put_on_waitlist(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, priority: int = 0, words: str = "",
    seen_moves: int | None = None, wording: Words | None = None,
) -> None:  # fmt: skip
    """Let an application wait for a place; a higher `priority` (0 to 9) is offered a place sooner."""
    if not 0 <= priority <= 9:
        raise InvalidInput("The priority is a number from 0 to 9.")
    registration = _to_decide(session, registration_id, RegistrationEvent.WAITLIST, actor_id, seen_moves)
    require_ready(session, registration)
    registration.priority, registration.waitlisted_at = priority, now
    _decided(registration, actor_id, "", words, now)
    move(session, registration, RegistrationEvent.WAITLIST, actor_id=actor_id, now=now, reason=words)
    facts = {"words": words, "offer_days": terms_of(registration).offer_days}
    _announce(session, registration, LetterKind.WAITLISTED, facts, actor_id=actor_id, now=now, wording=wording)


def ask(
    session: Session, registration_id: UUID, question: str, *, actor_id: UUID, now: datetime,
    seen_moves: int | None = None, wording: Words | None = None,
) -> None:  # fmt: skip
    """Ask the applicant for information; their answer brings the application back into review.

    Somebody who has a question to answer already gets the next one at once.
    """
    if not question.strip():
        raise InvalidInput("Write what you need to know.")
    registration = _to_decide(session, registration_id, RegistrationEvent.ASK, actor_id, seen_moves)
    is_asked_already = registration.state is RegistrationState.NEEDS_INFORMATION
    send_waiting(session, registration, now=now)
    registration.question, registration.answer = question.strip(), ""
    write_question(session, registration, question.strip(), actor_id=actor_id, now=now)
    move(session, registration, RegistrationEvent.ASK, actor_id=actor_id, now=now, reason=question.strip())
    facts = {"question": question.strip()}
    _announce(
        session, registration, LetterKind.QUESTION, facts, actor_id=actor_id, now=now, wording=wording,
        at_once=is_asked_already,
    )  # fmt: skip


def _to_decide(
    session: Session, registration_id: UUID, event: RegistrationEvent, actor_id: UUID, seen_moves: int | None
) -> Registration:
    """Return the application under lock, if this person may take this step now."""
    registration = locked(session, registration_id, seen_moves=seen_moves)
    refuse_stranger(session, registration, actor_id)
    advance(TRANSITIONS, registration.state, event, thing=THING)
    return registration


def _decided(registration: Registration, actor_id: UUID, reason: str, words: str, now: datetime) -> None:
    registration.decided_at, registration.decided_by = now, actor_id
    registration.decision_reason, registration.decision_words = reason, words.strip()


def _announce(
    session: Session, registration: Registration, kind: LetterKind, facts: Mapping[str, object], *, actor_id: UUID,
    now: datetime, wording: Words | None, at_once: bool = False,
) -> None:  # fmt: skip
    """Write the letter about a decision; without a delay it leaves at once, with all that comes with it."""
    delay = 0 if at_once else settings_in_force(session, registration.summit_id)[1].decision_delay_minutes
    letter = hold_letter(
        session, registration, kind, facts, actor_id=actor_id, now=now, delay_minutes=delay, wording=wording
    )
    if not delay:
        _send(session, registration, letter, now=now)


def send_decision(session: Session, letter_id: UUID, *, now: datetime, max_list_age_days: int | None) -> bool:
    """Let the letter about a decision leave, and with it what the decision brings; tell whether it did.

    Harmless when the decision was undone or the letter has left. An approval whose screening is no longer clear
    goes back into review instead; while the names are being compared with a newer list it waits.
    """
    letter = session.get(DecisionLetter, letter_id)
    if letter is None:
        return False
    registration = locked(session, letter.registration_id)
    session.refresh(letter)
    if letter.state is not LetterState.WAITING or now < letter.leaves_at:
        return False
    if registration.state is RegistrationState.APPROVED:
        try:
            screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
        except Refused as refusal:
            _not_clear(session, registration, letter, refusal.message, now=now)
            return False
    _send(session, registration, letter, now=now)
    return True


def _not_clear(
    session: Session, registration: Registration, letter: DecisionLetter, why: str, *, now: datetime
) -> None:
    """Take an approval back whose screening case moved; one that only waits for a newer list waits on."""
    case = case_for(session, KIND, registration.id)
    if case is None or case.state is not CaseState.CLEARED:
        take_back(session, registration, letter, actor_id=None, reason=why, now=now)
        return
    letter.leaves_at = registration.letter_at = now + WAIT_FOR_LIST
    outbox.queue(session, SEND_DECISION, {"letter": str(letter.id)}, now=now, run_at=letter.leaves_at)


def _send(session: Session, registration: Registration, letter: DecisionLetter, *, now: datetime) -> None:
    wording, facts = wording_of(letter), letter.facts
    close_letter(session, registration, letter, LetterEvent.SEND, now=now)
    if letter.kind in (LetterKind.APPROVED, LetterKind.CONFIRMED):
        told = LetterKind.APPROVED if fee_due(session, registration).cents else LetterKind.CONFIRMED
        fitting = wording if told is letter.kind else None  # a waiver came, or went, since it was written
        sent = ask_for_fee(session, registration, now=now, template="approved", wording=fitting, **facts)
    else:
        if letter.kind is LetterKind.DECLINED:
            release(session, registration, reason="The application was declined.", actor_id=letter.made_by, now=now)
        sent = tell(session, registration, letter.kind, now=now, wording=wording, **facts)
    keep_as_sent(letter, sent)
    if letter.kind is LetterKind.WAITLISTED:
        outbox.queue(session, MOVE_WAITLIST, {"summit": str(registration.summit_id)}, now=now)
    if letter.kind is LetterKind.QUESTION:
        questions_told(session, registration, now=now)


def send_waiting(session: Session, registration: Registration, *, now: datetime) -> None:
    """Let the letter that waits for an application under lock leave at once, if one does."""
    if registration.letter_at is not None and (letter := waiting_letter(session, registration.id)) is not None:
        _send(session, registration, letter, now=now)


def ask_for_fee(
    session: Session, registration: Registration, *, now: datetime, template: str, wording: Words | None = None,
    words: str = "",
) -> Letter | None:  # fmt: skip
    """Charge an approved application what it owes, with a deadline; with nothing to pay it is confirmed at once.

    A place that it takes over passes to it first, and what was paid for that place counts.

    Returns the letter that told so.
    """
    predecessor, terms = pass_over(session, registration, now=now), terms_of(registration)
    due = fee_due(session, registration)
    if not due.cents:
        waive_fee(session, registration, predecessor=predecessor, now=now)
        return confirm(session, registration, RegistrationEvent.CONFIRM, now=now, wording=wording, words=words)
    days = days_to_pay(terms, fee_payment(session, registration))
    registration.pay_until = now + timedelta(days=days)
    move(session, registration, RegistrationEvent.REQUEST_PAYMENT, actor_id=None, now=now)
    letter = tell(
        session, registration, template, now=now, wording=wording, price=due, pay_until=registration.pay_until,
        words=words, how_asked=HOW_ASKED[fee_payment(session, registration).method],
    )  # fmt: skip
    charge_fee(session, registration, due, predecessor=predecessor, now=now)
    return letter


def confirm(
    session: Session, registration: Registration, event: RegistrationEvent, *, now: datetime,
    wording: Words | None = None, words: str = "",
) -> Letter | None:  # fmt: skip
    """Confirm the place and send the badge; return the letter that told so."""
    registration.badge_code = registration.badge_code or new_badge_code()
    registration.confirmed_at = now
    move(session, registration, event, actor_id=None, now=now)
    return tell(session, registration, "confirmed", now=now, wording=wording, words=words)
