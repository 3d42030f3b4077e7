"""The questions of the desk and the answers to them, on the participant's own page."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.registration.queries import Section, StatusPage, SummitView
from app.registration.queries.thread import thread_of


def thread_section(session: Session, page: StatusPage, summit: SummitView, _now: datetime) -> Section | None:
    """Return every question this person was sent with its answer; None before the first."""
    if not page.registration.question:
        return None
    thread = thread_of(session, page.registration.id, as_told=True)
    if not thread:
        return None
    facts = {"thread": thread, "zone": summit.zone}
    return Section("Questions and answers", "registration/_thread.html", facts, order=12)
