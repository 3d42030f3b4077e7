"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import transaction
from app.directory import services
from app.notifications.outbox import Handler, Job


def grow_stale(_job: Job) -> None:
    """Mark what no company confirmed for too long; queued at each confirmation for the day it runs out."""
    with transaction() as session:
        services.grow_stale(session, now=clock.now())


def remind(job: Job) -> None:
    """Tell a company that its entry goes stale soon."""
    with transaction() as session:
        services.remind_to_confirm(session, UUID(job.payload["entry"]), now=clock.now())


HANDLERS: dict[str, Handler] = {services.GROW_STALE: grow_stale, services.REMIND: remind}
