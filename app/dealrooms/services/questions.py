"""Questions of those with access, and the company's answers: drafted, approved, cleared where asked, published."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.dealrooms.models import Document, Grant, Question, Room
from app.dealrooms.queries.access import Access, folders_of, may_open
from app.dealrooms.queries.rooms import coordinators
from app.dealrooms.rules import words
from app.dealrooms.rules.access import SENTENCES, Closed
from app.dealrooms.services.base import NO_ROOM, OFFICER, Held, company_room, grant_in, locked_room
from app.dealrooms.services.moves import live_grants
from app.dealrooms.services.tell import Letter, name_of, to_company, to_grantee, to_officers
from app.dealrooms.states import Audience, GrantState, QuestionEvent, QuestionState, move_question
from app.directory.models import Entry
from app.documents.rules.attest import VERSION
from app.documents.services import NotAttested, require_attested_text

NO_QUESTION = "There is no such question in this deal room."
ATTEST = "Tick the statement that nothing controlled is in what you write."


def draft_question(
    session: Session, room_id: UUID, *, text: str, document_id: UUID | None, attested: bool, ask: str, user_id: UUID,
    now: datetime,
) -> Question:  # fmt: skip
    """Keep a question as a draft that only the asker's organization sees. Raises NotFound for who may not enter."""
    locked_room(session, room_id)
    found = _enters(session, room_id, user_id, now)
    body = _written(text, "your question", attested, ask)
    if document_id is not None:
        _require_document(session, room_id, document_id, found)
    question = Question(
        room_id=room_id, grant_id=found.grant_id, organization_id=found.organization_id, asked_by_id=user_id,
        document_id=document_id, state=QuestionState.DRAFTED, body=body, attestation=VERSION, drafted_at=now,
        moved_at=now, answer="", answer_attestation="", audience=Audience.ASKER, reason="",
    )  # fmt: skip
    session.add(question)
    session.flush()
    _record(session, question, "drafted", user_id)
    return question


def submit_question(session: Session, room_id: UUID, question_id: UUID, *, user_id: UUID, now: datetime) -> None:
    """Ask a drafted question; it counts against the organization's quota, on a counter that is held meanwhile."""
    room, entry = locked_room(session, room_id)
    found = _enters(session, room_id, user_id, now)
    question = _own(session, room_id, question_id, found)
    grant = grant_in(session, room_id, found.grant_id)
    move = QuestionEvent.SUBMIT
    after = move_question(question.state, move)
    if words.quota_left(grant.questions_asked, room.question_quota) == 0:
        raise Refused(
            f"Your organization has asked the {room.question_quota} questions that this room takes from each. Use "
            "a meeting, or ask the company to take more."
        )
    grant.questions_asked += 1
    _move(session, question, after, "asked", user_id, now=now)
    who, path = name_of(session, question.organization_id), f"/our-rooms/{room_id}/questions/{question.id}"
    to_company(session, Letter.QUESTION, room, entry, path, who=who, now=now)


def withdraw_question(session: Session, room_id: UUID, question_id: UUID, *, user_id: UUID, now: datetime) -> None:
    """Take a question back before it is answered. It stays counted once it was asked."""
    locked_room(session, room_id)
    found = _enters(session, room_id, user_id, now)
    question = _own(session, room_id, question_id, found)
    _move(session, question, move_question(question.state, QuestionEvent.WITHDRAW), "withdrawn", user_id, now=now)


