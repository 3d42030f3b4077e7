"""Questions of the desk and answers of the applicant, kept as one thread; who does not answer is reminded."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.notifications import outbox
from app.registration.desk_models import RegistrationMessage
from app.registration.models import Registration
from app.registration.rules.days import add_business_days, business_days_between
from app.registration.services.letters import tell
from app.registration.services.moves import locked, settings_in_force
from app.registration.states import LetterKind, RegistrationState, Speaker

REMIND = "registration.remind_question"
"""The job that reminds an applicant of a question without an answer."""
REMIND_AFTER = (timedelta(days=3), timedelta(days=7))
"""How long after a question was sent its reminders leave."""


def write_question(
    session: Session, registration: Registration, words: str, *, actor_id: UUID, now: datetime
) -> RegistrationMessage:
    """Put a question into the thread; the applicant sees it when its letter leaves."""
    return _write(session, registration, Speaker.DESK, words, (), author_id=actor_id, now=now)


def write_answer(
    session: Session, registration: Registration, words: str, files: Sequence[UUID], *, actor_id: UUID, now: datetime
) -> None:
    """Put an answer into the thread; it answers every question the applicant has seen.

    The days the desk waited for it do not count towards the promised decision.
    """
    asked = _open_since(session, registration.id)
    if asked is not None and registration.decision_due_on is not None:
        _version, settings = settings_in_force(session, registration.summit_id)
        waited = business_days_between(settings.day_of(asked), settings.day_of(now), settings.holidays)
        registration.decision_due_on = add_business_days(registration.decision_due_on, waited, settings.holidays)
    close_questions(session, registration, now=now)
    _write(session, registration, Speaker.APPLICANT, words, files, author_id=actor_id, now=now).told_at = now


def close_questions(session: Session, registration: Registration, *, now: datetime) -> None:
    """Close every open question of an application: answered, or taken back."""
    open_ones = update(RegistrationMessage).where(
        RegistrationMessage.registration_id == registration.id, RegistrationMessage.speaker == Speaker.DESK,
        RegistrationMessage.closed_at.is_(None),
    )  # fmt: skip
    session.execute(open_ones.values(closed_at=now))


def questions_told(session: Session, registration: Registration, *, now: datetime) -> None:
    """Note that the applicant has been sent the open questions; reminders follow."""
    untold = update(RegistrationMessage).where(
        RegistrationMessage.registration_id == registration.id, RegistrationMessage.speaker == Speaker.DESK,
        RegistrationMessage.told_at.is_(None), RegistrationMessage.closed_at.is_(None),
    )  # fmt: skip
    session.execute(untold.values(told_at=now))
    for after in REMIND_AFTER:
        payload = {"registration": str(registration.id), "asked": now.isoformat()}
        outbox.queue(session, REMIND, payload, now=now, run_at=now + after)


def remind(session: Session, registration_id: UUID, *, asked: datetime, now: datetime) -> bool:
    """Remind an applicant of the question sent at `asked`, unless it was answered or another came since."""
    registration = locked(session, registration_id)
    if registration.state is not RegistrationState.NEEDS_INFORMATION or _newest_told(session, registration_id) != asked:
        return False
    _version, settings = settings_in_force(session, registration.summit_id)
    tell(
        session, registration, LetterKind.QUESTION_REMINDER, now=now, question=registration.question,
        asked_on=settings.day_of(asked),
    )  # fmt: skip
    return True


def _open_since(session: Session, registration_id: UUID) -> datetime | None:
    return session.scalar(select(func.min(RegistrationMessage.told_at)).where(*_open(registration_id)))


def _newest_told(session: Session, registration_id: UUID) -> datetime | None:
    return session.scalar(select(func.max(RegistrationMessage.told_at)).where(*_open(registration_id)))


def _open(registration_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        RegistrationMessage.registration_id == registration_id,
        RegistrationMessage.speaker == Speaker.DESK,
        RegistrationMessage.closed_at.is_(None),
    )


def _write(
    session: Session, registration: Registration, speaker: Speaker, words: str, files: Sequence[UUID], *,
    author_id: UUID, now: datetime,
) -> RegistrationMessage:  # fmt: skip
    last = select(func.max(RegistrationMessage.number)).where(RegistrationMessage.registration_id == registration.id)
    made = RegistrationMessage(
        registration_id=registration.id, number=(session.scalar(last) or 0) + 1, speaker=speaker, author_id=author_id,
        words=words, files=[str(one) for one in files], at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
