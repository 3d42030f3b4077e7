"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.delegations.services import imports
from app.delegations.states import RowOutcome
from app.notifications.outbox import Handler, Job


def run_import(job: Job) -> None:
    """Enter the sound rows of a long sheet, a batch a transaction, saying how far it is."""
    import_id, actor_id = UUID(job.payload["import"]), UUID(job.payload["actor"])
    looked = imports.look_again(db(), import_id)
    loads = [row for row in looked.rows if row.outcome in (RowOutcome.NEW, RowOutcome.RESERVE)]
    parts = []
    for at in range(0, len(loads), imports.BATCH):
        job.progress(100 * at // len(loads), f"{at} of {len(loads)} entered")
        with transaction() as session:
            batch = loads[at : at + imports.BATCH]
            part = imports.run_batch(session, import_id, batch, actor_id=actor_id, now=clock.now())
        if part is None:
            return
        parts.append(part)
    with transaction() as session:
        imports.finish(session, import_id, parts, looked, now=clock.now())


HANDLERS: dict[str, Handler] = {imports.RUN: run_import}
