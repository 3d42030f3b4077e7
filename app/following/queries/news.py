"""What is new about entries that somebody follows: everything public, and nothing but that."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.directory.models import Entry
from app.directory.queries.changes import public_changes
from app.directory.rules import plain
from app.directory.states import Tier
from app.following.models import Follow

MOST_CHANGES = 250


@dataclass(frozen=True, slots=True)
class EntryNews:
    """What happened to one entry, in lines; `key` is empty when it is not shown any more."""

    key: str
    name: str
    lines: list[str]


def news_for(session: Session, user_id: UUID, *, since: datetime) -> list[EntryNews]:
    """Return what changed after `since` in what a person follows, by name: fields, confirmed again, gone."""
    wanted = (
        select(Entry.id, Entry.key, Entry.name, Entry.shown_since, Entry.confirmed_at, Follow.gone_at)
        .join(Follow, Follow.entry_id == Entry.id)
        .where(Follow.user_id == user_id)
    )
    followed = session.execute(wanted).all()
    changed = _changed(session, [row.id for row in followed], since)
    news = []
    for row in followed:
        told = changed.get(row.id, [])
        if row.shown_since is None:
            told = ["It is not in the directory any more."] if _after(row.gone_at, since) else []
        elif not told and _after(row.confirmed_at, since):
            told = ["The company confirmed that what it says is still right."]
        if told:
            news.append(EntryNews(row.key if row.shown_since is not None else "", row.name, told))
    return sorted(news, key=lambda one: (plain(one.name), one.key))


def _changed(session: Session, entry_ids: list[UUID], since: datetime) -> dict[UUID, list[str]]:
    lines: dict[UUID, list[str]] = {}
    changes = public_changes(session, since=since, entry_ids=entry_ids, tier=Tier.PUBLIC, limit=MOST_CHANGES)
    for change in reversed(changes):
        told = ["New in the directory."] if change.is_new else []
        told += [_line(field.label, field.before, field.after) for field in change.fields]
        lines.setdefault(change.entry_id, []).extend(told)
    return lines


def _after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since


def _line(label: str, before: str, after: str) -> str:
    if not before:
        return f"{label}: {after}"
    return f"{label}: {after or 'taken away'} (before: {before})"
