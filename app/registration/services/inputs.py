"""Keep what stands in the inputs of a page while somebody types, fit or not, and notice a second device."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, Refused
from app.questionnaires import services as questionnaires
from app.registration.application_models import RegistrationDraft
from app.registration.queries.application import LETTER, asked_of
from app.registration.queries.money import KIND
from app.registration.services.apply import own_draft
from app.registration.services.moves import locked

MOST_CHARACTERS = 100_000
ONE_SITTING = timedelta(minutes=30)
"""Saves while somebody types are one line of the record as long as they follow each other this closely."""


class SavedElsewhere(Refused):
    """The page was saved from another device or window after it was opened here."""

    code = "saved_elsewhere"


def save_inputs(
    session: Session, registration_id: UUID, page: str, inputs: Mapping[str, Sequence[str]], *, seen_edits: int,
    actor_id: UUID, now: datetime,
) -> int:  # fmt: skip
    """Keep what stands in the inputs of a draft's page as it is; return the number of its saves.

    Raises SavedElsewhere when the page was saved since `seen_edits`: nothing is overwritten unseen.
    """
    own_draft(session, registration_id, actor_id)
    if sum(len(one) for texts in inputs.values() for one in texts) > MOST_CHARACTERS:
        raise InvalidInput(f"The page holds more than {MOST_CHARACTERS:,} characters. Shorten it.")
    row = _seen(session, registration_id, page, seen_edits, now)
    is_new_sitting = not row.inputs or now - row.saved_at > ONE_SITTING
    row.inputs = {name: list(texts) for name, texts in inputs.items()}
    row.edits, row.saved_at = row.edits + 1, now
    session.flush()
    if is_new_sitting:
        audit.record(
            session, "registration.autosaved", ("registration", registration_id), actor_id=actor_id,
            detail={"page": page},
        )  # fmt: skip
    return row.edits


def note_page_saved(session: Session, registration_id: UUID, page: str, *, seen_edits: int, now: datetime) -> None:
    """Note that a page is being saved in earnest: what stood in its inputs is no longer needed.

    Raises SavedElsewhere when the page was saved since `seen_edits`. The caller has locked the application.
    """
    row = _seen(session, registration_id, page, seen_edits, now)
    row.inputs, row.edits, row.saved_at = {}, row.edits + 1, now
    session.flush()


def _seen(session: Session, registration_id: UUID, page: str, seen_edits: int, now: datetime) -> RegistrationDraft:
    wanted = select(RegistrationDraft).where(
        RegistrationDraft.registration_id == registration_id, RegistrationDraft.page == page
    )
    elsewhere = SavedElsewhere("This page was saved on another device or in another window after you opened it here.")
    row = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if (row.edits if row else 0) != seen_edits:
        raise elsewhere
    if row is None:
        row = RegistrationDraft(registration_id=registration_id, page=page, inputs={}, edits=0, saved_at=now)
        session.add(row)
        with explained({"uq_registration_drafts_registration_id_page": elsewhere}):
            session.flush()
    return row


def save_questions(
    session: Session, registration_id: UUID, answers: Mapping[str, Any], *, actor_id: UUID, now: datetime
) -> None:
    """Keep answers to the designed questions of a draft; one that is None is taken back."""
    draft = own_draft(session, registration_id, actor_id)
    asked = asked_of(session, draft)
    if asked.version is not None:
        questionnaires.save_answers(session, asked.version, KIND, draft.id, answers, actor_id=actor_id, now=now)


def save_letter(
    session: Session, registration_id: UUID, letter: Mapping[str, str] | None, *, actor_id: UUID, now: datetime
) -> None:
    """Keep the nomination letter of a draft: the id and the name of a file, None to take it back."""
    draft = own_draft(session, registration_id, actor_id)
    draft.answers = {**draft.answers, LETTER: dict(letter) if letter else None}
    session.flush()
    audit.record(
        session, "registration.saved", ("registration", draft.id), actor_id=actor_id,
        detail={"part": "Nomination letter", "at": now.isoformat()},
    )  # fmt: skip


def save_staff_answers(
    session: Session, registration_id: UUID, answers: Mapping[str, Any], *, seen_edits: int, actor_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    """Keep what the desk fills in itself. Raises AnsweredMeanwhile when somebody saved since `seen_edits`."""
    registration = locked(session, registration_id)
    asked = asked_of(session, registration)
    if asked.version is None:
        raise Refused("The questionnaire of this summit asks nothing that staff fill in.")
    questionnaires.save_answers(
        session, asked.version, KIND, registration.id, answers, actor_id=actor_id, is_staff=True,
        seen_edits=seen_edits, now=now,
    )  # fmt: skip
