"""Jobs of this room: kind of job to the function that does it."""

from app.core import clock
from app.core.db import transaction
from app.interest import services
from app.notifications.outbox import Handler, Job


def lapse(_job: Job) -> None:
    """End what nobody moved or renewed in time; queued at each step for the moment its time runs out."""
    ended = None
    while ended != 0:
        with transaction() as session:
            ended = services.lapse_due(session, now=clock.now())


HANDLERS: dict[str, Handler] = {services.LAPSE: lapse}