def draft_answer(
    session: Session, room_id: UUID, question_id: UUID, *, text: str, audience: Audience, attested: bool, ask: str,
    actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Write the draft of an answer, or write it anew; a coordinator approves it."""
    company_room(session, room_id, actor_id)
    question = _in_room(session, room_id, question_id)
    after = move_question(question.state, QuestionEvent.ANSWER)
    question.answer = _written(text, "the answer", attested, ask)
    question.answer_attestation, question.answer_by_id, question.audience = VERSION, actor_id, audience
    question.reason = ""
    _move(session, question, after, "answer_drafted", actor_id, now=now)


def approve_answer(
    session: Session, room_id: UUID, question_id: UUID, *, actor_id: UUID, seen: str | None = None, now: datetime
) -> None:
    """Approve a drafted answer as coordinator: it is published, or goes to the export officer where one approves.

    `seen` is the digest of the draft that was read. Raises Refused when it was written anew since, and for whoever
    wrote it while the room has another coordinator.
    """
    held = company_room(session, room_id, actor_id)
    approving = _require_coordinator(session, held, actor_id)
    question = _in_room(session, room_id, question_id)
    if seen is not None and seen != words.digest_of_draft(question.answer, question.audience):
        raise Refused("This draft has changed since you opened the page. Read it as it is now, then decide.")
    if not words.may_approve(actor_id, question.answer_by_id, approving):
        raise Refused(f"You wrote this draft. Another coordinator approves it: {words.besides(actor_id, approving)}.")
    question.approved_by_id = actor_id
    if held.room.export_approval:
        after = move_question(question.state, QuestionEvent.ASK_OFFICER)
        _move(session, question, after, "put_to_officer", actor_id, now=now)
        to_officers(session, Letter.TO_CLEAR, held.room, held.entry, now=now)
    else:
        if question.state is QuestionState.WITH_OFFICER:
            raise Refused("This answer waits for the export officer.")
        _publish(session, held.room, held.entry, question, actor_id=actor_id, now=now)


def clear_answer(
    session: Session, room_id: UUID, question_id: UUID, approved: bool, *, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Let the export officer publish an answer that waits, or send it back with a reason."""
    held = company_room(session, room_id, actor_id, OFFICER)
    question = _in_room(session, room_id, question_id)
    if question.state is not QuestionState.WITH_OFFICER:
        raise Refused("This answer does not wait for you any more. Reload the page to see where it stands.")
    if approved:
        question.cleared_by_id = actor_id
        _publish(session, held.room, held.entry, question, actor_id=actor_id, now=now)
        return
    _send_back(session, question, reason, actor_id, now)
    path = f"/our-rooms/{room_id}/questions/{question.id}"
    to_company(session, Letter.REFUSED, held.room, held.entry, path, reason=question.reason, now=now)


def return_answer(
    session: Session, room_id: UUID, question_id: UUID, *, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Send a drafted answer back to whoever drafts, as coordinator, saying what to change."""
    held = company_room(session, room_id, actor_id)
    _require_coordinator(session, held, actor_id)
    question = _in_room(session, room_id, question_id)
    if question.state is QuestionState.WITH_OFFICER:
        raise Refused("This answer waits for the export officer.")
    _send_back(session, question, reason, actor_id, now)


def decline_question(
    session: Session, room_id: UUID, question_id: UUID, *, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Say as coordinator that a question is not answered, and why."""
    held = company_room(session, room_id, actor_id)
    _require_coordinator(session, held, actor_id)
    question = _in_room(session, room_id, question_id)
    after = move_question(question.state, QuestionEvent.DECLINE)
    question.reason = _reason(reason)
    _move(session, question, after, "declined", actor_id, reason=question.reason, now=now)
    grant = session.get_one(Grant, question.grant_id)
    path = f"/deal-rooms/{room_id}/questions"
    to_grantee(
        session, Letter.NO_ANSWER, grant, held.entry, path, reason=question.reason, only=[question.asked_by_id], now=now
    )  # fmt: skip


def _publish(session: Session, room: Room, entry: Entry, question: Question, *, actor_id: UUID, now: datetime) -> None:
    after = move_question(question.state, QuestionEvent.PUBLISH)
    question.answered_at = now
    _move(session, question, after, "answered", actor_id, now=now)
    path = f"/deal-rooms/{room.id}/questions"
    for grant in live_grants(session, room.id):
        if grant.state is GrantState.GRANTED and _reads(question, grant):
            to_grantee(session, Letter.ANSWER, grant, entry, path, now=now)


def _reads(question: Question, grant: Grant) -> bool:
    return question.audience is Audience.EVERYONE or grant.organization_id == question.organization_id


def _send_back(session: Session, question: Question, reason: str, actor_id: UUID, now: datetime) -> None:
    after = move_question(question.state, QuestionEvent.RETURN)
    question.reason = _reason(reason)
    _move(session, question, after, "returned", actor_id, reason=question.reason, now=now)


def _require_coordinator(session: Session, held: Held, actor_id: UUID) -> dict[UUID, str]:
    """Return everybody who approves answers in this room. Raises Refused for whoever does not."""
    found = coordinators(session, held.room.id, held.room.organization_id)
    if actor_id not in found:
        raise Refused("A coordinator of this room approves answers. An owner of the company names coordinators.")
    return found


def _enters(session: Session, room_id: UUID, user_id: UUID, now: datetime) -> Access:
    found, shut = may_open(session, room_id, user_id, now=now)
    if found is None or shut is not None:
        raise NotFound(NO_ROOM if shut in (None, Closed.STRANGER) else SENTENCES[shut])
    return found


def _own(session: Session, room_id: UUID, question_id: UUID, found: Access) -> Question:
    question = _in_room(session, room_id, question_id)
    if question.organization_id != found.organization_id:
        raise NotFound(NO_QUESTION)
    return question


def _in_room(session: Session, room_id: UUID, question_id: UUID) -> Question:
    wanted = select(Question).where(Question.id == question_id, Question.room_id == room_id).with_for_update()
    question = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if question is None:
        raise NotFound(NO_QUESTION)
    return question


def _require_document(session: Session, room_id: UUID, document_id: UUID, found: Access) -> None:
    document = session.get(Document, document_id)
    within = document is not None and (found.whole_room or document.folder_id in folders_of(session, found.grant_id))
    if document is None or document.room_id != room_id or document.removed_at is not None or not within:
        raise NotFound("That document is not in this deal room any more.")


def _written(text: str, what: str, attested: bool, ask: str) -> str:
    body = words.tidy_text(text, what)
    require_attested_text(body, None, ask=ask, longer_than=words.LONGEST_TEXT)
    if not attested:
        raise NotAttested(ATTEST)
    return body


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Write why.")
    return reason.strip()[:1000]


def _move(
    session: Session, question: Question, after: QuestionState, what: str, actor_id: UUID, *, reason: str = "",
    now: datetime,
) -> None:  # fmt: skip
    before, question.state, question.moved_at = question.state, after, now
    session.flush()
    _record(session, question, what, actor_id, before=before, reason=reason)


def _record(
    session: Session, question: Question, what: str, actor_id: UUID, *, before: str | None = None, reason: str = ""
) -> None:
    audit.record(
        session, f"room_question.{what}", ("room_question", question.id), actor_id=actor_id, before=before,
        after=question.state, reason=reason, detail={"room": str(question.room_id)},
    )  # fmt: skip
