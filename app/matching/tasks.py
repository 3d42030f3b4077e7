"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.matching import queries, services
from app.matching.facts import read_facts
from app.matching.models import MatchRun
from app.matching.propose import RunSettings, propose
from app.matching.states import OPEN_WORK
from app.notifications.outbox import Handler, Job


def compute_run(job: Job) -> None:
    """Compute a match run and keep its pairs. Done already, nothing happens."""
    run_id = UUID(job.payload["run"])
    run = queries.run(db(), run_id)
    if run.work not in OPEN_WORK:
        return
    job.progress(5, "Reading wishes, interest and policy")
    summit_id = db().get_one(MatchRun, run_id).summit_id
    facts = read_facts(db(), summit_id)
    settings = RunSettings(run.partner_capacity, run.entry_capacity, run.floor)
    proposal = propose(facts, settings, job.progress)
    with transaction() as session:
        services.keep_proposal(session, run_id, proposal, now=clock.now())


HANDLERS: dict[str, Handler] = {services.RUN_JOB: compute_run}
