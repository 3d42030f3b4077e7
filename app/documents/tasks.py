"""Jobs of this room: ask the scanner, remove a content."""

from uuid import UUID

from app.core import clock
from app.core.db import transaction
from app.documents import services
from app.documents.gateway import scanner, store
from app.notifications.outbox import Handler, Job


def scan(job: Job) -> None:
    """Ask the scanner about one file; a scanner that is away leaves the file closed, and it is asked again."""
    file_id = UUID(job.payload["file"])
    with transaction() as session:
        parts = services.content_parts(session, file_id)
    if parts is None:
        return
    finding = scanner.finding(parts)
    with transaction() as session:
        services.note_scan(session, file_id, finding, now=clock.now())


def remove(job: Job) -> None:
    """Remove one content from the store."""
    store.remove(job.payload["key"])


HANDLERS: dict[str, Handler] = {services.SCAN: scan, services.REMOVE: remove}
