"""My meetings, and one meeting with its people and history."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.directory.rules import search_words
from app.matching.states import Side
from app.registration.models import Registration
from app.scheduling.models import (
    Meeting,
    MeetingPerson,
    MeetingSlot,
    MeetingStep,
)
from app.scheduling.queries.names import House, Partner
from app.scheduling.rules import NO_MEETING, Agreement
from app.scheduling.states import AGREED, WAITING, MeetingState, Origin


class Show(StrEnum):
    """Which of my meetings to list."""

    TO_ANSWER = "to_answer"
    WAITING = "waiting"
    AGREED = "agreed"
    ENDED = "ended"
    ALL = "all"


SHOW_LABELS = {
    Show.TO_ANSWER: "For you to answer",
    Show.WAITING: "Waiting for the other side",
    Show.AGREED: "Agreed",
    Show.ENDED: "Ended",
    Show.ALL: "All",
}


@dataclass(frozen=True, slots=True)
class MyMeeting:
    """A meeting as somebody of one side, or an organizer (side None), sees it. Times are UTC."""

    id: UUID
    state: MeetingState
    origin: Origin
    asked_by: Side | None
    partner_agreed: bool
    company_agreed: bool
    partner_name: str
    organization_name: str
    country: str
    entry_id: UUID
    entry_key: str
    entry_name: str
    lead_company: str
    note: str
    answer_note: str
    end_reason: str
    reasons_partner: list[str]
    reasons_company: list[str]
    unseated_reason: str
    expires_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    table: int | None
    organization_id: UUID
    summit_id: UUID
    registration_id: UUID
    partner_user_id: UUID

    def agreement(self) -> Agreement:
        return Agreement(self.state, self.partner_agreed, self.company_agreed)

    def with_whom(self, side: Side | None) -> str:
        """Return whom somebody on `side` meets."""
        if side is Side.PARTNER:
            return f"{self.lead_company}: {self.entry_name}"
        return f"{self.partner_name}, {self.organization_name}"

    def reasons(self, side: Side | None) -> list[str]:
        """Return the reasons that `side` is told; an organizer reads the partner's."""
        return self.reasons_company if side is Side.COMPANY else self.reasons_partner


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a meeting's history."""

    at: datetime
    words: str
    side: Side | None
    reason: str


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who sits in a meeting."""

    name: str
    side: Side


def my_meetings(
    session: Session, summit_id: UUID, user_id: UUID, companies: Collection[UUID], *, show: Show = Show.ALL,
    search: str = "", number: int = 1,
) -> Page[MyMeeting]:  # fmt: skip
    """Return one page of the meetings of a person, or of the companies they belong to, soonest first."""
    mine = _mine(session, summit_id, user_id, companies)
    wanted = wanted_meetings().where(Meeting.summit_id == summit_id, mine.any, mine.shown(show))
    for word in search_words(search):
        wanted = wanted.where(
            or_(
                Partner.name.icontains(word, autoescape=True),
                House.name.icontains(word, autoescape=True),
                Entry.search_text.contains(word, autoescape=True),
            )
        )
    unseated_last = case((MeetingSlot.starts_at.is_(None), 1), else_=0)
    ordered = wanted.order_by(unseated_last, MeetingSlot.starts_at, Meeting.number)
    return paginate(session, ordered, MyMeeting, number=number)


@dataclass(frozen=True)
class _Mine:
    """Which meetings are a person's: by their registrations and by the companies they belong to."""

    registrations: list[UUID]
    companies: Collection[UUID]

    @property
    def any(self) -> ColumnElement[bool]:
        return or_(Meeting.registration_id.in_(self.registrations), Meeting.organization_id.in_(self.companies))

    def shown(self, show: Show) -> ColumnElement[bool]:
        waits_for_me = or_(
            and_(Meeting.registration_id.in_(self.registrations), Meeting.partner_agreed_at.is_(None)),
            and_(Meeting.organization_id.in_(self.companies), Meeting.company_agreed_at.is_(None)),
        )
        open_now = Meeting.state.in_(WAITING)
        return {
            Show.TO_ANSWER: and_(open_now, waits_for_me),
            Show.WAITING: and_(open_now, ~waits_for_me),
            Show.AGREED: Meeting.state.in_(AGREED),
            Show.ENDED: Meeting.state.not_in(WAITING | AGREED),
            Show.ALL: Meeting.id.is_not(None),
        }[show]


