"""Reminding the desk of questions whose day has passed."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.enquiries.models import Enquiry
from app.enquiries.queries.people import PersonOfDesk, desk_people
from app.enquiries.services import tell
from app.enquiries.services.keep import today_of
from app.enquiries.states import WITH_DESK
from app.registration.rules.days import is_business_day

REMIND = "enquiries.remind"
"""The daily job."""
MOST = 200


def remind_overdue(session: Session, *, now: datetime) -> int:
    """Mail owners and organizers what is overdue, at most once a business day; return how many questions those are."""
    today, holidays = today_of(session, now)
    if not is_business_day(today, holidays):
        return 0
    wanted = (
        select(Enquiry)
        .where(Enquiry.state.in_(WITH_DESK), Enquiry.due_on < today)
        .where(or_(Enquiry.reminded_on.is_(None), Enquiry.reminded_on < today))
        .order_by(Enquiry.due_on, Enquiry.id)
        .limit(MOST)
        .with_for_update()
    )
    late = session.scalars(wanted).all()
    for enquiry in late:
        enquiry.reminded_on = today
    for person in desk_people(session) if late else []:
        if mine := [enquiry for enquiry in late if _concerns(enquiry, person)]:
            tell.overdue(session, person, mine, today, now=now)
    return len(late)


def _concerns(enquiry: Enquiry, person: PersonOfDesk) -> bool:
    return person.is_organizer or enquiry.owner_id == person.id
