"""A file from being kept to being gone: keep it, open it, drop it, have it scanned.

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
from app.core.settings import settings
from app.core.states import advance
from app.documents.gateway import scanner, store
from app.documents.models import File, FileMark
from app.documents.queries import FileRow, file_row
from app.documents.rules.attest import Attested, needs_attestation, require_attested
from app.documents.rules.check import Checked, check
from app.documents.rules.kinds import ACCEPTED
from app.documents.services import review
from app.documents.services.lying import REMOVE, end, whole_content
from app.documents.states import GONE, OF_COMPANIES, TRANSITIONS, FileEvent, FileState, Purpose
from app.notifications import outbox

SCAN = "documents.scan"
ORPHAN_AFTER = timedelta(days=1)
NO_SUCH = "There is no such file, or it is not yours to see."
NOT_YET = "This file is still being checked. Try again in a minute."
HELD = (
    "This file is held for a reviewer, because it carries what looks like a marking or could not be read. Its owner is "
    "told by mail as soon as it is decided."
)
TAKEN_DOWN = "This file was taken down by the organizers. Its owner was told by mail why."
CLOSED = {FileState.WAITING: NOT_YET, FileState.HELD: HELD, FileState.TAKEN_DOWN: TAKEN_DOWN}

MayRead = Callable[[Session, FileRow, Principal], bool]
may_read: dict[Purpose, MayRead] = {}
"""Who besides its owner may read a file, by purpose; filled where the rooms are put together. Unnamed: nobody."""


def keep_file(
    session: Session,
    upload: bytes | Checked,
    *,
    name: str = "",
    purpose: Purpose,
    owner_id: UUID | None,
    now: datetime,
    attested: Attested | None = None,
) -> File:
    """Keep a file, after checking it; it opens to others once the scanner called it clean. Raises BadFile.

    Where the purpose asks for an attestation, raises NotAttested without one and MayNotEnter for what may be
    controlled; a file that carries a marking is HELD for a reviewer. The content is removed again when the
    transaction does not come through.
    """
    if needs_attestation(purpose):
        attested = require_attested(attested, ask=settings().contact_email)
    checked = upload if isinstance(upload, Checked) else check(upload, name=name, purpose=purpose)
    if checked.purpose is not purpose:
        raise ValueError("This file was checked for another purpose.")
    ours = purpose is Purpose.PAPER
    waits = scanner.is_set() and not ours
    file = File(
        id=ids.new_id(), purpose=purpose, kind=checked.kind, key=store.new_key(), name=checked.name,
        size_bytes=len(checked.content), sha256=checked.sha256, owner_id=owner_id,
        state=_first_state(checked, waits=waits), created_at=now, removed="; ".join(checked.removed)[:200],
    )  # fmt: skip
    if attested is not None:
        file.attested_by, file.attested_at = attested.by, attested.at
        file.attestation, file.handling = attested.version, attested.handling
    store.put(file.key, checked.content)
    session.info.setdefault("kept_contents", []).append(file.key)
    session.add(file)
    session.flush()
    session.add_all(
        FileMark(file_id=file.id, number=number, kind=mark.kind, place=mark.where[:120], words=mark.words[:300])
        for number, mark in enumerate(checked.marks, 1)
    )
    if waits:
        outbox.queue(session, SCAN, {"file": str(file.id)}, now=now)
    audit.record(
        session, "file.kept", ("file", file.id), actor_id=owner_id, after=file.state,
        detail={"purpose": purpose, "kind": file.kind, "bytes": file.size_bytes, "sha256": file.sha256,
                "attestation": file.attestation, "handling": file.handling},
    )  # fmt: skip
    if file.state is FileState.HELD:
        review.note_held(session, file, now=now)
    return file


def _first_state(checked: Checked, *, waits: bool) -> FileState:
    if waits:
        return FileState.WAITING
    return FileState.HELD if checked.marks else FileState.READY


def open_file(session: Session, file_id: UUID) -> bytes:
    """Return the content for the platform's own use, whole as it was kept. Raises NotFound and Refused."""
    file = session.get(File, file_id)
    if file is None or file.state in GONE:
        raise NotFound(NO_SUCH)
    if file.state in CLOSED:
        raise Refused(CLOSED[file.state])
    return whole_content(file)


def drop_file(session: Session, file_id: UUID, *, actor_id: UUID | None, now: datetime, reason: str = "") -> None:
    """Drop a file for good: nobody opens it from now on, and its content is removed at once. Twice is fine."""
    file = session.get(File, file_id, with_for_update=True)
    if file is None:
        raise NotFound(NO_SUCH)
    if file.state not in GONE:
        before = file.state
        end(session, file, FileEvent.DROP, now)
        audit.record(
            session, "file.dropped", ("file", file.id), actor_id=actor_id, before=before, after=file.state,
            reason=reason,
        )  # fmt: skip


def readable_file(session: Session, file_id: UUID, reader: Principal) -> FileRow:
    """Return a file that this person may read now. Raises NotFound for every other, and Refused while it waits."""
    file = file_row(session, file_id)
    if file is None or file.state in GONE:
        raise NotFound(NO_SUCH)
    owns = file.owner_id == reader.user_id and file.purpose not in OF_COMPANIES
    if file.state is not FileState.READY:
        raise Refused(CLOSED[file.state]) if owns else NotFound(NO_SUCH)
    if not owns and not (file.purpose in may_read and may_read[file.purpose](session, file, reader)):
        raise NotFound(NO_SUCH)
    return file


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
    if finding is not None:
        file.finding = finding
        end(session, file, FileEvent.INFECT, now)
    else:
        marked = session.scalar(select(FileMark.id).where(FileMark.file_id == file.id).limit(1)) is not None
        what = FileEvent.HOLD if marked else FileEvent.CLEAR
        file.state = advance(TRANSITIONS, file.state, what, thing="file")
        if marked:
            review.note_held(session, file, now=now)
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
