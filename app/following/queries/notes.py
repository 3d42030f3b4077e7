"""Reads of a team's notes and tags: only ever for members of the organization that keeps them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.following.models import EntryNote, EntryTag

NO_NOTE = "There is no such note. Go back to the notes of the entry."


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as the team that keeps it reads it."""

    id: UUID
    entry_id: UUID
    organization_id: UUID
    organization_name: str
    author_id: UUID
    author_name: str
    text: str
    written_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag on an entry, and whose it is."""

    entry_id: UUID
    organization_id: UUID
    organization_name: str
    tag: str


def notes_on(session: Session, entry_ids: Collection[UUID], organizations: Collection[UUID]) -> list[NoteRow]:
    """Return what these organizations noted on entries, the newest first."""
    return _notes(session, EntryNote.entry_id.in_(entry_ids), organizations)


def note(session: Session, note_id: UUID, organizations: Collection[UUID]) -> NoteRow:
    """Return one note of these organizations. Raises NotFound for any other."""
    found = _notes(session, EntryNote.id == note_id, organizations)
    if not found:
        raise NotFound(NO_NOTE)
    return found[0]


def tags_on(session: Session, entry_ids: Collection[UUID], organizations: Collection[UUID]) -> list[TagRow]:
    """Return what these organizations hung on entries, by word."""
    wanted = (
        select(EntryTag.entry_id, EntryTag.organization_id, Organization.name, EntryTag.tag)
        .join(Organization, Organization.id == EntryTag.organization_id)
        .where(EntryTag.entry_id.in_(entry_ids), EntryTag.organization_id.in_(organizations))
        .order_by(EntryTag.tag, Organization.name)
    )
    return [TagRow(*row) for row in session.execute(wanted)]


def tag_words(session: Session, organizations: Collection[UUID]) -> list[tuple[str, int]]:
    """Return the tags these organizations use, each with the number of entries it hangs on, by word."""
    wanted = (
        select(EntryTag.tag, func.count(EntryTag.entry_id.distinct()))
        .where(EntryTag.organization_id.in_(organizations))
        .group_by(EntryTag.tag)
        .order_by(EntryTag.tag)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def _notes(session: Session, condition: object, organizations: Collection[UUID]) -> list[NoteRow]:
    wanted = (
        select(
            EntryNote.id, EntryNote.entry_id, EntryNote.organization_id, Organization.name, EntryNote.author_id,
            User.name, EntryNote.text, EntryNote.written_at, EntryNote.changed_at,
        )
        .join(Organization, Organization.id == EntryNote.organization_id)
        .join(User, User.id == EntryNote.author_id)
        .where(condition, EntryNote.organization_id.in_(organizations))  # type: ignore[arg-type]
        .order_by(EntryNote.written_at.desc(), EntryNote.id)
    )  # fmt: skip
    return [NoteRow(*row) for row in session.execute(wanted)]
