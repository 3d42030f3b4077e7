"""What a person's application puts on their home page."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access import Role
from app.core.homes import LATELY, HomeLine, HomeReader, Part, queue
from app.registration.models import Registration
from app.registration.queries.summit import current_summit
from app.registration.states import ENDED, UNDECIDED, RegistrationState

S = RegistrationState
PAGE = "/apply/status"
DECIDERS = frozenset({Role.REVIEWER, Role.ORGANIZER})


def home_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the next step of the person's application; one in review while a letter about a decision waits."""
    wanted = select(Registration).where(Registration.user_id == reader.user_id, Registration.state.not_in(ENDED))
    row = session.scalars(wanted.order_by(Registration.created_at.desc()).limit(1)).first()
    if row is None and reader.staff:
        return []
    if row is None:
        words = "Apply to attend: one form, under ten minutes, saved as you go"
        return [HomeLine(Part.WAITING, "Application", words, "/apply", action="Begin")]
    state = S.IN_REVIEW if row.letter_at is not None else row.state
    due = {S.OFFERED: row.offer_until, S.PAYMENT_DUE: row.pay_until}.get(state)
    if state in TO_DO:
        words, action = TO_DO[state]
        href = "/apply" if state is S.DRAFT else PAGE
        return [HomeLine(Part.WAITING, "Application", words, href, _since(row), due, action)]
    is_old = state is S.CONFIRMED and reader.now - _since(row) > LATELY
    words = "" if is_old else TOLD.get(state, "")
    return [HomeLine(Part.CHANGED, "Application", words, PAGE, _since(row), action="See")] if words else []


def desk_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return how many applications wait for a decision."""
    if not reader.staff & DECIDERS or (summit := current_summit(session)) is None:
        return []
    wanted = select(func.count(), func.min(Registration.submitted_at)).where(
        Registration.summit_id == summit.id, Registration.state.in_(UNDECIDED)
    )
    return queue(session, wanted, "Application", "application to decide", "applications to decide", "/registrations")


def _since(row: Registration) -> datetime:
    return row.confirmed_at or (row.decided_at if row.letter_at is None else None) or row.submitted_at or row.created_at


TO_DO: dict[RegistrationState, tuple[str, str]] = {
    S.DRAFT: ("Your application is begun and not yet handed in", "Go on"),
    S.NEEDS_INFORMATION: ("The reviewers asked you something about your application", "Answer"),
    S.OFFERED: ("A place is offered to you", "Answer"),
    S.PAYMENT_DUE: ("Your place waits for its fee", "Pay"),
}
TOLD: dict[RegistrationState, str] = {
    S.SUBMITTED: "Your application is handed in",
    S.IN_REVIEW: "Your application is in review",
    S.WAITLISTED: "Your application is on the waitlist",
    S.APPROVED: "Your application is approved",
    S.CONFIRMED: "Your place is confirmed",
}
