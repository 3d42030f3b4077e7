"""What a person sees of their own questions: never the desk's notes or a company's words, nor who of the desk wrote."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.enquiries.models import Enquiry, EnquiryNote
from app.enquiries.states import FOR_ASKER, EnquiryEvent, EnquiryState, NoteKind
from app.regulatory.models import Topic
from app.regulatory.states import Participation

NO_ENQUIRY = "There is no such question. Go back to the list of your questions."


@dataclass(frozen=True, slots=True)
class MineRow:
    """A question in its asker's list."""

    id: UUID
    question: str
    entry_name: str | None
    topic_name: str | None
    country: str
    state: EnquiryState
    asked_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A line of a question's history. `event` None is that it was asked, or words that moved nothing."""

    at: datetime
    kind: NoteKind
    event: EnquiryEvent | None
    after: EnquiryState
    words: str
    author: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A question as its asker sees it."""

    id: UUID
    question: str
    entry_key: str | None
    entry_name: str | None
    topic_key: str
    topic_name: str | None
    country: str
    kind: Participation | None
    shows_asker: bool
    state: EnquiryState
    has_owner: bool
    asked_at: datetime
    due_on: date
    answer: str
    answer_sources: tuple[str, ...]
    helped: bool | None
    officer_asked: bool
    notes: tuple[NoteRow, ...]


def my_enquiries(
    session: Session, asker_id: UUID, *, state: EnquiryState | None = None, search: str = "", sort: str = "newest",
    number: int = 1,
) -> Page[MineRow]:  # fmt: skip
    """Return a person's own questions, newest first or by due day."""
    wanted = (
        select(Enquiry.id, Enquiry.question, Entry.name, Topic.name, Enquiry.country, Enquiry.state, Enquiry.asked_at,
               Enquiry.due_on)
        .outerjoin(Entry, Entry.id == Enquiry.entry_id)
        .outerjoin(Topic, (Topic.key == Enquiry.topic_key) & Topic.to_version.is_(None))
        .where(Enquiry.asker_id == asker_id)
    )  # fmt: skip
    if state is not None:
        wanted = wanted.where(Enquiry.state == state)
    if search:
        wanted = wanted.where(
            or_(Enquiry.question.icontains(search, autoescape=True), Entry.name.icontains(search, autoescape=True))
        )
    order = (Enquiry.due_on, Enquiry.id) if sort == "due" else (Enquiry.asked_at.desc(), Enquiry.id)
    return paginate(session, wanted.order_by(*order), MineRow, number=number)


def my_enquiry(session: Session, enquiry_id: UUID, asker_id: UUID) -> OwnPage:
    """Return a person's own question. Raises NotFound for anybody else's."""
    wanted = (
        select(Enquiry, Entry.key, Entry.name, Entry.shown_since, Topic.name)
        .outerjoin(Entry, Entry.id == Enquiry.entry_id)
        .outerjoin(Topic, (Topic.key == Enquiry.topic_key) & Topic.to_version.is_(None))
        .where(Enquiry.id == enquiry_id, Enquiry.asker_id == asker_id)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound(NO_ENQUIRY)
    one, entry_key, entry_name, shown_since, topic_name = found
    lines = select(
        EnquiryNote.at, EnquiryNote.kind, EnquiryNote.event, EnquiryNote.after, EnquiryNote.words
    ).where(EnquiryNote.enquiry_id == one.id, EnquiryNote.kind.in_(FOR_ASKER))  # fmt: skip
    newest = session.execute(lines.order_by(EnquiryNote.number.desc()).limit(100))
    return OwnPage(
        id=one.id, question=one.question, entry_key=entry_key if shown_since else None, entry_name=entry_name,
        topic_key=one.topic_key, topic_name=topic_name, country=one.country, kind=one.kind,
        shows_asker=one.shows_asker, state=one.state, has_owner=one.owner_id is not None, asked_at=one.asked_at,
        due_on=one.due_on, answer=one.answer, answer_sources=tuple(one.answer_sources), helped=one.helped,
        officer_asked=one.contribution_asked_at is not None,
        notes=tuple(NoteRow(*row, author=_side(row.kind)) for row in newest),
    )  # fmt: skip


def _side(kind: NoteKind) -> str:
    return "You" if kind is NoteKind.REPLY else "" if kind is NoteKind.STEP else "The export desk"
