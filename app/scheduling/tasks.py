"""Jobs of this room: kind of job to the function that does it."""

from dataclasses import replace
from time import monotonic
from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.notifications import outbox
from app.notifications.outbox import Handler, Job
from app.registration import queries as registration
from app.scheduling import rules, services
from app.scheduling.models import Seating
from app.scheduling.problem import read_problem
from app.scheduling.solver import seat
from app.scheduling.states import Mode


class _Heed:
    """Asked often by the solver: every few seconds it says that work goes on and learns of a cancellation.

    It never stops the search for any other reason, so how fast the machine is does not change the plan.
    """

    EVERY_SECONDS = 3.0

    def __init__(self, job: Job, note: str) -> None:
        self.job, self.note, self.next, self.cancelled = job, note, monotonic() + self.EVERY_SECONDS, False
        self.percent = 20

    def __call__(self) -> bool:
        if monotonic() >= self.next and not self.cancelled:
            self.next = monotonic() + self.EVERY_SECONDS
            self.percent = min(80, self.percent + 5)
            try:
                self.job.progress(self.percent, self.note)
            except outbox.Cancelled:
                self.cancelled = True
        return self.cancelled

    def stop_if_cancelled(self) -> None:
        """Raise Cancelled when somebody cancelled meanwhile."""
        if self.cancelled:
            raise outbox.Cancelled


def seat_all(job: Job) -> None:
    """Compute the timetable and keep it. Done already, nothing happens; changed meanwhile, it is tried again."""
    seating_id = UUID(job.payload["seating"])
    seating = db().get(Seating, seating_id)
    if seating is None:
        raise outbox.Hopeless("The seating this job was for does not exist.")
    if seating.done_at is not None:
        return
    summit = registration.summit_view(db(), seating.summit_id)
    if summit is None:
        raise outbox.Hopeless("The summit this job was for does not exist.")
    job.progress(5, "Reading meetings, people and slots")
    problem = read_problem(db(), summit, Mode(job.payload["mode"]), now=clock.now())
    job.progress(20, f"Seating {len(problem.meetings)} meetings")
    heed = _Heed(job, f"Seating {len(problem.meetings)} meetings")
    found = seat(problem.instance, replace(rules.effort(problem.instance), stop=heed))
    heed.stop_if_cancelled()
    job.progress(85, "Writing the timetable down")
    with transaction() as session:
        services.keep_plan(session, seating_id, problem, found, now=clock.now())


def expire_due(_job: Job) -> None:
    """End the suggestions and requests whose time is up."""
    with transaction() as session:
        services.expire_due(session, now=clock.now())


HANDLERS: dict[str, Handler] = {services.SEAT_JOB: seat_all, services.EXPIRE_JOB: expire_due}
