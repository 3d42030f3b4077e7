"""Questions and answers: a partner's own and those published to it, and all of them for the company."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.dealrooms.models import Document, Question, Room
from app.dealrooms.rules.words import digest_of_draft
from app.dealrooms.states import Audience, QuestionEvent, QuestionState, question_steps
from app.directory.models import Entry

NO_QUESTION = "There is no such question in this deal room."
UNSEEN = (QuestionState.DRAFTED, QuestionState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a partner's people read it. `is_own` is empty of names for what others asked."""

    id: UUID
    is_own: bool
    asked_by: str
    document_id: UUID | None
    document: str
    state: QuestionState
    body: str
    answer: str
    reason: str
    moved_at: datetime

    @property
    def steps(self) -> list[QuestionEvent]:
        return question_steps(self.state)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as the company works on it."""

    id: UUID
    organization: str
    asked_by: str
    document: str
    state: QuestionState
    body: str
    answer: str
    answer_by: str
    answer_by_id: UUID | None
    audience: Audience
    reason: str
    moved_at: datetime
    answered_at: datetime | None

    @property
    def draft_digest(self) -> str:
        return digest_of_draft(self.answer, self.audience)

    @property
    def steps(self) -> list[QuestionEvent]:
        return question_steps(self.state)


def asked(
    session: Session, room_id: UUID, organization_id: UUID, *, search: str = "", number: int = 1,
    folder_ids: Collection[UUID] | None = None,
) -> Page[Asked]:  # fmt: skip
    """Return an organization's own questions and the answers published to everybody, the last moved first.

    Whose the other questions are is left out before anything leaves the database; so is the name of a document
    outside of `folder_ids` (None: all).
    """
    own = Question.organization_id == organization_id
    published = and_(Question.state == QuestionState.PUBLISHED, Question.audience == Audience.EVERYONE)
    named: ColumnElement[bool] = Question.document_id.is_not(None)
    if folder_ids is not None:
        named = and_(named, Document.folder_id.in_(folder_ids))
    wanted = (
        select(
            Question.id, case((own, True), else_=False), case((own, User.name), else_=""),
            case((named, Question.document_id), else_=None), case((named, Document.label), else_=""), Question.state,
            Question.body, case((Question.state == QuestionState.PUBLISHED, Question.answer), else_=""),
            case((Question.state == QuestionState.DECLINED, Question.reason), else_=""), Question.moved_at,
        )
        .join(User, User.id == Question.asked_by_id)
        .outerjoin(Document, (Document.id == Question.document_id) & Document.removed_at.is_(None))
        .where(Question.room_id == room_id, or_(own, published))
    )  # fmt: skip
    for word in search.split()[:10]:
        found = or_(
            Question.body.icontains(word, autoescape=True),
            and_(Question.state == QuestionState.PUBLISHED, Question.answer.icontains(word, autoescape=True)),
        )
        wanted = wanted.where(found)
    return paginate(session, wanted.order_by(Question.moved_at.desc(), Question.id), Asked, number=number)


def own_question(session: Session, room_id: UUID, question_id: UUID, organization_id: UUID) -> None:
    """Raise NotFound unless the question is the organization's own."""
    mine = (Question.id == question_id) & (Question.room_id == room_id)
    if session.scalar(select(Question.id).where(mine, Question.organization_id == organization_id)) is None:
        raise NotFound(NO_QUESTION)


def questions(
    session: Session, room_id: UUID, *, state: QuestionState | None = None, search: str = "", number: int = 1
) -> Page[QuestionRow]:
    """Return what was asked in a room, what waits for the company first; drafts are their writers' own."""
    wanted = _questions().where(Question.room_id == room_id, Question.state.not_in(UNSEEN))
    if state is not None:
        wanted = wanted.where(Question.state == state)
    for word in search.split()[:10]:
        wanted = wanted.where(
            or_(
                Question.body.icontains(word, autoescape=True), Question.answer.icontains(word, autoescape=True),
                Organization.name.icontains(word, autoescape=True),
            )
        )  # fmt: skip
    first = case({one.value: place for place, one in enumerate(QuestionState)}, value=Question.state)
    return paginate(session, wanted.order_by(first, Question.moved_at, Question.id), QuestionRow, number=number)


def question(session: Session, room_id: UUID, question_id: UUID) -> QuestionRow:
    """Return a question as the company sees it. Raises NotFound for a draft or another room's."""
    wanted = _questions().where(Question.id == question_id, Question.room_id == room_id)
    found = session.execute(wanted.where(Question.state.not_in(UNSEEN))).one_or_none()
    if found is None:
        raise NotFound(NO_QUESTION)
    return QuestionRow(*found)


def waiting_answers(session: Session, organization_ids: Collection[UUID]) -> list[tuple[UUID, str, QuestionRow]]:
    """Return the answers that wait for a company's export officer, the oldest first, with room and entry."""
    wanted = _questions().add_columns(Room.id, Entry.name).join(Room, Room.id == Question.room_id)
    wanted = wanted.join(Entry, Entry.id == Room.entry_id).where(Entry.organization_id == Room.organization_id)
    wanted = wanted.where(Room.organization_id.in_(organization_ids), Question.state == QuestionState.WITH_OFFICER)
    found = session.execute(wanted.order_by(Question.moved_at, Question.id).limit(100)).all()
    return [(row[-2], row[-1], QuestionRow(*row[:-2])) for row in found]


def _questions() -> Select[*tuple[Any, ...]]:
    asker, writer = aliased(User), aliased(User)
    return (
        select(
            Question.id, Organization.name, asker.name, case((Document.id.is_not(None), Document.label), else_=""),
            Question.state, Question.body, Question.answer, case((writer.id.is_not(None), writer.name), else_=""),
            Question.answer_by_id, Question.audience, Question.reason, Question.moved_at, Question.answered_at,
        )
        .join(Organization, Organization.id == Question.organization_id)
        .join(asker, asker.id == Question.asked_by_id)
        .outerjoin(writer, writer.id == Question.answer_by_id)
        .outerjoin(Document, Document.id == Question.document_id)
    )  # fmt: skip
