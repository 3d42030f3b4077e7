"""What meetings put on a person's home page."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.core.homes import MOST_FROM_ONE, HomeLine, HomeReader, Part
from app.matching.states import Side
from app.registration.models import Registration
from app.scheduling.models import Meeting
from app.scheduling.queries.mine import MyMeeting, wanted_meetings
from app.scheduling.states import WAITING


def home_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the suggested and requested meetings that wait for this person's answer, the first to end first."""
    mine = select(Registration.id).where(Registration.user_id == reader.user_id)
    waits = or_(
        and_(Meeting.registration_id.in_(mine), Meeting.partner_agreed_at.is_(None)),
        and_(Meeting.organization_id.in_(reader.companies), Meeting.company_agreed_at.is_(None)),
    )
    wanted = wanted_meetings().where(Meeting.state.in_(WAITING), waits).order_by(Meeting.expires_at, Meeting.number)
    rows = [MyMeeting(*row) for row in session.execute(wanted.limit(MOST_FROM_ONE))]
    return [_line(row, Side.PARTNER if row.partner_user_id == reader.user_id else Side.COMPANY) for row in rows]


def _line(row: MyMeeting, side: Side) -> HomeLine:
    how = "asks to meet" if row.asked_by is not None else "is suggested to you for a meeting"
    words = f"{row.with_whom(side)} {how}"
    return HomeLine(Part.WAITING, "Meeting", words, f"/meetings/{row.id}", None, row.expires_at, "Answer")
