"""The waitlist moves by itself: a place that comes free is offered to the next who fits, for a time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.notifications import outbox
from app.registration.models import Pool, Registration
from app.registration.queries.money import KIND
from app.registration.rules.pools import pools_touched
from app.registration.rules.summit import SummitSettings
from app.registration.services.apply import own
from app.registration.services.decide import ask_for_fee
from app.registration.services.letters import tell
from app.registration.services.moves import locked, move, settings_in_force, terms_of
from app.registration.services.places import EXPIRE, PoolFull, take_places
from app.registration.states import RegistrationEvent, RegistrationState
from app.screening import services as screening


def waiting(session: Session, summit_id: UUID) -> list[Registration]:
    """Return who waits, in the order in which places are offered: priority, then age."""
    found = session.scalars(
        select(Registration).where(
            Registration.summit_id == summit_id, Registration.state == RegistrationState.WAITLISTED
        )
    ).all()
    return sorted(found, key=lambda r: (-r.priority, r.waitlisted_at or r.created_at, r.number))


def offer_next(session: Session, summit_id: UUID, *, now: datetime, max_list_age_days: int | None) -> UUID | None:
    """Offer a place to the first who waits, is clear and fits every pool; return whom, None when nobody does.

    One offer at a time: the caller repeats it, each in a transaction of its own, until nobody is left.
    """
    _version, settings = settings_in_force(session, summit_id)
    for candidate in waiting(session, summit_id):
        if not _has_room(session, candidate, settings):
            continue
        registration = locked(session, candidate.id)
        if registration.state is RegistrationState.WAITLISTED and _offered(
            session, registration, settings, now=now, max_list_age_days=max_list_age_days
        ):
            return registration.id
    return None


def _has_room(session: Session, candidate: Registration, settings: SummitSettings) -> bool:
    """Look, without a lock, whether it is worth locking the pools for this one."""
    touched = pools_touched(
        settings.pools, candidate.country or "", candidate.participant_type or "", str(candidate.organization_id)
    )
    taken = {
        (pool.kind, pool.key): pool.taken
        for pool in session.scalars(
            select(Pool).where(Pool.summit_id == candidate.summit_id, Pool.key.in_([rule.key for rule in touched]))
        )
    }
    return all(taken.get((rule.kind, rule.key), 0) < rule.capacity for rule in touched)


def _offered(
    session: Session, registration: Registration, settings: SummitSettings, *, now: datetime,
    max_list_age_days: int | None,
) -> bool:  # fmt: skip
    try:
        screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
        take_places(session, registration, settings, now=now)
    except (PoolFull, Refused):
        return False
    registration.offer_until = now + timedelta(days=terms_of(registration).offer_days)
    move(session, registration, RegistrationEvent.OFFER, actor_id=None, now=now)
    tell(session, registration, "offered", now=now, offer_until=registration.offer_until)
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=registration.offer_until)
    return True


def accept_offer(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, max_list_age_days: int | None
) -> None:
    """Accept a place offered to oneself, before its deadline; the fee is asked for. To refuse it, withdraw."""
    registration = own(session, registration_id, actor_id)
    if registration.state is RegistrationState.OFFERED:
        if registration.offer_until is None or now >= registration.offer_until:
            raise Refused("The time to accept this place has passed. It goes to the next person.")
        screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
    move(session, registration, RegistrationEvent.ACCEPT_OFFER, actor_id=actor_id, now=now)
    ask_for_fee(session, registration, now=now, template="accepted")
