"""What deal rooms put on the home pages: agreements to accept and news for a partner, work for a company."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization
from app.core.access import Role
from app.core.homes import LATELY, MOST_FROM_ONE, HomeLine, HomeReader, Part
from app.dealrooms.models import Document, DocumentVersion, Grant, GrantStep, Question, Room
from app.dealrooms.queries.access import Access, accesses
from app.dealrooms.queries.shelves import to_clear
from app.dealrooms.rules.access import Closed
from app.dealrooms.states import GrantEvent, GrantState, QuestionState, RoomState
from app.directory.models import Entry

SOON = timedelta(days=14)
KIND = "Deal room"
NEWS: dict[GrantState, str] = {
    GrantState.DECLINED: "Access to the deal room of {} was declined",
    GrantState.REVOKED: "Your organization's access to the deal room of {} has ended",
    GrantState.EXPIRED: "Your organization's access to the deal room of {} is past its last day",
}

WORK: dict[str, tuple[str, str, str]] = {
    "requested": ("{who} asks for access to the deal room of {name}", "access", "Answer"),
    "entered": ("{who} accepted the NDA and can enter the deal room of {name}", "access", "See"),
    "question": ("A question waits for an answer in the deal room of {name}", "questions", "Answer"),
    "answer": ("A drafted answer waits for approval in the deal room of {name}", "questions", "Read"),
}


@dataclass(frozen=True, slots=True)
class _Found:
    access: Access
    entry_name: str
    last: GrantEvent | None


def _last_event() -> ScalarSelect[GrantEvent | None]:
    wanted = select(GrantStep.event).where(GrantStep.grant_id == Grant.id)
    return wanted.order_by(GrantStep.number.desc()).limit(1).scalar_subquery()


def partner_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the agreements this person may accept now, access that ends soon, and what was decided or answered."""
    if not reader.partners:
        return []
    found = [
        _Found(access, name, last)
        for access, name, last in accesses(
            session,
            Grant.organization_id.in_(reader.partners),
            reader.user_id,
            Entry.name,
            _last_event(),
            now=reader.now,
        )
    ]
    waiting = [line for one in found if (line := _waits(one, reader.now))]
    changed = [line for one in found if (line := _news(one, reader.now))]
    names = {one.access.room_id: one.entry_name for one in found if one.access.shut(now=reader.now) is None}
    return [
        *waiting[:MOST_FROM_ONE], *changed[:MOST_FROM_ONE], *(_answers(session, reader, names) if names else []),
    ]  # fmt: skip


def _waits(one: _Found, now: datetime) -> HomeLine | None:
    access, href = one.access, f"/deal-rooms/{one.access.room_id}"
    shut, ends = access.shut(now=now), access.standing.grant_expires_at
    if shut is Closed.NDA:
        words = f"Read and accept the NDA to enter the deal room of {one.entry_name}"
        return HomeLine(Part.WAITING, KIND, words, f"{href}/nda", access.moved_at, ends, action="Read")
    if shut is None and ends is not None and ends <= now + SOON:
        words = f"Your access to the deal room of {one.entry_name} ends; ask the company if you need it for longer"
        return HomeLine(Part.WAITING, KIND, words, href, access.moved_at, ends)
    return None


def _news(one: _Found, now: datetime) -> HomeLine | None:
    access = one.access
    if access.moved_at < now - LATELY or one.last is GrantEvent.LEAVE:
        return None
    if access.shut(now=now) is None:
        words, href = "The deal room of {} is open to you", f"/deal-rooms/{access.room_id}"
        return HomeLine(Part.CHANGED, KIND, words.format(one.entry_name), href, access.moved_at)
    if access.standing.grant in NEWS:
        words = NEWS[access.standing.grant].format(one.entry_name)
        return HomeLine(Part.CHANGED, KIND, words, "/deal-rooms", access.moved_at, action="See")
    return None


def _answers(session: Session, reader: HomeReader, names: dict[UUID, str]) -> list[HomeLine]:
    """Return the answers to one's organization, and one's own drafts, in the rooms that are open to the reader."""
    answered = and_(
        Question.organization_id.in_(reader.partners),
        Question.state.in_([QuestionState.PUBLISHED, QuestionState.DECLINED]),
        Question.moved_at >= reader.now - LATELY,
    )
    drafted = and_(Question.asked_by_id == reader.user_id, Question.state == QuestionState.DRAFTED)
    wanted = (
        select(Question.room_id, Question.state, Question.moved_at)
        .where(Question.room_id.in_(names), or_(answered, drafted))
        .order_by(Question.moved_at.desc(), Question.id)
        .limit(MOST_FROM_ONE)
    )
    return [_answer(names[row.room_id], row.room_id, row.state, row.moved_at) for row in session.execute(wanted)]


