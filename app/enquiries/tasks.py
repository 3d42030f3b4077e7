"""Jobs of this room: kind of job to the function that does it."""

from app.core import clock
from app.core.db import transaction
from app.enquiries import services
from app.notifications.outbox import Handler, Job


def remind(_job: Job) -> None:
    """Remind the desk of what is overdue; a second run on the same day finds nothing."""
    with transaction() as session:
        services.remind_overdue(session, now=clock.now())


HANDLERS: dict[str, Handler] = {services.REMIND: remind}
