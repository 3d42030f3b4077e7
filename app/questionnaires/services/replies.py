"""Keep what people answered, and which version asked them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Refused
from app.documents import services as documents
from app.questionnaires.models import QuestionnaireReply
from app.questionnaires.queries import VersionRow, version


class AnsweredMeanwhile(Refused):
    """Somebody else saved answers to the same questions after this person opened the page."""

    code = "answered_meanwhile"


def save_answers(
    session: Session, asked: VersionRow, subject_kind: str, subject_id: UUID, answers: Mapping[str, Any], *,
    actor_id: UUID | None, only: Collection[str] | None = None, is_staff: bool = False,
    seen_edits: int | None = None, now: datetime,
) -> dict[str, tuple[Any, Any]]:  # fmt: skip
    """Keep answers to `asked` and return what changed: before and after by key of the question.

    Only questions of `asked` are written, of them only `only` (all when None), and manager-only ones by staff and
    nobody else. An answer that is None is taken back. Raises AnsweredMeanwhile when they changed since `seen_edits`.
    """
    wanted = select(QuestionnaireReply).where(
        QuestionnaireReply.questionnaire_id == asked.questionnaire_id,
        QuestionnaireReply.subject_kind == subject_kind, QuestionnaireReply.subject_id == subject_id,
    )  # fmt: skip
    reply = session.scalars(wanted.with_for_update()).one_or_none()
    if seen_edits is not None and seen_edits != (reply.edits if reply else 0):
        raise AnsweredMeanwhile("Somebody else saved answers here after you opened the page. Look at them, then save.")
    if reply is None:
        reply = QuestionnaireReply(
            questionnaire_id=asked.questionnaire_id, version_id=asked.id, subject_kind=subject_kind,
            subject_id=subject_id, answers={}, edits=0, saved_at=now,
        )  # fmt: skip
        session.add(reply)
    writable = {
        question.key
        for question in asked.definition.questions()
        if question.is_manager_only == is_staff and (only is None or question.key in only)
    }
    before = dict(reply.answers)
    after = {**before, **{key: value for key, value in answers.items() if key in writable}}
    reply.answers = {key: value for key, value in after.items() if value not in (None, "", [])}
    if not is_staff:
        reply.version_id = asked.id
    reply.edits, reply.saved_at = reply.edits + 1, now
    session.flush()
    changed = {
        key: (before.get(key), reply.answers.get(key))
        for key in sorted({*before, *reply.answers})
        if before.get(key) != reply.answers.get(key)
    }
    audit.record(
        session, "questionnaire.answered", (subject_kind, subject_id), actor_id=actor_id,
        detail={"questionnaire": asked.key, "version": asked.number, "changed": sorted(changed)},
    )  # fmt: skip
    return changed


PERSONAL_KEPT = timedelta(days=365)
"""How long answers that are about a person are kept after they were saved."""


def erase_personal(
    session: Session, subject_kind: str, subject_id: UUID, *, actor_id: UUID | None, now: datetime
) -> int:
    """Take away a subject's answers to questions marked as personal; return how many there were."""
    wanted = select(QuestionnaireReply).where(
        QuestionnaireReply.subject_kind == subject_kind, QuestionnaireReply.subject_id == subject_id
    )
    replies = session.scalars(wanted.with_for_update()).all()
    return sum(_without_personal(session, reply, actor_id=actor_id, now=now) for reply in replies)


def erase_old_personal(session: Session, *, now: datetime, dry_run: bool) -> int:
    """Take away answers marked as personal a year after they were saved; return how many there were, or would be."""
    old = select(QuestionnaireReply).where(QuestionnaireReply.saved_at < now - PERSONAL_KEPT)
    gone = 0
    for reply in session.scalars(old.order_by(QuestionnaireReply.id)):
        gone += _without_personal(session, reply, actor_id=None, now=now, dry_run=dry_run)
    return gone


def _without_personal(
    session: Session, reply: QuestionnaireReply, *, actor_id: UUID | None, now: datetime, dry_run: bool = False
) -> int:
    asked = version(session, reply.version_id)
    personal = {question.key for question in asked.definition.questions() if question.is_personal} if asked else set()
    held = personal & set(reply.answers)
    if held and not dry_run:
        drop_files(session, (reply.answers[key] for key in held), now=now)
        reply.answers = {key: value for key, value in reply.answers.items() if key not in held}
        session.flush()
        audit.record(
            session, "questionnaire.erased", (reply.subject_kind, reply.subject_id), actor_id=actor_id,
            after=f"{len(held)} answers",
        )  # fmt: skip
    return len(held)


def drop_files(session: Session, answers: Iterable[Any], *, now: datetime) -> None:
    """Drop the files among answers that are taken away."""
    for answer in answers:
        if isinstance(answer, Mapping) and "file" in answer:
            documents.drop_file(
                session, UUID(str(answer["file"])), actor_id=None, now=now, reason="The answer is no longer kept."
            )
