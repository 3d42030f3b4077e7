"""What every act on a question shares: the lock, the day at the venue, the line in its history, the record."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound
from app.enquiries.models import Enquiry, EnquiryNote
from app.enquiries.states import EnquiryEvent, EnquiryState, NoteKind, advance
from app.registration import queries as registration

NO_ENQUIRY = "There is no such question. Go back to the list of your questions."
PAST: dict[EnquiryEvent, str] = {
    EnquiryEvent.ASSIGN: "assigned",
    EnquiryEvent.ASK_MORE: "asked_back",
    EnquiryEvent.INFORM: "added_to",
    EnquiryEvent.ANSWER: "answered",
    EnquiryEvent.HELPED: "helped",
    EnquiryEvent.NOT_HELPED: "not_helped",
    EnquiryEvent.CLOSE: "closed",
    EnquiryEvent.WITHDRAW: "withdrawn",
}


def today_of(session: Session, now: datetime) -> tuple[date, frozenset[date]]:
    """Return the day it is at the venue and the summit's holidays; without a summit the day in UTC and none."""
    summit = registration.current_summit(session)
    if summit is None:
        return now.astimezone(UTC).date(), frozenset()
    return summit.settings.day_of(now), frozenset(summit.settings.holidays)


def held(session: Session, enquiry_id: UUID) -> Enquiry:
    """Return a question, locked. Raises NotFound."""
    wanted = select(Enquiry).where(Enquiry.id == enquiry_id).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound(NO_ENQUIRY)
    return found


def own(session: Session, enquiry_id: UUID, asker_id: UUID) -> Enquiry:
    """Return a person's own question, locked. Raises NotFound for anybody else's."""
    found = held(session, enquiry_id)
    if found.asker_id != asker_id:
        raise NotFound(NO_ENQUIRY)
    return found


def move(
    session: Session,
    enquiry: Enquiry,
    event: EnquiryEvent,
    *,
    actor_id: UUID | None,
    kind: NoteKind = NoteKind.STEP,
    words: str = "",
    attestation: str = "",
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Take a step with a question, keep it in its history and on the record. Raises TransitionRefused."""
    before, after = enquiry.state, advance(enquiry.state, event)
    waits = after is EnquiryState.NEEDS_INFORMATION
    since = (enquiry.waiting_since or today_of(session, now)[0]) if waits else None
    enquiry.state, enquiry.waiting_since = after, since
    write(
        session, enquiry, kind, words, actor_id=actor_id, event=event, attestation=attestation, now=now
    )  # fmt: skip
    audit.record(
        session, f"enquiry.{PAST[event]}", ("enquiry", enquiry.id), actor_id=actor_id, before=before,
        after=enquiry.state, detail=detail,
    )  # fmt: skip


def write(
    session: Session,
    enquiry: Enquiry,
    kind: NoteKind,
    words: str,
    *,
    actor_id: UUID | None,
    event: EnquiryEvent | None = None,
    attestation: str = "",
    now: datetime,
) -> None:
    """Add a line to a locked question's history."""
    last = session.scalar(select(func.max(EnquiryNote.number)).where(EnquiryNote.enquiry_id == enquiry.id)) or 0
    session.add(
        EnquiryNote(
            enquiry_id=enquiry.id, number=last + 1, at=now, actor_id=actor_id, kind=kind, event=event,
            after=enquiry.state, words=words, attestation=attestation,
        )
    )  # fmt: skip
    session.flush()
