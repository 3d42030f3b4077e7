"""What a company's export officer sees of questions they were asked about: not who asks, unless the asker allows it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, null, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.enquiries.models import Enquiry, EnquiryNote
from app.enquiries.queries.mine import NO_ENQUIRY
from app.enquiries.queries.people import officer_entries
from app.enquiries.states import EnquiryState, NoteKind
from app.regulatory.states import Participation


@dataclass(frozen=True, slots=True)
class ForUsRow:
    """A question the desk asked the company about. `asker` None: the asker keeps their name to themselves."""

    id: UUID
    question: str
    entry_key: str
    entry_name: str
    country: str
    kind: Participation | None
    state: EnquiryState
    asked_us_at: datetime
    due_on: date
    asker: str | None


def for_us(session: Session, user_id: UUID, *, search: str = "", sort: str = "due", number: int = 1) -> Page[ForUsRow]:
    """Return the questions a person was asked about as export officer, by due day or newest first."""
    wanted = _asked(session, user_id)
    if search:
        wanted = wanted.where(
            or_(Enquiry.question.icontains(search, autoescape=True), Entry.name.icontains(search, autoescape=True))
        )
    newest = (Enquiry.contribution_asked_at.desc(), Enquiry.id)
    return paginate(
        session, wanted.order_by(*(newest if sort == "newest" else (Enquiry.due_on, Enquiry.id))), ForUsRow,
        number=number,
    )  # fmt: skip


def for_us_page(session: Session, enquiry_id: UUID, user_id: UUID) -> tuple[ForUsRow, list[tuple[datetime, str]]]:
    """Return one such question and what the company contributed. Raises NotFound for any other."""
    found = session.execute(_asked(session, user_id).where(Enquiry.id == enquiry_id)).one_or_none()
    if found is None:
        raise NotFound(NO_ENQUIRY)
    said = (
        select(EnquiryNote.at, EnquiryNote.words)
        .where(EnquiryNote.enquiry_id == enquiry_id, EnquiryNote.kind == NoteKind.CONTRIBUTION)
        .order_by(EnquiryNote.number)
        .limit(100)
    )
    return ForUsRow(*found), [(row[0], row[1]) for row in session.execute(said)]


def _asked(session: Session, user_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enquiry.id, Enquiry.question, Entry.key, Entry.name, Enquiry.country, Enquiry.kind, Enquiry.state,
            Enquiry.contribution_asked_at, Enquiry.due_on, case((Enquiry.shows_asker, User.name), else_=null()),
        )
        .join(Entry, Entry.id == Enquiry.entry_id)
        .join(User, User.id == Enquiry.asker_id)
        .where(Enquiry.contribution_asked_at.is_not(None), Enquiry.entry_id.in_(officer_entries(session, user_id)))
    )  # fmt: skip
