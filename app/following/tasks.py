"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.core.settings import settings
from app.following import queries, services
from app.notifications import outbox
from app.notifications.outbox import Handler, Job

DAILY, ALERT, DIGEST = "following.tell", "following.alert", "following.digest"
"""The job that runs once a day, and the ones it queues: one for each search and each person who may be told."""


def tell(_job: Job) -> None:
    """Queue a look at everything that is due; each on its own, so that one that fails is tried again alone."""
    now = clock.now()
    searches, people = queries.due_searches(db(), now), queries.due_digests(db(), now)
    with transaction() as session:
        for search_id in searches:
            outbox.queue(session, ALERT, {"search": str(search_id)}, now=now)
        for user_id in people:
            outbox.queue(session, DIGEST, {"person": str(user_id)}, now=now)


def alert(job: Job) -> None:
    """Look through one saved search and queue the mail, when there is something new."""
    with transaction() as session:
        search_id, secret_key = UUID(job.payload["search"]), settings().secret_key
        services.send_alert(session, search_id, secret_key=secret_key, now=clock.now())


def digest(job: Job) -> None:
    """Look what changed for one person and queue the mail, when something did."""
    with transaction() as session:
        user_id, secret_key = UUID(job.payload["person"]), settings().secret_key
        services.send_digest(session, user_id, secret_key=secret_key, now=clock.now())


HANDLERS: dict[str, Handler] = {DAILY: tell, ALERT: alert, DIGEST: digest}
