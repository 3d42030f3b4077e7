"""What questions put on the home pages: what waits for the asker, and for a company's export officer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.homes import MOST_FROM_ONE, HomeLine, HomeReader, Part
from app.directory.models import Entry
from app.enquiries.models import Enquiry
from app.enquiries.queries.people import entries_of_officer
from app.enquiries.states import OPEN, EnquiryState


def home_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return questions that were asked back or answered, and those a company was asked about."""
    wanted = (
        select(Enquiry.id, Enquiry.state, Entry.name)
        .outerjoin(Entry, Entry.id == Enquiry.entry_id)
        .where(
            Enquiry.asker_id == reader.user_id,
            Enquiry.state.in_([EnquiryState.NEEDS_INFORMATION, EnquiryState.ANSWERED]),
        )
        .order_by(Enquiry.asked_at.desc(), Enquiry.id)
        .limit(MOST_FROM_ONE)
    )
    found = [
        _own(f"/enquiries/{row.id}", row.state, f" about {row.name}" if row.name else "")
        for row in session.execute(wanted)
    ]
    return found + (_for_us(session, reader) if reader.is_export_officer else [])


def _own(href: str, state: EnquiryState, about: str) -> HomeLine:
    if state is EnquiryState.ANSWERED:
        words = f"The export desk has answered your question{about}: say whether it helped"
        return HomeLine(Part.WAITING, "Question", words, href, action="Read")
    return HomeLine(Part.WAITING, "Question", f"The export desk asks you back{about}", href, action="Reply")


def _for_us(session: Session, reader: HomeReader) -> list[HomeLine]:
    wanted = (
        select(Enquiry.id, Enquiry.contribution_asked_at, Entry.name)
        .join(Entry, Entry.id == Enquiry.entry_id)
        .where(
            Enquiry.contribution_asked_at.is_not(None), Enquiry.state.in_(OPEN),
            Enquiry.entry_id.in_(entries_of_officer(reader.user_id)),
        )
        .order_by(Enquiry.due_on, Enquiry.id)
        .limit(MOST_FROM_ONE)
    )  # fmt: skip
    return [
        HomeLine(
            Part.WAITING, "Question", f"The export desk asks for your word about {row.name}",
            f"/enquiries/for-us/{row.id}", row.contribution_asked_at, action="Contribute",
        )
        for row in session.execute(wanted)
    ]  # fmt: skip
