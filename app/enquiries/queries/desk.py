"""What the desk sees: every question with its owner and clock, and how well the time is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.enquiries import rules
from app.enquiries.models import Enquiry, EnquiryNote, PublicAnswer
from app.enquiries.queries.mine import NO_ENQUIRY, NoteRow
from app.enquiries.queries.people import officers_of
from app.enquiries.rules import Asked, Keeping
from app.enquiries.states import OPEN, WITH_DESK, EnquiryState
from app.regulatory.models import Topic
from app.regulatory.states import Participation

Owner = aliased(User)
SORTS = ("due", "newest", "owner")


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What of the list is wanted; `owner` None is anybody's, `unowned` only those without one."""

    state: EnquiryState | None = None
    is_open: bool = False
    owner: UUID | None = None
    unowned: bool = False
    overdue: bool = False
    topic_key: str = ""
    country: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A question in the desk's list."""

    id: UUID
    question: str
    entry_name: str | None
    topic_name: str | None
    country: str
    state: EnquiryState
    asked_at: datetime
    due_on: date
    owner: str | None


@dataclass(frozen=True, slots=True)
class PublicWords:
    """What is public of a question now."""

    question: str
    answer: str
    sources: tuple[str, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A question as the desk sees it, with everything that was said."""

    id: UUID
    question: str
    attestation: str
    asker_id: UUID
    asker: str
    entry_id: UUID | None
    entry_key: str | None
    entry_name: str | None
    topic_key: str
    topic_name: str | None
    country: str
    kind: Participation | None
    shows_asker: bool
    state: EnquiryState
    owner_id: UUID | None
    owner: str | None
    asked_at: datetime
    due_on: date
    answer: str
    answer_sources: tuple[str, ...]
    helped: bool | None
    contribution_asked_at: datetime | None
    may_ask_officer: bool
    public: PublicWords | None
    notes: tuple[NoteRow, ...]


def desk_list(
    session: Session, wanted: DeskFilter, *, today: date, sort: str = "due", number: int = 1
) -> Page[DeskRow]:
    """Return questions, those due first at the top, or the newest, or by owner."""
    found = _narrowed(
        select(Enquiry.id, Enquiry.question, Entry.name, Topic.name, Enquiry.country, Enquiry.state, Enquiry.asked_at,
               Enquiry.due_on, Owner.name)
        .outerjoin(Entry, Entry.id == Enquiry.entry_id)
        .outerjoin(Topic, and_(Topic.key == Enquiry.topic_key, Topic.to_version.is_(None)))
        .outerjoin(Owner, Owner.id == Enquiry.owner_id),
        wanted, today,
    )  # fmt: skip
    orders: dict[str, tuple[Any, ...]] = {
        "due": (Enquiry.due_on, Enquiry.asked_at, Enquiry.id),
        "newest": (Enquiry.asked_at.desc(), Enquiry.id),
        "owner": (func.coalesce(Owner.name, ""), Enquiry.due_on, Enquiry.id),
    }
    return paginate(session, found.order_by(*orders.get(sort, orders["due"])), DeskRow, number=number)


def _narrowed(found: Select[*tuple[Any, ...]], wanted: DeskFilter, today: date) -> Select[*tuple[Any, ...]]:
    if wanted.state is not None:
        found = found.where(Enquiry.state == wanted.state)
    if wanted.is_open:
        found = found.where(Enquiry.state.in_(OPEN))
    if wanted.owner is not None:
        found = found.where(Enquiry.owner_id == wanted.owner)
    if wanted.unowned:
        found = found.where(Enquiry.owner_id.is_(None))
    if wanted.overdue:
        found = found.where(Enquiry.state.in_(WITH_DESK), Enquiry.due_on < today)
    if wanted.topic_key:
        found = found.where(Enquiry.topic_key == wanted.topic_key)
    if wanted.country:
        found = found.where(Enquiry.country == wanted.country)
    if wanted.search:
        found = found.where(
            or_(
                Enquiry.question.icontains(wanted.search, autoescape=True),
                Entry.name.icontains(wanted.search, autoescape=True),
            )
        )
    return found


def keeping_of(session: Session, *, since: date, holidays: Collection[date] = ()) -> Keeping:
    """Return how well the desk kept its time with the questions asked since a day."""
    wanted = select(Enquiry.asked_on, Enquiry.first_due_on, Enquiry.first_answered_on).where(
        Enquiry.first_answered_on.is_not(None), Enquiry.asked_on >= since
    )
    answered = [Asked(row[0], row[1], row[2]) for row in session.execute(wanted) if row[1] and row[2]]
    return rules.keeping(answered, holidays)


def overdue_count(session: Session, today: date) -> int:
    """Return how many questions are with the desk past their day."""
    wanted = select(func.count()).select_from(Enquiry).where(Enquiry.state.in_(WITH_DESK), Enquiry.due_on < today)
    return session.scalar(wanted) or 0


def desk_page(session: Session, enquiry_id: UUID) -> DeskPage:
    """Return one question with its history. Raises NotFound."""
    asker = aliased(User)
    wanted = (
        select(Enquiry, asker.name, Owner.name, Entry.key, Entry.name, Topic.name)
        .join(asker, asker.id == Enquiry.asker_id)
        .outerjoin(Owner, Owner.id == Enquiry.owner_id)
        .outerjoin(Entry, Entry.id == Enquiry.entry_id)
        .outerjoin(Topic, and_(Topic.key == Enquiry.topic_key, Topic.to_version.is_(None)))
        .where(Enquiry.id == enquiry_id)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound(NO_ENQUIRY)
    one, asker_name, owner_name, entry_key, entry_name, topic_name = found
    has_officer = bool(one.entry_id and officers_of(session, one.entry_id))
    return DeskPage(
        id=one.id, question=one.question, attestation=one.attestation, asker_id=one.asker_id, asker=asker_name,
        entry_id=one.entry_id, entry_key=entry_key, entry_name=entry_name, topic_key=one.topic_key,
        topic_name=topic_name, country=one.country, kind=one.kind, shows_asker=one.shows_asker, state=one.state,
        owner_id=one.owner_id, owner=owner_name, asked_at=one.asked_at, due_on=one.due_on, answer=one.answer,
        answer_sources=tuple(one.answer_sources), helped=one.helped, contribution_asked_at=one.contribution_asked_at,
        may_ask_officer=has_officer and one.contribution_asked_at is None and one.state in OPEN,
        public=_public(session, one.id), notes=tuple(_notes(session, one.id)),
    )  # fmt: skip


def _notes(session: Session, enquiry_id: UUID) -> list[NoteRow]:
    wanted = (
        select(EnquiryNote.at, EnquiryNote.kind, EnquiryNote.event, EnquiryNote.after, EnquiryNote.words, User.name)
        .outerjoin(User, User.id == EnquiryNote.actor_id)
        .where(EnquiryNote.enquiry_id == enquiry_id)
        .order_by(EnquiryNote.number.desc())
        .limit(100)
    )
    return [NoteRow(*row[:5], author=row[5] or "The platform") for row in session.execute(wanted)]


def _public(session: Session, enquiry_id: UUID) -> PublicWords | None:
    wanted = select(PublicAnswer).where(PublicAnswer.enquiry_id == enquiry_id, PublicAnswer.withdrawn_at.is_(None))
    found = session.scalars(wanted).one_or_none()
    return PublicWords(found.question, found.answer, tuple(found.sources), found.published_at) if found else None
