"""What changed in what entries show: consecutive public versions, as far as a reader's tier covers them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.directory import rules
from app.directory.models import Entry, EntryVersion
from app.directory.rules import FieldChange
from app.directory.states import ChangeKind, Tier, VersionKind

PUBLIC_KINDS = (VersionKind.REPORTED, VersionKind.PUBLISHED)
# What says only that something was looked at again, and is no news by itself.
QUIET = frozenset({"as_of", "verification", "unverified_parts"})


@dataclass(frozen=True, slots=True)
class Change:
    """That an entry reads differently: when, by whom, and every field that the reader may see."""

    version_id: UUID
    entry_id: UUID
    key: str
    name: str
    at: datetime
    kind: ChangeKind
    is_new: bool
    fields: list[FieldChange]


def public_changes(
    session: Session,
    *,
    since: datetime | None = None,
    entry_ids: Collection[UUID] | Select[UUID] | None = None,
    tier: Tier = Tier.PUBLIC,
    limit: int = 50,
) -> list[Change]:
    """Return what changed in shown entries, newest first; a change that `tier` sees nothing of is left out."""
    before = aliased(EntryVersion)
    wanted = (
        select(EntryVersion, Entry.key, Entry.name, before)
        .join(Entry, Entry.id == EntryVersion.entry_id)
        .outerjoin(before, (before.entry_id == EntryVersion.entry_id) & (before.number == _number_before()))
        .where(Entry.shown_since.is_not(None), EntryVersion.kind.in_(PUBLIC_KINDS))
    )
    if since is not None:
        wanted = wanted.where(EntryVersion.at > since)
    if entry_ids is not None:
        wanted = wanted.where(EntryVersion.entry_id.in_(entry_ids))
    ordered = wanted.order_by(EntryVersion.at.desc(), Entry.sort_name, EntryVersion.number.desc()).limit(limit)
    changes = [_change(version, old, key, name, tier) for version, key, name, old in session.execute(ordered)]
    return [change for change in changes if change.is_new or change.fields]


def _change(version: EntryVersion, before: EntryVersion | None, key: str, name: str, tier: Tier) -> Change:
    old = rules.visible({**rules.EMPTY, **before.content}, tier) if before else rules.EMPTY
    new = rules.visible({**rules.EMPTY, **version.content}, tier)
    fields = [line for line in rules.comparison(old, new) if line.name not in QUIET] if before else []
    return Change(
        version.id, version.entry_id, key, name, version.at, ChangeKind(version.kind.value), before is None, fields
    )


def _number_before() -> ScalarSelect[int]:
    """Return the number of the last version that was shown before the one a query is about."""
    earlier = aliased(EntryVersion)
    wanted = select(func.max(earlier.number)).where(
        earlier.entry_id == EntryVersion.entry_id, earlier.number < EntryVersion.number,
        earlier.kind.in_(PUBLIC_KINDS),
    )  # fmt: skip
    return wanted.correlate(EntryVersion).scalar_subquery()