def _answer(name: str, room_id: UUID, state: QuestionState, at: datetime) -> HomeLine:
    href = f"/deal-rooms/{room_id}/questions"
    if state is QuestionState.DRAFTED:
        words = f"You drafted a question in the deal room of {name} and have not asked it"
        return HomeLine(Part.WAITING, KIND, words, href, at, action="Ask")
    said = "was answered" if state is QuestionState.PUBLISHED else "was not answered"
    return HomeLine(
        Part.CHANGED, KIND, f"A question of your organization in the deal room of {name} {said}", href, at,
        action="Read",
    )  # fmt: skip


def company_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return who asks for access, who entered, what was asked, and how much waits for the export officer's approval."""
    if not reader.companies:
        return []
    parts = [_grants(reader), _asked(reader), *(_for_officer(reader) if reader.is_export_officer else [])]
    waiting: list[HomeLine] = []
    entered: list[HomeLine] = []
    count = 0
    for row in session.execute(union_all(*parts).order_by("at", "id").limit(500)):
        if row.what == "approval":
            count += 1
            continue
        words, path, action = WORK[row.what]
        part = Part.CHANGED if row.what == "entered" else Part.WAITING
        said, href = words.format(name=row.name, who=row.who), f"/our-rooms/{row.room_id}/{path}/{row.id}"
        (entered if part is Part.CHANGED else waiting).append(HomeLine(part, KIND, said, href, row.at, action=action))
    officer = [_to_approve(count)] if count else []
    return [*officer, *waiting[:MOST_FROM_ONE], *entered[::-1][:MOST_FROM_ONE]]


def _to_approve(count: int) -> HomeLine:
    words = "1 thing waits" if count == 1 else f"{count} things wait"
    return HomeLine(
        Part.WAITING, KIND, f"{words} for your approval in deal rooms", "/export-approvals", action="Look"
    )  # fmt: skip


def _row(what: ColumnElement[str], id_: Any, at: Any, who: Any) -> tuple[Any, ...]:
    return what.label("what"), id_.label("id"), Room.id.label("room_id"), at.label("at"), Entry.name.label("name"), who


def _grants(reader: HomeReader) -> Select[*tuple[Any, ...]]:
    lately = and_(Grant.state == GrantState.GRANTED, Grant.moved_at >= reader.now - LATELY)
    what = case((Grant.state == GrantState.REQUESTED, "requested"), else_="entered")
    wanted = (
        select(*_row(what, Grant.id, Grant.moved_at, Organization.name.label("who")))
        .select_from(Grant)
        .join(Organization, Organization.id == Grant.organization_id)
        .where(or_(Grant.state == GrantState.REQUESTED, lately))
    )
    return _in_rooms(wanted, Grant.room_id, Room.organization_id.in_(reader.companies))


def _asked(reader: HomeReader) -> Select[*tuple[Any, ...]]:
    what = case((Question.state == QuestionState.SUBMITTED, "question"), else_="answer")
    wanted = select(*_row(what, Question.id, Question.moved_at, literal("").label("who"))).select_from(Question)
    wanted = wanted.where(Question.state.in_([QuestionState.SUBMITTED, QuestionState.ANSWERED]))
    return _in_rooms(wanted, Question.room_id, Room.organization_id.in_(reader.companies))


def _for_officer(reader: HomeReader) -> list[Select[*tuple[Any, ...]]]:
    """Return what the page of approvals lists, for each company whose export officer the reader is."""
    mine = select(Membership.organization_id).where(
        Membership.user_id == reader.user_id, Membership.role == Role.EXPORT_OFFICER
    )
    of_mine, what, nobody = Room.organization_id.in_(mine), literal("approval"), literal("").label("who")
    grants = select(*_row(what, Grant.id, Grant.moved_at, nobody)).select_from(Grant)
    grants = grants.where(Grant.state == GrantState.APPROVAL_PENDING)
    answers = select(*_row(what, Question.id, Question.moved_at, nobody)).select_from(Question)
    answers = answers.where(Question.state == QuestionState.WITH_OFFICER)
    files = (
        to_clear()
        .where(of_mine)
        .with_only_columns(*_row(what, Document.id, DocumentVersion.added_at, nobody), maintain_column_froms=True)
    )
    return [_in_rooms(grants, Grant.room_id, of_mine), _in_rooms(answers, Question.room_id, of_mine), files]


def _in_rooms(wanted: Select[*tuple[Any, ...]], room_id: Any, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    kept = (Entry.id == Room.entry_id) & (Entry.organization_id == Room.organization_id)
    return wanted.join(Room, Room.id == room_id).join(Entry, kept).where(which, Room.state == RoomState.OPEN)
