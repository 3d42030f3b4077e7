"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Unavailable
from app.notifications.outbox import Handler, Job
from app.screening import compare, queries, services


def screen(job: Job) -> None:
    """Compare the names of one case with the current list and record what was found.

    Raises Unavailable when no list is loaded, so that the job is tried again and the case stays open.
    """
    _screen(UUID(str(job.payload["case"])))


def rescreen(job: Job) -> None:
    """Compare every case that an older version of the list was used for, one transaction each."""
    behind = queries.cases_behind(db(), int(job.payload["version"]))
    for done, case_id in enumerate(behind):
        _screen(case_id)
        if done % 25 == 0:
            job.progress(100 * done // len(behind), f"{done} of {len(behind)} cases compared")


def _screen(case_id: UUID) -> None:
    current = queries.current_list(db())
    if current is None:
        raise Unavailable("No restricted-party list is loaded; the case stays open until one is.")
    revision, names = queries.names_to_screen(db(), case_id)
    found = compare.possible_hits(db(), current, names)
    with transaction() as session:
        services.record_screening(
            session, case_id, revision=revision, list_version=current.number, found=found, now=clock.now()
        )


HANDLERS: dict[str, Handler] = {services.SCREEN: screen, services.RESCREEN: rescreen}
