"""What questions put on the home pages: what waits for the asker, for a company's export officer, for the desk."""

from datetime import date, datetime

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.core.homes import MOST_FROM_ONE, HomeLine, HomeReader, Part
from app.directory.models import Entry
from app.enquiries.models import Enquiry
from app.enquiries.queries.people import DESK, entries_of_officer
from app.enquiries.states import OPEN, EnquiryState


def home_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return questions that were asked back or answered, and those a company was asked about."""
    own = and_(
        Enquiry.asker_id == reader.user_id,
        Enquiry.state.in_([EnquiryState.NEEDS_INFORMATION, EnquiryState.ANSWERED]),
    )
    for_us = and_(
        Enquiry.contribution_asked_at.is_not(None), Enquiry.state.in_(OPEN),
        Enquiry.entry_id.in_(entries_of_officer(reader.user_id)),
    ) if reader.is_export_officer else false()  # fmt: skip
    wanted = (
        select(Enquiry, Entry.name, own.label("own"), for_us.label("for_us"))
        .outerjoin(Entry, Entry.id == Enquiry.entry_id)
        .where(or_(own, for_us))
        .order_by(Enquiry.due_on, Enquiry.id)
        .limit(60)
    )
    found = session.execute(wanted).all()
    mine = sorted((row for row in found if row.own), key=lambda row: row.Enquiry.asked_at, reverse=True)
    ours = [row for row in found if row.for_us]
    return [
        *(_own(row.Enquiry, row.name) for row in mine[:MOST_FROM_ONE]),
        *(_for_us(row.Enquiry, row.name) for row in ours[:MOST_FROM_ONE]),
    ]


def desk_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return how many open questions this person of the desk has, and how many have no owner."""
    if not reader.staff & DESK:
        return []
    is_mine = Enquiry.owner_id.is_not(None)
    wanted = (
        select(is_mine, func.count(), func.min(Enquiry.asked_at), func.min(Enquiry.due_on))
        .where(Enquiry.state.in_(OPEN), or_(Enquiry.owner_id.is_(None), Enquiry.owner_id == reader.user_id))
        .group_by(is_mine)
    )
    return [_at_the_desk(reader, *row) for row in session.execute(wanted)]


def _at_the_desk(reader: HomeReader, is_mine: bool, count: int, since: datetime, due_on: date) -> HomeLine:
    many = "open question" if count == 1 else "open questions"
    words = f"{count:,} {many} of yours" if is_mine else f"{count:,} {many} without an owner"
    href = f"/enquiries/desk?owner={reader.user_id if is_mine else 'none'}"
    return HomeLine(Part.WAITING, "Question", words, href, since, due_on=due_on)


def _own(row: Enquiry, name: str | None) -> HomeLine:
    href, about = f"/enquiries/{row.id}", f" about {name}" if name else ""
    if row.state is EnquiryState.ANSWERED:
        words = f"The export desk has answered your question{about}: say whether it helped"
        return HomeLine(Part.WAITING, "Question", words, href, action="Read")
    return HomeLine(Part.WAITING, "Question", f"The export desk asks you back{about}", href, action="Reply")


def _for_us(row: Enquiry, name: str) -> HomeLine:
    return HomeLine(
        Part.WAITING, "Question", f"The export desk asks for your word about {name}", f"/enquiries/for-us/{row.id}",
        row.contribution_asked_at, action="Contribute",
    )  # fmt: skip
