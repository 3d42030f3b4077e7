"""How an entry's content is put in its row, indexed to be found, and kept as versions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.directory import rules
from app.directory.models import Entry, EntryStage, EntryVersion
from app.directory.queries.content import COLUMN_TYPES, NO_ENTRY, newest_version
from app.directory.services.index import index
from app.directory.states import Tier, VersionKind


def put(entry: Entry, content: Mapping[str, Any], *, now: datetime) -> None:
    """Make `content` what the entry shows; `index` must follow once the row is flushed."""
    for name in rules.FIELD_NAMES:
        value = content[name]
        kind = COLUMN_TYPES.get(name)
        setattr(entry, name, (kind(value) if value else None) if kind is not None else value)
    _derive(entry, content)
    entry.changed_at = now
    entry.revision = (entry.revision or 0) + 1


def _derive(entry: Entry, content: Mapping[str, Any]) -> None:
    """Set what an entry is found, sorted and weighed by; nothing of it tells more than its reader's tier covers."""
    public = rules.visible(content, Tier.PUBLIC)
    years = rules.launch_years(public)
    entry.launch_from, entry.launch_to = years or (None, None)
    entry.sought_kinds = [kind.value for kind in rules.participations(public)] if public["seeking"] else []
    entry.sought_band = rules.sought_band(rules.visible(content, Tier.VETTED))
    entry.completeness = rules.completeness(content)
    entry.sort_name = rules.plain(entry.name)[:300]
    entry.sort_company = rules.plain(entry.lead_company)[:300]
    entry.search_text = rules.search_text(public)


def new_entry(session: Session, key: str, content: Mapping[str, Any], **columns: Any) -> Entry:
    """Add a row with `content` and the given state, company and times; `created_at` is needed."""
    entry = Entry(key=key, **columns)
    put(entry, content, now=columns["created_at"])
    session.add(entry)
    index(session, entry)
    return entry


def keep_stage(session: Session, entry: Entry, *, now: datetime) -> None:
    """Note the stage an entry shows, if it differs from the last one it showed."""
    wanted = select(EntryStage).where(EntryStage.entry_id == entry.id).order_by(EntryStage.number.desc()).limit(1)
    last = session.scalars(wanted).one_or_none()
    if last is not None and (last.stage_group, last.stage) == (entry.stage_group, entry.stage):
        return
    session.add(
        EntryStage(
            entry_id=entry.id, number=last.number + 1 if last else 1, stage_group=entry.stage_group, stage=entry.stage,
            as_of=entry.as_of, is_confirmed=entry.confirmed_at is not None, shown_at=now,
        )
    )  # fmt: skip
    session.flush()


def keep_version(
    session: Session,
    entry: Entry,
    kind: VersionKind,
    content: Mapping[str, Any],
    *,
    author_id: UUID | None,
    now: datetime,
    attested_by: UUID | None = None,
    attested_at: datetime | None = None,
    attestation: str = "",
) -> EntryVersion:
    """Add the next version, naming the fields in which it differs from the one before."""
    before = newest_version(session, entry.id)
    version = EntryVersion(
        entry_id=entry.id,
        number=before.number + 1 if before else 1,
        kind=kind,
        content=dict(content),
        changed_fields=rules.changed_fields(before.content if before else rules.EMPTY, content),
        author_id=author_id,
        at=now,
        attested_by=attested_by,
        attested_at=attested_at,
        attestation=attestation,
    )
    session.add(version)
    session.flush()
    return version


def locked(session: Session, entry_id: UUID) -> Entry:
    """Return an entry held for change. Raises NotFound."""
    wanted = select(Entry).where(Entry.id == entry_id).with_for_update()
    entry = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if entry is None:
        raise NotFound(NO_ENTRY)
    return entry
