"""The waitlist moves by itself: a place that comes free is offered to the next who fits, for a time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notifications import outbox
from app.registration.models import Registration
from app.registration.services.moves import locked, move, settings_in_force, terms_of
from app.registration.services.places import PoolFull, take_places
from app.registration.states import RegistrationEvent, RegistrationState

EXPIRE = "registration.expire"
"""The job that ends an offer or a payment deadline that has passed."""


def waiting(session: Session, summit_id: UUID) -> list[UUID]:
    """Return who waits, in the order in which places are offered: priority, then age."""
    found = session.execute(
        select(Registration.id, Registration.priority, Registration.waitlisted_at, Registration.submitted_at).where(
            Registration.summit_id == summit_id, Registration.state == RegistrationState.WAITLISTED
        )
    ).all()
    return [row.id for row in sorted(found, key=lambda row: (-row.priority, row.waitlisted_at, row.submitted_at))]


def move_waitlist(session: Session, summit_id: UUID, *, now: datetime) -> int:
    """Offer every place that is free to the next who fits all its pools; return how many offers were made."""
    _version, settings = settings_in_force(session, summit_id)
    offered = 0
    for registration_id in waiting(session, summit_id):
        registration = locked(session, registration_id)
        if registration.state is not RegistrationState.WAITLISTED:
            continue
        try:
            take_places(session, registration, settings, now=now)
        except PoolFull:
            continue
        _offer(session, registration, now=now)
        offered += 1
    return offered


def _offer(session: Session, registration: Registration, *, now: datetime) -> None:
    registration.offer_until = now + timedelta(days=terms_of(registration).offer_days)
    move(session, registration, RegistrationEvent.OFFER, actor_id=None, now=now)
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=registration.offer_until)
