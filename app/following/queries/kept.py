"""A person's own list: entries they follow and entries their team keeps notes or tags on; and who hears of changes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.directory.queries import EntryRow
from app.directory.queries.rows import row_of
from app.directory.rules import search_words
from app.following.models import Digest, EntryNote, EntryTag, Follow
from app.following.queries.notes import NoteRow, TagRow, notes_on, tags_on
from app.following.rules import is_due, searched
from app.following.states import Kept, Often

SORTS = {"name": "Name", "newest": "Newest facts first"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the own list: words of an entry or of the team's notes, a tag, why it is there."""

    words: str = ""
    tag: str = ""
    kept: tuple[Kept, ...] = ()
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry in somebody's own list, with what only the own team knows of it."""

    row: EntryRow
    is_followed: bool
    notes: list[NoteRow]
    tags: list[TagRow]


def my_list(
    session: Session, user_id: UUID, organizations: Collection[UUID], wanted: Wanted, *, number: int = 1
) -> Page[KeptEntry]:
    """Return what a person follows, and what their organizations noted or tagged, as far as entries are shown."""
    why = _reasons(user_id, organizations)
    found = select(Entry).where(Entry.shown_since.is_not(None))
    found = found.where(*(why[kept] for kept in wanted.kept)) if wanted.kept else found.where(or_(*why.values()))
    for word in search_words(wanted.words):
        noted = EntryNote.search_text.contains(searched(word), autoescape=True)
        in_notes = _mine(EntryNote, organizations).where(noted).exists()
        found = found.where(or_(Entry.search_text.contains(word, autoescape=True), in_notes))
    if wanted.tag:
        found = found.where(_mine(EntryTag, organizations).where(EntryTag.tag == wanted.tag).exists())
    order = (Entry.as_of.desc(), Entry.key) if wanted.sort == "newest" else (Entry.sort_name, Entry.key)
    page = paginate(session, found.order_by(*order), row_of, number=number)
    return Page(_with_kept(session, page.items, user_id, organizations), page.total, page.number, page.size)


def _reasons(user_id: UUID, organizations: Collection[UUID]) -> dict[Kept, ColumnElement[bool]]:
    follows = select(Follow.user_id).where(Follow.entry_id == Entry.id, Follow.user_id == user_id)
    none = false()
    return {
        Kept.FOLLOWED: follows.exists(),
        Kept.NOTED: _mine(EntryNote, organizations).exists() if organizations else none,
        Kept.TAGGED: _mine(EntryTag, organizations).exists() if organizations else none,
    }


def _mine(table: type[EntryNote] | type[EntryTag], organizations: Collection[UUID]):  # type: ignore[no-untyped-def]
    return select(table.entry_id).where(table.entry_id == Entry.id, table.organization_id.in_(organizations))


def _with_kept(
    session: Session, rows: list[EntryRow], user_id: UUID, organizations: Collection[UUID]
) -> list[KeptEntry]:
    ids = [row.id for row in rows]
    followed = followed_of(session, user_id, ids)
    notes, tags = notes_on(session, ids, organizations), tags_on(session, ids, organizations)
    return [
        KeptEntry(
            row, row.id in followed, [one for one in notes if one.entry_id == row.id],
            [one for one in tags if one.entry_id == row.id],
        )
        for row in rows
    ]  # fmt: skip


def followed_of(session: Session, user_id: UUID, entry_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these entries a person follows."""
    wanted = select(Follow.entry_id).where(Follow.user_id == user_id, Follow.entry_id.in_(entry_ids))
    return set(session.scalars(wanted))


def follower_count(session: Session, entry_id: UUID) -> int:
    """Return how many follow an entry; show it only through `rules.followers_words`."""
    wanted = select(func.count()).select_from(Follow).join(User, User.id == Follow.user_id)
    return session.scalar(wanted.where(Follow.entry_id == entry_id, User.suspended_at.is_(None))) or 0


def digest_of(session: Session, user_id: UUID) -> Often | None:
    """Return how often a person wants the digest, None for who never followed anything."""
    return session.scalar(select(Digest.often).where(Digest.user_id == user_id))


def due_digests(session: Session, now: datetime) -> list[UUID]:
    """Return the people who want to hear by now of what they follow, those told longest ago first."""
    wanted = (
        select(Digest.user_id, Digest.often, Digest.told_until)
        .join(User, User.id == Digest.user_id)
        .where(Digest.often != Often.NEVER, User.suspended_at.is_(None), User.email_verified_at.is_not(None))
        .where(select(Follow.user_id).where(Follow.user_id == Digest.user_id).exists())
        .order_by(Digest.told_until, Digest.user_id)
    )
    return [row.user_id for row in session.execute(wanted) if is_due(row.often, row.told_until, now)]
