"""How long a place is held for money that comes by bank, and what happens when it had not come after all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.notifications import outbox
from app.registration.services.moves import locked, note
from app.registration.services.places import EXPIRE
from app.registration.states import RegistrationState


def hold_until(session: Session, registration_id: UUID, until: datetime, now: datetime) -> None:
    """Hold the place of an application that is to be paid until then; whoever moves the deadline says so by a paper."""
    registration = locked(session, registration_id)
    if registration.state is not RegistrationState.PAYMENT_DUE or registration.pay_until == until:
        return
    registration.pay_until = until
    note(session, registration, f"To be paid by bank; held until {until:%d %B %Y}.", actor_id=None, now=now)
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=until)
