"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.core.settings import settings
from app.door import papers, queries, services
from app.door.models import BadgeRun
from app.notifications.outbox import Handler, Job
from app.registration.queries import summit_view
from app.regulatory.queries import country_choices

AT_ONCE = 48  # a dozen sheets


def print_badges(job: Job) -> None:
    """Make the sheet of a run, a dozen pages at a time. Made already, nothing happens."""
    run = db().get(BadgeRun, UUID(job.payload["run"]))
    summit = summit_view(db(), run.summit_id) if run else None
    if run is None or summit is None or run.finished_at is not None:
        return
    countries, total, made_at = dict(country_choices(db())), run.badges, clock.now()
    run_id, layout, parts, printed = run.id, run.layout, list[bytes](), list[UUID]()
    for done in range(0, total, AT_ONCE):
        job.progress(100 * done // (total + 1), f"{done} of {total} badges")
        badges = queries.badges_of_run(db(), summit.id, run_id, after=done, limit=AT_ONCE)
        printed += [badge.registration_id for badge in badges]
        if badges:
            parts.append(
                papers.sheet(badges, summit, layout, countries=countries, secret=settings().secret_key, made_at=made_at)
            )
    job.progress(99, "Putting the pages together")
    pdf = papers.joined(parts) if parts else b""
    with transaction() as session:
        services.finish_run(session, run_id, pdf, printed=printed, now=clock.now())


def drop_sheet(job: Job) -> None:
    """Drop a sheet a week after it was made."""
    with transaction() as session:
        services.drop_sheet(session, UUID(job.payload["run"]), now=clock.now())


HANDLERS: dict[str, Handler] = {services.PRINT_JOB: print_badges, services.DROP_JOB: drop_sheet}
