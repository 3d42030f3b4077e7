"""What the desk does: own a question, ask back, note, answer, close."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, Refused
from app.enquiries import rules
from app.enquiries.models import Enquiry
from app.enquiries.queries.people import desk_people
from app.enquiries.services import tell
from app.enquiries.services.keep import held, move, today_of, write
from app.enquiries.states import OPEN, EnquiryEvent, NoteKind


def assign(session: Session, enquiry_id: UUID, owner_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Give a question to somebody of the desk, or to another one than before; they get a mail.

    Raises InvalidInput for somebody who is not of the desk, Refused for the person who asked.
    """
    enquiry = held(session, enquiry_id)
    if owner_id not in {person.id for person in desk_people(session)}:
        raise InvalidInput("Choose an organizer or a reviewer as the owner.")
    if owner_id == enquiry.asker_id:
        raise Refused("Nobody answers their own question. Choose somebody else.")
    before, enquiry.owner_id = enquiry.owner_id, owner_id
    move(
        session, enquiry, EnquiryEvent.ASSIGN, actor_id=actor_id, now=now,
        detail={"owner": str(owner_id), "before": str(before) if before else None},
    )  # fmt: skip
    if owner_id not in (actor_id, before):
        tell.owner(session, enquiry, "A question is yours to answer", now=now)


def ask_more(session: Session, enquiry_id: UUID, words: str, *, actor_id: UUID, now: datetime) -> None:
    """Ask the asker back; the clock stands still until they reply."""
    enquiry = _not_own(held(session, enquiry_id), actor_id)
    said = rules.written(words, "what the asker should tell")
    move(session, enquiry, EnquiryEvent.ASK_MORE, actor_id=actor_id, kind=NoteKind.REQUEST, words=said, now=now)
    tell.asker(session, enquiry, "enquiry_question", now=now)


def note(session: Session, enquiry_id: UUID, words: str, *, actor_id: UUID, now: datetime) -> None:
    """Keep a note that only the desk reads."""
    enquiry = _not_own(held(session, enquiry_id), actor_id)
    write(session, enquiry, NoteKind.INTERNAL, rules.written(words, "the note"), actor_id=actor_id, now=now)
    audit.record(session, "enquiry.noted", ("enquiry", enquiry.id), actor_id=actor_id)


def answer(session: Session, enquiry_id: UUID, words: str, sources: str, *, actor_id: UUID, now: datetime) -> None:
    """Answer in words, with the addresses of its sources; the asker gets a mail. Whoever answers owns the question."""
    enquiry = _not_own(held(session, enquiry_id), actor_id)
    said, named = rules.written(words, "the answer"), rules.sources(sources)
    today, _ = today_of(session, now)
    if enquiry.owner_id is None:
        enquiry.owner_id = actor_id
        move(session, enquiry, EnquiryEvent.ASSIGN, actor_id=actor_id, now=now, detail={"owner": str(actor_id)})
    if enquiry.first_answered_on is None:
        enquiry.first_answered_on, enquiry.first_due_on = today, enquiry.due_on
    move(session, enquiry, EnquiryEvent.ANSWER, actor_id=actor_id, kind=NoteKind.ANSWER, words=said, now=now)
    enquiry.answer, enquiry.answer_sources = said, named
    tell.asker(session, enquiry, "enquiry_answered", now=now)


def close(session: Session, enquiry_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Close an answered question that the asker said nothing more about."""
    enquiry = _not_own(held(session, enquiry_id), actor_id)
    move(session, enquiry, EnquiryEvent.CLOSE, actor_id=actor_id, now=now)


def require_open(enquiry: Enquiry) -> None:
    """Raise Refused for a question that nobody works on any more."""
    if enquiry.state not in OPEN:
        raise Refused("This question is not open any more. Reload the page to see what can be done.")


def _not_own(enquiry: Enquiry, actor_id: UUID) -> Enquiry:
    if enquiry.asker_id == actor_id:
        raise Refused("You asked this question. Somebody else of the desk must work on it.")
    return enquiry
