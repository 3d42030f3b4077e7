"""Jobs of this room: kind of job to the function that does it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.interest import services
from app.notifications.outbox import Handler, Job


class Sweep(Protocol):
    """A service that does some of what is due and returns how much it did."""

    def __call__(self, session: Session, *, now: datetime) -> int: ...


def until_none(sweep: Sweep) -> Callable[[Job], None]:
    """Return a job that calls a sweep, each time in a transaction of its own, until nothing is due."""

    def run(_job: Job) -> None:
        done = None
        while done != 0:
            with transaction() as session:
                done = sweep(session, now=clock.now())

    return run


HANDLERS: dict[str, Handler] = {
    services.LAPSE: until_none(services.lapse_due),
    services.REMIND: until_none(services.remind_expiring),
    services.REMIND_STEPS: until_none(services.remind_steps),
}
