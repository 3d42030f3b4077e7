"""What a company's export officer adds to the answer of a question about their entry."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.enquiries import rules
from app.enquiries.queries.people import officer_entries, officers_of
from app.enquiries.services import tell
from app.enquiries.services.desk import require_open
from app.enquiries.services.keep import NO_ENQUIRY, held, write
from app.enquiries.states import NoteKind


def ask_officer(session: Session, enquiry_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Ask the export officer of the entry's company to contribute.

    They see the question, and who asked only where the asker allowed it. Raises Refused without a claimed entry or an
    officer, and when they were asked before.
    """
    enquiry = held(session, enquiry_id)
    require_open(enquiry)
    if enquiry.contribution_asked_at is not None:
        raise Refused("The company's export officer was asked already.")
    addresses = officers_of(session, enquiry.entry_id) if enquiry.entry_id else []
    if not addresses:
        raise Refused("No company with an export officer has claimed this entry, so there is nobody to ask.")
    enquiry.contribution_asked_at = now
    audit.record(session, "enquiry.officer_asked", ("enquiry", enquiry.id), actor_id=actor_id)
    tell.officers(session, enquiry, addresses, now=now)


def contribute(
    session: Session, enquiry_id: UUID, words: str, *, actor_id: UUID, attestation: str, now: datetime
) -> None:
    """Tell the desk, as export officer of the entry's company, what it needs to answer; the asker does not see it.

    Raises NotFound for anybody who was not asked, Refused once the question is answered.
    """
    enquiry = held(session, enquiry_id)
    if enquiry.contribution_asked_at is None or enquiry.entry_id not in officer_entries(session, actor_id):
        raise NotFound(NO_ENQUIRY)
    require_open(enquiry)
    version, said = rules.attested(attestation), rules.written(words, "what the desk should know")
    write(session, enquiry, NoteKind.CONTRIBUTION, said, actor_id=actor_id, now=now)
    audit.record(
        session, "enquiry.contributed", ("enquiry", enquiry.id), actor_id=actor_id, detail={"attestation": version}
    )
    tell.owner(session, enquiry, "The company's export officer contributed", now=now)
