"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import transaction
from app.notifications.outbox import Handler, Job
from app.registration import services
from app.registration.services.places import MOVE_WAITLIST


def move_waitlist(job: Job) -> None:
    """Offer the places that came free."""
    with transaction() as session:
        services.move_waitlist(session, UUID(job.payload["summit"]), now=clock.now())


HANDLERS: dict[str, Handler] = {MOVE_WAITLIST: move_waitlist}
