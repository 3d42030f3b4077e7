"""Jobs of this room: kind of job to the function that does it."""

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
    found = seat(problem.instance, rules.effort(problem.instance))
    job.progress(85, "Writing the timetable down")
    with transaction() as session:
        services.keep_plan(session, seating_id, problem, found, now=clock.now())


def expire_due(_job: Job) -> None:
    """End the suggestions and requests whose time is up."""
    with transaction() as session:
        services.expire_due(session, now=clock.now())


HANDLERS: dict[str, Handler] = {services.SEAT_JOB: seat_all, services.EXPIRE_JOB: expire_due}
