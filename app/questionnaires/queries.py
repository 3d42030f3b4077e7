"""Reads of this room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.questionnaires.models import Questionnaire, QuestionnaireReply, QuestionnaireVersion
from app.questionnaires.rules.definition import Definition, definition_from
from app.questionnaires.states import VersionState


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a questionnaire with what it asks."""

    id: UUID
    questionnaire_id: UUID
    key: str
    title: str
    number: int
    state: VersionState
    definition: Definition
    edits: int
    edited_at: datetime
    edited_by: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """What a subject answered, with the version that asked."""

    version: VersionRow
    answers: dict[str, Any]
    edits: int
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionnaireRow:
    """A questionnaire in the organizers' list; `version` 0: nothing is published yet."""

    id: UUID
    key: str
    title: str
    version: int
    has_draft: bool
    replies: int


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A published version in the list of all of them."""

    number: int
    published_at: datetime
    published_by: str | None


VERSION = (
    select(QuestionnaireVersion, Questionnaire.key, Questionnaire.title, User.name)
    .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
    .outerjoin(User, User.id == QuestionnaireVersion.edited_by)
)


def current(session: Session, key: str, summit_id: UUID | None = None) -> VersionRow | None:
    """Return the version in force of the questionnaire `key`, None when nothing is asked.

    Without `summit_id` it is that of the newest summit that has one.
    """
    wanted = VERSION.where(Questionnaire.key == key, QuestionnaireVersion.number == Questionnaire.version)
    if summit_id is not None:
        wanted = wanted.where(Questionnaire.summit_id == summit_id)
    row = session.execute(wanted.order_by(Questionnaire.created_at.desc(), Questionnaire.id).limit(1)).one_or_none()
    return None if row is None else _version(*row)


def version(session: Session, version_id: UUID) -> VersionRow | None:
    """Return one version."""
    row = session.execute(VERSION.where(QuestionnaireVersion.id == version_id)).one_or_none()
    return None if row is None else _version(*row)


def _version(found: QuestionnaireVersion, key: str, title: str, editor: str | None) -> VersionRow:
    return VersionRow(
        id=found.id, questionnaire_id=found.questionnaire_id, key=key, title=title, number=found.number,
        state=found.state, definition=definition_from(found.content), edits=found.edits, edited_at=found.edited_at,
        edited_by=editor, published_at=found.published_at,
    )  # fmt: skip


def personal_keys(session: Session, key: str, summit_id: UUID) -> frozenset[str]:
    """Return the keys of all questions that any version of a questionnaire marks as personal."""
    wanted = select(QuestionnaireVersion.content).join(
        Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id
    )
    wanted = wanted.where(Questionnaire.key == key, Questionnaire.summit_id == summit_id)
    asked = (question for content in session.scalars(wanted) for question in definition_from(content).questions())
    return frozenset(question.key for question in asked if question.is_personal)


def reply(session: Session, key: str, subject_kind: str, subject_id: UUID) -> ReplyRow | None:
    """Return what a subject answered to the questionnaire `key`, with the version it answered."""
    wanted = (
        select(QuestionnaireReply)
        .join(Questionnaire, Questionnaire.id == QuestionnaireReply.questionnaire_id)
        .where(
            Questionnaire.key == key, QuestionnaireReply.subject_kind == subject_kind,
            QuestionnaireReply.subject_id == subject_id,
        )
    )  # fmt: skip
    found = session.scalars(wanted).one_or_none()
    if found is None:
        return None
    asked = version(session, found.version_id)
    if asked is None:
        raise LookupError(f"Reply {found.id} answers a version that is gone.")
    return ReplyRow(asked, dict(found.answers), found.edits, found.saved_at)


def questionnaires(session: Session, summit_id: UUID) -> list[QuestionnaireRow]:
    """Return the questionnaires of a summit by title; there are few."""
    drafts = select(func.count()).where(
        QuestionnaireVersion.questionnaire_id == Questionnaire.id, QuestionnaireVersion.state == VersionState.DRAFT
    )
    replies = select(func.count()).where(QuestionnaireReply.questionnaire_id == Questionnaire.id)
    wanted = select(
        Questionnaire.id, Questionnaire.key, Questionnaire.title, Questionnaire.version, drafts.scalar_subquery(),
        replies.scalar_subquery(),
    ).where(Questionnaire.summit_id == summit_id)  # fmt: skip
    return [
        QuestionnaireRow(row[0], row[1], row[2], row[3], bool(row[4]), row[5])
        for row in session.execute(wanted.order_by(Questionnaire.title, Questionnaire.key).limit(100))
    ]


def questionnaire(session: Session, questionnaire_id: UUID) -> Questionnaire | None:
    """Return one questionnaire."""
    return session.get(Questionnaire, questionnaire_id)


def in_force(session: Session, questionnaire_id: UUID) -> VersionRow | None:
    """Return the published version in force, None before the first."""
    wanted = VERSION.where(Questionnaire.id == questionnaire_id, QuestionnaireVersion.number == Questionnaire.version)
    row = session.execute(wanted).one_or_none()
    return None if row is None else _version(*row)


def draft(session: Session, questionnaire_id: UUID) -> VersionRow | None:
    """Return the draft that is being edited, None when there is none."""
    wanted = VERSION.where(Questionnaire.id == questionnaire_id, QuestionnaireVersion.state == VersionState.DRAFT)
    row = session.execute(wanted).one_or_none()
    return None if row is None else _version(*row)


def past_versions(session: Session, questionnaire_id: UUID) -> list[PastVersion]:
    """Return the newest fifty published versions, newest first."""
    wanted = (
        select(QuestionnaireVersion.number, QuestionnaireVersion.published_at, User.name)
        .outerjoin(User, User.id == QuestionnaireVersion.published_by)
        .where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.published_at.is_not(None)
        )
        .order_by(QuestionnaireVersion.number.desc())
        .limit(50)
    )
    return [PastVersion(number, at, name) for number, at, name in session.execute(wanted) if at is not None]
