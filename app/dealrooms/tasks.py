"""Jobs of this room."""

from app.core import clock
from app.core.db import transaction
from app.dealrooms.services import follow, rooms
from app.notifications.outbox import Handler, Job


def expire(_job: Job) -> None:
    """End what is past its last moment, and warn a week before; queued for those moments and swept every hour."""
    changed = None
    while changed != 0:
        with transaction() as session:
            changed = follow.expire_due(session, now=clock.now())


HANDLERS: dict[str, Handler] = {rooms.EXPIRE: expire}