def _mine(session: Session, summit_id: UUID, user_id: UUID, companies: Collection[UUID]) -> _Mine:
    wanted = select(Registration.id).where(Registration.user_id == user_id, Registration.summit_id == summit_id)
    return _Mine(list(session.scalars(wanted)), companies)


def counts(session: Session, summit_id: UUID, user_id: UUID, companies: Collection[UUID]) -> dict[Show, int]:
    """Return how many of my meetings each list holds."""
    mine = _mine(session, summit_id, user_id, companies)
    columns = [func.coalesce(func.sum(case((mine.shown(show), 1), else_=0)), 0) for show in Show]
    found = session.execute(select(*columns).where(Meeting.summit_id == summit_id, mine.any)).one()
    return {show: int(number) for show, number in zip(Show, found, strict=True)}


def meeting(session: Session, meeting_id: UUID) -> MyMeeting:
    """Return one meeting; ask `side_in` whether the reader belongs to it. Raises NotFound."""
    found = session.execute(wanted_meetings().where(Meeting.id == meeting_id)).one_or_none()
    if found is None:
        raise NotFound(NO_MEETING)
    return MyMeeting(*found)


def side_in(found: MyMeeting, user_id: UUID, companies: Collection[UUID]) -> Side | None:
    """Return the side on which a person is; None for somebody who is on neither."""
    if found.partner_user_id == user_id:
        return Side.PARTNER
    return Side.COMPANY if found.organization_id in companies else None


def wanted_meetings() -> Select[*tuple[Any, ...]]:
    """Return the select of the columns of MyMeeting, to be narrowed."""
    return (
        select(
            Meeting.id, Meeting.state, Meeting.origin, Meeting.asked_by, Meeting.partner_agreed_at.is_not(None),
            Meeting.company_agreed_at.is_not(None), Partner.name, House.name, Registration.country, Entry.id,
            Entry.key, Entry.name, Entry.lead_company, Meeting.note, Meeting.answer_note, Meeting.end_reason,
            Meeting.reasons_partner, Meeting.reasons_company, Meeting.unseated_reason, Meeting.expires_at,
            MeetingSlot.starts_at, MeetingSlot.ends_at, Meeting.table_number, Meeting.organization_id,
            Meeting.summit_id, Meeting.registration_id, Registration.user_id,
        )
        .join(Registration, Registration.id == Meeting.registration_id)
        .join(Partner, Partner.id == Registration.user_id)
        .join(House, House.id == Registration.organization_id)
        .join(Entry, Entry.id == Meeting.entry_id)
        .outerjoin(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
    )  # fmt: skip


def sitters(session: Session, meeting_id: UUID) -> list[Sitter]:
    """Return who sits in a meeting, the company first."""
    wanted = select(User.name, MeetingPerson.side).join(User, User.id == MeetingPerson.user_id)
    wanted = wanted.where(MeetingPerson.meeting_id == meeting_id).order_by(MeetingPerson.side, User.name)
    return [Sitter(*row) for row in session.execute(wanted)]


def history(session: Session, meeting_id: UUID) -> list[Step]:
    """Return what happened to a meeting, newest first."""
    wanted = select(MeetingStep.at, MeetingStep.words, MeetingStep.side, MeetingStep.reason)
    wanted = wanted.where(MeetingStep.meeting_id == meeting_id).order_by(MeetingStep.at.desc(), MeetingStep.id)
    return [Step(*row) for row in session.execute(wanted.limit(50))]
