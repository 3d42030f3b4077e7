"""The record: every change of state, append-only and chained, so that a changed past shows.

Entries wait in the session and are written at commit, when the head of the chain is locked last and
for the shortest time. What is personal lies in a side row; only its salted digest is in the chain, so
the row can be erased and the chain still verifies.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Base, json_dict, utc_datetime
from app.core.logs import request_id

GENESIS = "0" * 64
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


@dataclass(frozen=True, slots=True)
class _Waiting:
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
    """
    entry = _Waiting(
        at=clock.now(), actor_id=actor_id, action=action, subject_kind=subject[0], subject_id=str(subject[1]),
        before=before, after=after, reason=reason, detail=dict(detail or {}), request_id=request_id(),
    )  # fmt: skip
    session.info.setdefault("audit", []).append(entry)


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one JSON text of `content` that digests are taken over."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def detail_digest(salt: str, reason: str, detail: Mapping[str, Any]) -> str:
    """Return the digest of the erasable part of an entry."""
    return hashlib.sha256(canonical({"salt": salt, "reason": reason, "detail": detail})).hexdigest()


def link(entry: AuditEntry) -> str:
    """Return the hash that an entry must carry, given its content and the hash before it."""
    content = {
        "sequence": entry.sequence, "at": entry.at.isoformat(), "actor": entry.actor_id, "action": entry.action,
        "subject": [entry.subject_kind, entry.subject_id], "before": entry.before, "after": entry.after,
        "request": entry.request_id, "detail": entry.detail_digest, "previous": entry.previous_hash,
    }  # fmt: skip
    return hashlib.sha256(canonical(content)).hexdigest()


def write_waiting(session: Session) -> None:
    """Append what `record` left waiting. Called at commit; tests may call it sooner."""
    waiting: list[_Waiting] = session.info.pop("audit", [])
    if not waiting:
        return
    session.flush()
    head = session.scalars(select(AuditHead).with_for_update()).one_or_none()
    if head is None:
        head = AuditHead(id=1, sequence=0, hash=GENESIS)
        session.add(head)
    for note in waiting:
        salt = secrets.token_hex(16)
        entry = AuditEntry(
            sequence=head.sequence + 1, at=note.at, actor_id=note.actor_id, action=note.action,
            subject_kind=note.subject_kind, subject_id=note.subject_id, before=note.before, after=note.after,
            request_id=note.request_id, detail_digest=detail_digest(salt, note.reason, note.detail),
            previous_hash=head.hash,
        )  # fmt: skip
        entry.hash = link(entry)
        detail = AuditDetail(sequence=entry.sequence, salt=salt, reason=note.reason, detail=dict(note.detail))
        head.sequence, head.hash = entry.sequence, entry.hash
        session.add(entry)
        session.flush()
        session.add(detail)


event.listen(Session, "before_commit", write_waiting)
