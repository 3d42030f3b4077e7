"""What the person who asks does: ask, add, withdraw, say whether the answer helped."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound
from app.directory import queries as directory
from app.enquiries import rules
from app.enquiries.models import Enquiry
from app.enquiries.services import tell
from app.enquiries.services.keep import move, own, today_of, write
from app.enquiries.states import EnquiryEvent, EnquiryState, NoteKind
from app.regulatory import queries as regulatory
from app.regulatory.states import Participation


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: about which entry (key, "" none), topic ("" none), partner's country, kind, and in which words."""

    words: str
    country: str
    entry_key: str = ""
    topic_key: str = ""
    kind: Participation | None = None
    shows_asker: bool = False


def ask(
    session: Session, question: Question, *, asker_id: UUID, own: Collection[UUID] = (), attestation: str, now: datetime
) -> Enquiry:
    """Put a question to the export desk and start its clock; `own` are companies whose hidden entries the asker sees.

    Raises InvalidInput for an unknown country or topic, no words or no attestation, NotFound for an entry that the
    asker may not see.
    """
    version = rules.attested(attestation)
    words = rules.written(question.words, "your question")
    if regulatory.country(session, question.country) is None:
        raise InvalidInput("Choose the partner's country from the list.")
    if question.topic_key and regulatory.topic(session, question.topic_key) is None:
        raise InvalidInput("Choose a topic from the list, or none.")
    today, holidays = today_of(session, now)
    enquiry = Enquiry(
        asker_id=asker_id, entry_id=_entry(session, question.entry_key, own), topic_key=question.topic_key,
        country=question.country.upper(), kind=question.kind, question=words, attestation=version,
        shows_asker=question.shows_asker, state=EnquiryState.NEW, asked_at=now, asked_on=today,
        due_on=rules.due_on(today, holidays), answer_sources=[],
    )  # fmt: skip
    session.add(enquiry)
    session.flush()
    write(session, enquiry, NoteKind.STEP, "", actor_id=asker_id, now=now)
    audit.record(
        session, "enquiry.asked", ("enquiry", enquiry.id), actor_id=asker_id, after=enquiry.state,
        detail={"country": enquiry.country, "topic": enquiry.topic_key, "attestation": version},
    )  # fmt: skip
    tell.asker(session, enquiry, "enquiry_received", now=now)
    tell.desk(session, enquiry, "enquiry_new", now=now)
    return enquiry


def inform(session: Session, enquiry_id: UUID, words: str, *, asker_id: UUID, attestation: str, now: datetime) -> None:
    """Add to one's own question; where the desk had asked back, its clock goes on, later by the days it waited."""
    enquiry = own(session, enquiry_id, asker_id)
    version, said = rules.attested(attestation), rules.written(words, "what you want to add")
    if enquiry.waiting_since is not None:
        today, holidays = today_of(session, now)
        enquiry.due_on = rules.due_after_waiting(enquiry.due_on, enquiry.waiting_since, today, holidays)
    move(
        session, enquiry, EnquiryEvent.INFORM, actor_id=asker_id, kind=NoteKind.REPLY, words=said,
        attestation=version, now=now,
    )  # fmt: skip
    tell.owner(session, enquiry, "The asker added something", now=now)


def withdraw(session: Session, enquiry_id: UUID, *, asker_id: UUID, now: datetime) -> None:
    """Take one's own question back before it is answered."""
    enquiry = own(session, enquiry_id, asker_id)
    move(session, enquiry, EnquiryEvent.WITHDRAW, actor_id=asker_id, now=now)
    tell.owner(session, enquiry, "The asker withdrew the question", now=now)


def say_whether_it_helped(
    session: Session, enquiry_id: UUID, helped: bool, *, words: str = "", asker_id: UUID, attestation: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Say that the answer helped, which closes the question, or what is still open, which starts the clock anew."""
    enquiry = own(session, enquiry_id, asker_id)
    if helped:
        move(session, enquiry, EnquiryEvent.HELPED, actor_id=asker_id, now=now)
        enquiry.helped = True
        return
    version, said = rules.attested(attestation), rules.written(words, "what is still open")
    move(
        session, enquiry, EnquiryEvent.NOT_HELPED, actor_id=asker_id, kind=NoteKind.REPLY, words=said,
        attestation=version, now=now,
    )  # fmt: skip
    today, holidays = today_of(session, now)
    enquiry.helped, enquiry.due_on, enquiry.reminded_on = False, rules.due_on(today, holidays), None
    tell.owner(session, enquiry, "The answer did not help", now=now)


def _entry(session: Session, key: str, own_companies: Collection[UUID]) -> UUID | None:
    if not key:
        return None
    found = directory.entry(session, key=key, own=own_companies)
    if found is None:
        raise NotFound("There is no such entry in the directory. Ask without one, or look for it by name.")
    return found.row.id
