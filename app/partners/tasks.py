"""Jobs of this room: kind of job to the function that does it."""

from app.core import clock
from app.core.db import transaction
from app.notifications.outbox import Handler, Job
from app.partners import services


def nag(_job: Job) -> None:
    """Ask whether mandates still hold; queued at each confirmation for the day on which it runs out."""
    with transaction() as session:
        services.nag_due(session, now=clock.now())


HANDLERS: dict[str, Handler] = {services.NAG: nag}
