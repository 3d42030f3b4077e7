"""What an entry's content is: what it shows now, what its company last wrote, its last kept version."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.directory import rules
from app.directory.models import Entry, EntryVersion
from app.directory.states import Category, ExportClass, Orbit, Platform, StageGroup, Verification, VersionKind

# Where content says "" for what is not stated, the row says NULL.
COLUMN_TYPES: dict[str, type[StrEnum]] = {
    "category": Category,
    "stage_group": StageGroup,
    "verification": Verification,
    "orbit": Orbit,
    "platform": Platform,
    "export_class": ExportClass,
}
NO_ENTRY = "There is no such entry in the directory. Look for it by name on the directory page."


def content_of(entry: Entry | Row[Any], fields: Iterable[str] = rules.FIELD_NAMES) -> dict[str, Any]:
    """Return what an entry shows now, as plain values that can be kept as JSON; only some fields where named."""
    content: dict[str, Any] = {}
    for name in fields:
        value = getattr(entry, name)
        content[name] = (value.value if value is not None else "") if name in COLUMN_TYPES else value
    return content


def newest_version(session: Session, entry_id: UUID) -> EntryVersion | None:
    """Return the last version that was kept, None for an entry that only has a name so far."""
    wanted = select(EntryVersion).where(EntryVersion.entry_id == entry_id)
    return session.scalars(wanted.order_by(EntryVersion.number.desc()).limit(1)).one_or_none()


def working_copy(session: Session, entry: Entry) -> dict[str, Any]:
    """Return what the company last wrote or, before that, what the entry shows."""
    newest = newest_version(session, entry.id)
    return {**rules.EMPTY, **newest.content} if newest else content_of(entry)


def reported_topics(session: Session, entry_id: UUID) -> list[str]:
    """Return the policy topics that were last reported of an entry; none for one that only its company knows."""
    wanted = select(EntryVersion).where(EntryVersion.entry_id == entry_id, EntryVersion.kind == VersionKind.REPORTED)
    last = session.scalars(wanted.order_by(EntryVersion.number.desc()).limit(1)).one_or_none()
    return list(last.content.get("topic_keys", [])) if last else []
