"""The record: every change of state, append-only and chained, so that a changed past shows.

Entries wait in the session and are written at commit, when the head of the chain is locked last and
for the shortest time. What is personal lies in a side row; only its salted digest is in the chain, so
the row can be erased and the chain still verifies.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    delete,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from app.core import audit_triggers, clock
from app.core.db import Base, json_dict, utc_datetime
from app.core.logs import request_id

BigKey = BigInteger().with_variant(Integer, "sqlite")


class AuditHead(Base):
    """The newest link of the chain; one row, locked by whoever appends."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class AuditEntry(Base):
    """One thing that happened: who, what, to what, when, in which request."""

    __tablename__ = "audit_entries"

    sequence: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    at: Mapped[utc_datetime]
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64), index=True)
    before: Mapped[str | None] = mapped_column(String(80))
    after: Mapped[str | None] = mapped_column(String(80))
    request_id: Mapped[str] = mapped_column(String(64))
    detail_digest: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditDetail(Base):
    """Reason and particulars of an entry; may be erased without breaking the chain."""

    __tablename__ = "audit_details"

    sequence: Mapped[int] = mapped_column(ForeignKey("audit_entries.sequence"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[json_dict]


for _kept in (AuditHead, AuditEntry, AuditDetail):
    audit_triggers.attach(Base.metadata.tables[_kept.__tablename__])


@dataclass(frozen=True, slots=True)
class _Waiting:
    within: SessionTransaction | None
    at: datetime
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: str
    before: str | None
    after: str | None
    reason: str
    detail: Mapping[str, Any]
    request_id: str


def record(
    session: Session,
    action: str,
    subject: tuple[str, UUID | str],
    *,
    actor_id: UUID | None,
    before: str | None = None,
    after: str | None = None,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note that something happened; it is written when the session commits, or not at all.

    `action` is noun.verb in the past tense, as in "registration.approved"; `actor_id` None is the system.
    Personal data belongs in `reason` and `detail` only: they can be erased. Raises ValueError for words too
    long for their column and for a detail that is not plain data.
    """
    entry = _Waiting(
        within=session.get_nested_transaction(), at=clock.now(), actor_id=actor_id, action=_short(action, 80),
        subject_kind=_short(subject[0], 40), subject_id=_short(str(subject[1]), 64),
        before=None if before is None else _short(before, 80), after=None if after is None else _short(after, 80),
        reason=_storable(reason), detail=_plain(detail or {}), request_id=request_id(),
    )  # fmt: skip
    session.info.setdefault("audit", []).append(entry)


def _short(words: str, most: int) -> str:
    if len(words) > most:
        raise ValueError(f"The record holds at most {most} characters here: {words[:100]!r}")
    return str(words)


def _storable(words: str) -> str:
    """Replace what PostgreSQL cannot hold in a text: NUL and lone surrogates."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return the detail as it will read when it comes back from the database, so that its digest holds."""
    text = json.dumps(detail, default=str, allow_nan=False, ensure_ascii=False)
    plain: dict[str, Any] = json.loads(_storable(text).replace("\\u0000", "\ufffd"))
    return plain


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one JSON text of `content` that digests are taken over."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def detail_digest(salt: str, reason: str, detail: Mapping[str, Any]) -> str:
    """Return the digest of the erasable part of an entry."""
    return hashlib.sha256(canonical({"salt": salt, "reason": reason, "detail": detail})).hexdigest()


def link(entry: Mapping[str, Any]) -> str:
    """Return the hash that an entry must carry, given its content and the hash before it."""
    content = {
        "sequence": entry["sequence"], "at": entry["at"].isoformat(), "actor": entry["actor_id"],
        "action": entry["action"], "subject": [entry["subject_kind"], entry["subject_id"]],
        "before": entry["before"], "after": entry["after"], "request": entry["request_id"],
        "detail": entry["detail_digest"], "previous": entry["previous_hash"],
    }  # fmt: skip
    return hashlib.sha256(canonical(content)).hexdigest()


def write_waiting(session: Session) -> None:
    """Append what `record` left waiting. Called at commit; tests may call it sooner."""
    if (savepoint := session.get_nested_transaction()) is not None:
        _keep_for_outer(session, savepoint)
        return
    waiting: list[_Waiting] = session.info.pop("audit", [])
    if not waiting:
        return
    session.flush()
    sequence, newest = _locked_head(session)
    entries, details = [], []
    for note in waiting:
        sequence += 1
        entry, detail = _rows(note, sequence, newest)
        newest = str(entry["hash"])
        entries.append(entry)
        details.append(detail)
    session.execute(insert(AuditEntry), entries)
    session.execute(insert(AuditDetail), details)
    session.execute(update(AuditHead).values(sequence=sequence, hash=newest))


def _locked_head(session: Session) -> tuple[int, str]:
    """Lock the head and return it; whoever appends next waits here until this transaction ends."""
    head = session.execute(select(AuditHead.sequence, AuditHead.hash).with_for_update()).one_or_none()
    if head is None:
        raise LookupError("The head of the audit log is gone; run 'audit verify' and restore a backup.")
    return head.sequence, head.hash


def _rows(note: _Waiting, sequence: int, previous: str) -> tuple[dict[str, Any], dict[str, Any]]:
    salt = secrets.token_hex(16)
    entry = {
        "sequence": sequence, "at": note.at, "actor_id": note.actor_id, "action": note.action,
        "subject_kind": note.subject_kind, "subject_id": note.subject_id, "before": note.before,
        "after": note.after, "request_id": note.request_id,
        "detail_digest": detail_digest(salt, note.reason, note.detail), "previous_hash": previous,
    }  # fmt: skip
    entry["hash"] = link(entry)
    return entry, {"sequence": sequence, "salt": salt, "reason": note.reason, "detail": dict(note.detail)}


def erase_details(session: Session, sequences: Sequence[int], *, actor_id: UUID | None, reason: str) -> int:
    """Erase the personal side of entries and record that; return how many there were. The chain still verifies."""
    gone = session.execute(delete(AuditDetail).where(AuditDetail.sequence.in_(sequences))).rowcount  # type: ignore[attr-defined]
    if gone:
        record(session, "audit.details_erased", ("audit", "details"), actor_id=actor_id, reason=reason,
               detail={"sequences": sorted(sequences)})  # fmt: skip
    return int(gone)


def _keep_for_outer(session: Session, savepoint: SessionTransaction) -> None:
    """Let what was recorded inside a savepoint that is released share the fate of what is around it."""
    around = savepoint.parent if savepoint.parent is not None and savepoint.parent.nested else None
    waiting: list[_Waiting] = session.info.get("audit", [])
    session.info["audit"] = [replace(note, within=around) if note.within is savepoint else note for note in waiting]


def _forget_undone(session: Session, undone: SessionTransaction) -> None:
    """Drop what was recorded inside a savepoint, or a whole transaction, that is rolled back."""
    waiting: list[_Waiting] = session.info.get("audit", [])
    if undone.nested:
        session.info["audit"] = [note for note in waiting if note.within is not undone]
    elif undone.parent is None:
        session.info.pop("audit", None)


event.listen(Session, "before_commit", write_waiting)
event.listen(Session, "after_soft_rollback", _forget_undone)
