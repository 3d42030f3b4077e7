"""The letter about a decision: held until it may leave, worded anew meanwhile, dropped when the decision falls."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, Refused
from app.core.states import advance
from app.notifications import outbox
from app.registration.desk_models import DecisionLetter
from app.registration.models import Registration
from app.registration.rules.letters import Letter, Words, faults
from app.registration.services.moves import locked, refuse_stranger
from app.registration.states import LETTER_TRANSITIONS, LetterEvent, LetterKind, LetterState

SEND_DECISION = "registration.send_decision"
"""The job that lets the letter about a decision leave, and does what the decision brings with it."""
THING = "letter"


class LetterLeft(Refused):
    """The applicant has been told, so the decision can be neither undone nor worded otherwise."""

    code = "letter_left"


def hold_letter(
    session: Session, registration: Registration, kind: LetterKind, facts: Mapping[str, object], *,
    actor_id: UUID | None, now: datetime, delay_minutes: int, wording: Words | None = None,
) -> DecisionLetter:  # fmt: skip
    """Keep the letter about a decision just taken; with a delay it waits, and a job lets it leave."""
    if wording is not None:
        refuse_unfit(kind, wording)
    letter = DecisionLetter(
        registration_id=registration.id, kind=kind, state=LetterState.WAITING, facts=dict(facts),
        subject=wording.subject.strip() if wording else "", body=wording.body.strip() if wording else "",
        made_by=actor_id, made_at=now, leaves_at=now + timedelta(minutes=delay_minutes),
    )  # fmt: skip
    session.add(letter)
    session.flush()
    if delay_minutes:
        registration.letter_at = letter.leaves_at
        outbox.queue(session, SEND_DECISION, {"letter": str(letter.id)}, now=now, run_at=letter.leaves_at)
    return letter


def waiting_letter(session: Session, registration_id: UUID) -> DecisionLetter | None:
    """Return the letter that waits for an application under lock, None when none does."""
    wanted = select(DecisionLetter).where(
        DecisionLetter.registration_id == registration_id, DecisionLetter.state == LetterState.WAITING
    )
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def letter_that_can_change(session: Session, registration: Registration, *, now: datetime) -> DecisionLetter:
    """Return the letter that waits for an application under lock. Raises LetterLeft when none does any more."""
    letter = waiting_letter(session, registration.id)
    if letter is None or now >= letter.leaves_at:
        raise LetterLeft(
            "The letter has left, or none was waiting. Ask an organizer to cancel the application, or reconsider it."
        )
    return letter


def close_letter(
    session: Session, registration: Registration, letter: DecisionLetter, event: LetterEvent, *, now: datetime
) -> None:
    """Let a letter leave, or drop it."""
    letter.state = advance(LETTER_TRANSITIONS, letter.state, event, thing=THING)
    letter.closed_at = now
    registration.letter_at = None
    session.flush()


def drop_letter(session: Session, registration: Registration, *, now: datetime) -> None:
    """Drop the letter that waits for an application under lock, if one does: it came otherwise."""
    if registration.letter_at is not None and (letter := waiting_letter(session, registration.id)) is not None:
        close_letter(session, registration, letter, LetterEvent.DROP, now=now)


def keep_as_sent(letter: DecisionLetter, sent: Letter | None) -> None:
    """Keep what was written, as it left."""
    if sent is not None:
        letter.subject, letter.body = sent.subject, sent.text


def wording_of(letter: DecisionLetter) -> Words | None:
    """Return the words written for this one decision, None while those in force are to be used."""
    return Words(letter.subject, letter.body) if letter.body else None


def reword_letter(
    session: Session, registration_id: UUID, wording: Words | None, *, actor_id: UUID, now: datetime
) -> None:
    """Write the words of one letter anew before it leaves; None goes back to the words in force."""
    registration = locked(session, registration_id)
    refuse_stranger(session, registration, actor_id)
    letter = letter_that_can_change(session, registration, now=now)
    if wording is not None:
        refuse_unfit(letter.kind, wording)
    letter.subject, letter.body = (wording.subject.strip(), wording.body.strip()) if wording else ("", "")
    audit.record(
        session, "registration.letter_worded", ("registration", registration.id), actor_id=actor_id,
        detail={"kind": letter.kind, "as_template": wording is None},
    )  # fmt: skip
    session.flush()


class UnfitWords(InvalidInput):
    """The words cannot be sent; `faults` names every fault and its field."""

    def __init__(self, kind: LetterKind, wording: Words) -> None:
        self.faults = faults(kind, wording)
        super().__init__(" ".join(fault.message for fault in self.faults))


def refuse_unfit(kind: LetterKind, wording: Words) -> None:
    """Raise UnfitWords for words that cannot be sent as this kind of letter."""
    if faults(kind, wording):
        raise UnfitWords(kind, wording)
