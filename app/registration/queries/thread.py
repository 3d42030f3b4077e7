"""Questions and answers about one application, in order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.registration.desk_models import RegistrationMessage
from app.registration.states import Speaker


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A question or an answer; `told_at` is empty while the applicant has not been sent the question."""

    number: int
    speaker: Speaker
    author: str
    words: str
    files: list[UUID]
    at: datetime
    told_at: datetime | None
    closed_at: datetime | None

    @property
    def is_question(self) -> bool:
        return self.speaker is Speaker.DESK

    @property
    def waits_for_answer(self) -> bool:
        return self.is_question and self.told_at is not None and self.closed_at is None

    @property
    def was_taken_back(self) -> bool:
        """Tell whether the question was taken back before the applicant was sent it."""
        return self.is_question and self.told_at is None and self.closed_at is not None


def thread_of(session: Session, registration_id: UUID, *, as_told: bool = False) -> list[MessageRow]:
    """Return the thread of an application, oldest first; `as_told` leaves out what the applicant was not sent."""
    wanted = (
        select(RegistrationMessage, User.name)
        .join(User, User.id == RegistrationMessage.author_id)
        .where(RegistrationMessage.registration_id == registration_id)
        .order_by(RegistrationMessage.number)
    )
    if as_told:
        wanted = wanted.where(RegistrationMessage.told_at.is_not(None))
    return [
        MessageRow(
            m.number, m.speaker, name, m.words, [UUID(one) for one in m.files], m.at, m.told_at, m.closed_at
        )
        for m, name in session.execute(wanted)
    ]  # fmt: skip
