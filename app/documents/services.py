"""What can be done with a file: keep it, open it, drop it, have it scanned.

Whoever keeps large uploads calls `check` before the transaction and hands its outcome to `keep_file`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.access import Principal
from app.core.errors import NotFound, Refused
from app.core.states import advance
from app.documents.gateway import scanner, store
from app.documents.models import File
from app.documents.queries import FileRow, file_row
from app.documents.rules.check import Checked, check
from app.documents.rules.kinds import ACCEPTED, Accepted
from app.documents.rules.refusal import BadFile
from app.documents.states import GONE, TRANSITIONS, FileEvent, FileState, Purpose
from app.notifications import outbox

SCAN, REMOVE = "documents.scan", "documents.remove"
ORPHAN_AFTER = timedelta(days=1)
NO_SUCH = "There is no such file, or it is not yours to see."
NOT_YET = "This file is still being checked. Try again in a minute."

MayRead = Callable[[Session, FileRow, Principal], bool]
may_read: dict[Purpose, MayRead] = {}
"""Who besides its owner may read a file, by purpose; filled where the rooms are put together. Unnamed: nobody."""

__all__ = ["ACCEPTED", "Accepted", "BadFile", "Checked", "check", "drop_file", "keep_file", "may_read", "open_file"]


def keep_file(
    session: Session, upload: bytes | Checked, *, name: str = "", purpose: Purpose, owner_id: UUID | None, now: datetime
) -> File:
    """Keep a file, after checking it; it opens to others once the scanner called it clean. Raises BadFile.

    The content is removed again when the transaction does not come through.
    """
    checked = upload if isinstance(upload, Checked) else check(upload, name=name, purpose=purpose)
    if checked.purpose is not purpose:
        raise ValueError("This file was checked for another purpose.")
    ours = purpose is Purpose.PAPER
    waits = scanner.is_set() and not ours
    file = File(
        id=ids.new_id(), purpose=purpose, kind=checked.kind, key=store.new_key(), name=checked.name,
        size_bytes=len(checked.content), sha256=checked.sha256, owner_id=owner_id,
        state=FileState.WAITING if waits else FileState.READY, created_at=now,
    )  # fmt: skip
    store.put(file.key, checked.content)
    session.info.setdefault("kept_contents", []).append(file.key)
    session.add(file)
    session.flush()
    if waits:
        outbox.queue(session, SCAN, {"file": str(file.id)}, now=now)
    audit.record(
        session, "file.kept", ("file", file.id), actor_id=owner_id, after=file.state,
        detail={"purpose": purpose, "kind": file.kind, "bytes": file.size_bytes, "sha256": file.sha256},
    )  # fmt: skip
    return file


def open_file(session: Session, file_id: UUID) -> bytes:
    """Return the content for the platform's own use, whole as it was kept. Raises NotFound and Refused."""
    file = session.get(File, file_id)
    if file is None or file.state in GONE:
        raise NotFound(NO_SUCH)
    if file.state is FileState.WAITING:
        raise Refused(NOT_YET)
    content = store.get(file.key)
    if Checked(file.name, file.kind, file.purpose, content).sha256 != file.sha256:
        raise Refused("The content of this file is not what was kept. Restore it from a backup.")
    return content


def drop_file(session: Session, file_id: UUID, *, actor_id: UUID | None, now: datetime, reason: str = "") -> None:
    """Drop a file for good: nobody opens it from now on, and its content is removed at once. Twice is fine."""
    file = session.get(File, file_id, with_for_update=True)
    if file is None:
        raise NotFound(NO_SUCH)
    if file.state not in GONE:
        _end(session, file, FileEvent.DROP, now)
        audit.record(
            session, "file.dropped", ("file", file.id), actor_id=actor_id, before=FileState.READY, after=file.state,
            reason=reason,
        )  # fmt: skip


def readable_file(session: Session, file_id: UUID, reader: Principal) -> FileRow:
    """Return a file that this person may read now. Raises NotFound for every other, and Refused while it waits."""
    file = file_row(session, file_id)
    if file is None or file.state in GONE:
        raise NotFound(NO_SUCH)
    owns = file.owner_id == reader.user_id
    if file.state is not FileState.READY:
        raise Refused(NOT_YET) if owns else NotFound(NO_SUCH)
    if not owns and not (file.purpose in may_read and may_read[file.purpose](session, file, reader)):
        raise NotFound(NO_SUCH)
    return file


def download(session: Session, file: FileRow, *, actor_id: UUID) -> Iterator[bytes]:
    """Note that somebody downloads a file, and return its content in parts."""
    key = session.scalar(select(File.key).where(File.id == file.id))
    audit.record(session, "file.downloaded", ("file", file.id), actor_id=actor_id, detail={"purpose": file.purpose})
    return store.stream(key or "")


def content_parts(session: Session, file_id: UUID) -> Iterator[bytes] | None:
    """Return the content of a file that waits for the scanner, None when it waits no more."""
    key = session.scalar(select(File.key).where(File.id == file_id, File.state == FileState.WAITING))
    return store.stream(key) if key else None


def note_scan(session: Session, file_id: UUID, finding: str | None, *, now: datetime) -> None:
    """Note what the scanner said: clean opens the file, anything found removes it. A second verdict changes nothing."""
    file = session.get(File, file_id, with_for_update=True)
    if file is None or file.state is not FileState.WAITING:
        return
    file.scanned_at = now
    if finding is None:
        file.state = advance(TRANSITIONS, file.state, FileEvent.CLEAR, thing="file")
    else:
        file.finding = finding
        _end(session, file, FileEvent.CONDEMN, now)
    audit.record(
        session, "file.scanned", ("file", file.id), actor_id=None, before=FileState.WAITING, after=file.state,
        reason=finding or "",
    )  # fmt: skip


def drop_old(session: Session, *, now: datetime, dry_run: bool) -> int:
    """Drop the files whose purpose is over, and what lies in the store without a row; return how many."""
    found: list[UUID] = []
    for purpose, accepted in ACCEPTED.items():
        if accepted.kept_for is not None:
            old = select(File.id).where(File.purpose == purpose, File.created_at < now - accepted.kept_for)
            found += session.scalars(old.where(File.state.not_in(GONE)).order_by(File.id))
    stray = _strays(session, now)
    if not dry_run:
        for file_id in found:
            drop_file(session, file_id, actor_id=None, now=now, reason="Its time was over.")
        for key in stray:
            outbox.queue(session, REMOVE, {"key": key}, now=now)
    return len(found) + len(stray)


def _strays(session: Session, now: datetime) -> list[str]:
    """Return the keys that lie in the store and in no row: a process died between the two."""
    known = set(session.scalars(select(File.key).where(File.state.not_in(GONE))))
    leaving = set(session.scalars(select(File.key).where(File.state.in_(GONE), File.gone_at > now - ORPHAN_AFTER)))
    return [key for key in store.keys(before=now - ORPHAN_AFTER) if key not in known | leaving]


def _end(session: Session, file: File, what: FileEvent, now: datetime) -> None:
    file.state = advance(TRANSITIONS, file.state, what, thing="file")
    file.gone_at, file.name = now, ""
    outbox.queue(session, REMOVE, {"key": file.key}, now=now)


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("kept_contents", None)


def _take_back(session: Session) -> None:
    """Remove the contents that a transaction kept before it failed."""
    if not session.in_nested_transaction():
        for key in session.info.pop("kept_contents", []):
            store.remove(key)


for _name, _listener in (("after_commit", _forget), ("after_rollback", _take_back)):
    event.listen(Session, _name, _listener)
