"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import transaction
from app.notifications.outbox import Handler, Job
from app.registration import services
from app.registration.limits import list_age_limit
from app.registration.services.places import EXPIRE, LATE_MONEY, MOVE_WAITLIST


def move_waitlist(job: Job) -> None:
    """Offer the places that came free, one transaction each, until nobody else fits."""
    summit_id, offered = UUID(job.payload["summit"]), True
    while offered:
        with transaction() as session:
            found = services.offer_next(session, summit_id, now=clock.now(), max_list_age_days=list_age_limit())
            offered = found is not None


def expire(job: Job) -> None:
    """End an offer or a payment deadline that has passed."""
    with transaction() as session:
        services.expire(session, UUID(job.payload["registration"]), now=clock.now())


def settle_late_money(job: Job) -> None:
    """Give a place for money that came too late, or send it back."""
    with transaction() as session:
        services.settle_late_money(session, UUID(job.payload["registration"]), now=clock.now())


HANDLERS: dict[str, Handler] = {MOVE_WAITLIST: move_waitlist, EXPIRE: expire, LATE_MONEY: settle_late_money}
