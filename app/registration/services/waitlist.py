"""The waitlist moves by itself: a place that comes free is offered to the next who fits, for a time."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput, Refused
from app.notifications import outbox
from app.registration.models import Registration, Summit
from app.registration.queries.money import KIND
from app.registration.queries.waitlist import line_of, room_of
from app.registration.rules.summit import SummitSettings
from app.registration.rules.waitlist import offer_until, to_offer
from app.registration.services.apply import own
from app.registration.services.decide import ask_for_fee
from app.registration.services.leave import withdraw
from app.registration.services.letters import tell
from app.registration.services.moves import (
    locked,
    move,
    note,
    refuse_stranger,
    settings_in_force,
    terms_of,
)
from app.registration.services.places import EXPIRE, MOVE_WAITLIST, take_places
from app.registration.states import RegistrationEvent, RegistrationState
from app.screening import services as screening

PRIORITIES = range(10)
BEGUN = "The summit has begun. No place is offered any more."


def plan_offers(session: Session, summit_id: UUID, *, now: datetime, without: Collection[UUID] = ()) -> list[UUID]:
    """Return who should be offered the places that are free now, in order; those in `without` are left out.

    Looks without a lock: `offer_place` looks again, one person at a time.
    """
    _version, settings = settings_in_force(session, summit_id)
    if now >= settings.begins_at:
        return []
    line = [waiter for waiter in line_of(session, summit_id) if waiter.id not in without]
    return [waiter.id for waiter in to_offer(line, room_of(session, summit_id, settings))]


def offer_place(session: Session, registration_id: UUID, *, now: datetime, max_list_age_days: int | None) -> bool:
    """Offer a place to somebody who waits, if they still do, are clear and still fit; tell whether it was offered."""
    registration = locked(session, registration_id)
    if registration.state is not RegistrationState.WAITLISTED or registration.letter_at is not None:
        return False
    _version, settings = settings_in_force(session, registration.summit_id)
    try:
        screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
        take_places(session, registration, settings, now=now)
    except Refused:
        return False
    _offer(session, registration, settings, actor_id=None, now=now)
    return True


def offer_next(session: Session, summit_id: UUID, *, now: datetime, max_list_age_days: int | None) -> UUID | None:
    """Offer one place to the first who can have it; return whom, None when nobody can."""
    for registration_id in plan_offers(session, summit_id, now=now):
        if offer_place(session, registration_id, now=now, max_list_age_days=max_list_age_days):
            return registration_id
    return None


def _offer(
    session: Session, registration: Registration, settings: SummitSettings, *, actor_id: UUID | None, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    registration.offer_until = offer_until(settings, terms_of(registration), now)
    move(session, registration, RegistrationEvent.OFFER, actor_id=actor_id, now=now, reason=reason)
    tell(session, registration, "offered", now=now, offer_until=registration.offer_until)
    outbox.queue(session, EXPIRE, {"registration": str(registration.id)}, now=now, run_at=registration.offer_until)


def offer_by_hand(
    session: Session, registration_id: UUID, *, reason: str, actor_id: UUID, now: datetime,
    max_list_age_days: int | None, over_target_reason: str = "", seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Offer a place out of order, for a reason that is kept. Raises PoolFull, OverTarget, OwnApplication.

    Caps hold and screening must be clear: only the order is passed over.
    """
    if not reason.strip():
        raise InvalidInput("Write why this person is offered a place before others. It stays on the record.")
    registration = locked(session, registration_id, seen_moves=seen_moves)
    refuse_stranger(session, registration, actor_id)
    if registration.state is not RegistrationState.WAITLISTED or registration.letter_at is not None:
        raise Refused("This person is not on the waitlist now. Open the application to see where it stands.")
    _version, settings = settings_in_force(session, registration.summit_id)
    if now >= settings.begins_at:
        raise Refused(BEGUN)
    screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
    take_places(session, registration, settings, now=now, over_target_reason=over_target_reason, actor_id=actor_id)
    _offer(session, registration, settings, actor_id=actor_id, now=now, reason=f"Out of order: {reason.strip()}")


def change_priority(
    session: Session, registration_id: UUID, priority: int, *, reason: str, actor_id: UUID, now: datetime,
    seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Let somebody who waits be offered a place sooner or later, for a reason that is kept."""
    if priority not in PRIORITIES:
        raise InvalidInput("The priority is a number from 0 to 9.")
    if not reason.strip():
        raise InvalidInput("Write why the priority changes. It stays on the record.")
    registration = locked(session, registration_id, seen_moves=seen_moves)
    refuse_stranger(session, registration, actor_id)
    if registration.state is not RegistrationState.WAITLISTED:
        raise Refused("This person is not on the waitlist now. Open the application to see where it stands.")
    before, registration.priority = registration.priority, priority
    note(session, registration, f"Priority {before} to {priority}: {reason.strip()}", actor_id=actor_id, now=now)


def accept_offer(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, max_list_age_days: int | None
) -> None:
    """Accept a place offered to oneself, before its deadline; the fee is asked for."""
    registration = own(session, registration_id, actor_id)
    if registration.state is RegistrationState.OFFERED:
        if registration.offer_until is None or now >= registration.offer_until:
            raise Refused("The time to accept this place has passed. It goes to the next person.")
        screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
    move(session, registration, RegistrationEvent.ACCEPT_OFFER, actor_id=actor_id, now=now)
    ask_for_fee(session, registration, now=now, template="accepted")


def decline_offer(session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Decline a place offered to oneself: the application ends and the place goes to the next person at once."""
    registration = own(session, registration_id, actor_id)
    if registration.state is not RegistrationState.OFFERED:
        raise Refused("No place is on offer to you now. Your application's page shows where it stands.")
    note(session, registration, "The offered place was declined.", actor_id=actor_id, now=now)
    withdraw(session, registration_id, actor_id=actor_id, now=now)


def overdue(session: Session, *, now: datetime) -> list[UUID]:
    """Return the applications whose offer or payment deadline has passed and that still hold a place."""
    offered = (Registration.state == RegistrationState.OFFERED) & (Registration.offer_until <= now)
    unpaid = (Registration.state == RegistrationState.PAYMENT_DUE) & (Registration.pay_until <= now)
    return list(session.scalars(select(Registration.id).where(offered | unpaid).order_by(Registration.id)))


def move_all(session: Session, *, now: datetime) -> None:
    """Let every waitlist on which somebody waits move, in case something that should have moved it was lost."""
    waits = select(Registration.summit_id).where(Registration.state == RegistrationState.WAITLISTED)
    for summit_id in session.scalars(select(Summit.id).where(Summit.id.in_(waits)).order_by(Summit.id)):
        outbox.queue(session, MOVE_WAITLIST, {"summit": str(summit_id)}, now=now)
