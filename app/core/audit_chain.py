"""Walking the chain of the record, and its head kept outside the database.

The chain shows that something in the middle was changed; the signed head, written to a file, shows that
the end was cut off or that everything was written anew.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.audit import AuditDetail, AuditEntry, AuditHead, canonical, detail_digest, link
from app.core.audit_triggers import GENESIS
from app.core.db import transaction
from app.core.errors import Refused
from app.core.settings import settings

BATCH = 1_000
FILE = "audit-head.json"
ENTRY = AuditEntry.__table__
DETAIL = AuditDetail.__table__


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that was signed and kept outside the database: entry `sequence` had this hash."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk found: entries read, how many had their details erased, and the first fault if any."""

    entries: int
    erased: int
    head: str
    fault: str | None = None

    @property
    def sound(self) -> bool:
        return self.fault is None


class BrokenChain(Exception):
    """The record is not what was written; the message names the first faulty entry."""


def verify(session: Session, anchor: Anchor | None = None) -> Verified:
    """Walk the whole chain and check order, links, details, head row and the outside head.

    Give it a session of `core.snapshot`, or what is appended meanwhile looks like a fault.
    """
    entries, erased, newest = 0, 0, GENESIS
    try:
        for row in _rows(session):
            _check(row, entries + 1, newest)
            entries, newest = entries + 1, row["hash"]
            erased += row["salt"] is None
            if anchor and anchor.sequence == entries and anchor.hash != newest:
                raise BrokenChain(f"Entry {entries} is not the one whose signed head was kept outside the database.")
        _check_end(session, entries, newest, anchor)
    except BrokenChain as fault:
        return Verified(entries, erased, newest, str(fault))
    return Verified(entries, erased, newest)


def _rows(session: Session) -> Iterator[RowMapping]:
    """Yield entries with their details in order of sequence, a batch at a time."""
    wanted = select(ENTRY, DETAIL.c.salt, DETAIL.c.reason, DETAIL.c.detail)
    wanted = wanted.outerjoin(DETAIL, DETAIL.c.sequence == ENTRY.c.sequence).order_by(ENTRY.c.sequence).limit(BATCH)
    after = None
    while True:
        batch = session.execute(wanted if after is None else wanted.where(ENTRY.c.sequence > after)).mappings().all()
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1]["sequence"]


def _check(row: RowMapping, expected: int, previous: str) -> None:
    at = row["sequence"]
    if at != expected:
        raise BrokenChain(f"Entry {expected} is missing: entry {at} stands in its place.")
    if row["previous_hash"] != previous:
        raise BrokenChain(f"Entry {at} does not follow the entry before it.")
    if link({**row}) != row["hash"]:
        raise BrokenChain(f"Entry {at} was changed after it was written.")
    if row["salt"] is not None and detail_digest(row["salt"], row["reason"], row["detail"]) != row["detail_digest"]:
        raise BrokenChain(f"The details of entry {at} were changed after they were written.")


def _check_end(session: Session, entries: int, newest: str, anchor: Anchor | None) -> None:
    head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    if head is None:
        raise BrokenChain(f"The head of the chain is gone, after entry {entries}.")
    if (head.sequence, head.hash) != (entries, newest):
        raise BrokenChain(f"The chain ends at entry {entries}, but its head names entry {head.sequence}.")
    if anchor and anchor.sequence > entries:
        raise BrokenChain(f"Entry {entries + 1} is missing: a head signed at entry {anchor.sequence} was kept outside.")


def anchor_file() -> Path:
    """Return where the signed head is kept."""
    return settings().var_folder / FILE


def read_anchor(file: Path | None = None) -> Anchor | None:
    """Return the head kept outside, None when none was kept yet. Raises Refused when it was tampered with."""
    file = file or anchor_file()
    if not file.exists():
        return None
    try:
        kept = json.loads(file.read_text())
        signed = hmac.compare_digest(str(kept["signature"]), _signature(kept))
        anchor = Anchor(int(kept["sequence"]), str(kept["hash"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{file} is not a signed head of the audit log. Put back the one from a backup.") from error
    if not signed:
        raise Refused(f"The signature in {file} is not this installation's. Check the file and SECRET_KEY.")
    return anchor


def export_head() -> Anchor:
    """Sign the present head and keep it outside the database.

    Raises Refused, and leaves the kept head alone, when the database no longer contains it.
    """
    kept = read_anchor()
    with transaction() as session:
        head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
        if head is None:
            raise Refused("The head of the audit log is gone; run 'audit verify'.")
        if kept and _hash_at(session, kept.sequence) != kept.hash:
            raise Refused("The audit log no longer contains its signed head; run 'audit verify'.")
    anchor = Anchor(head.sequence, head.hash)
    if anchor != kept:
        _write(anchor, anchor_file())
    return anchor


def _hash_at(session: Session, sequence: int) -> str | None:
    if sequence == 0:
        return GENESIS
    return session.scalar(select(AuditEntry.hash).where(AuditEntry.sequence == sequence))


def _write(anchor: Anchor, file: Path) -> None:
    """Write the file whole or not at all."""
    content = {"sequence": anchor.sequence, "hash": anchor.hash, "at": clock.now().isoformat()}
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    with fresh.open("w") as opened:
        opened.write(json.dumps({**content, "signature": _signature(content)}, indent=2) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)


def _signature(content: Mapping[str, Any]) -> str:
    key = hashlib.sha256(b"audit head\0" + settings().secret_key.encode()).digest()
    signed = canonical({name: content[name] for name in ("sequence", "hash", "at")})
    return hmac.new(key, signed, hashlib.sha256).hexdigest()
