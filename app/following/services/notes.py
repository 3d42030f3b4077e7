"""What a team keeps for itself about an entry: notes and tags. The record says that they were kept, never what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit
from app.core.db import insert_or_skip
from app.core.errors import NotFound, Refused
from app.directory import queries as directory
from app.directory.queries.content import NO_ENTRY
from app.following import rules
from app.following.models import EntryNote, EntryTag
from app.following.queries.notes import NO_NOTE


def write_note(
    session: Session, *, user_id: UUID, organization_id: UUID, entry_id: UUID, text: str, now: datetime
) -> EntryNote:
    """Write a note about an entry for one's organization. Raises NotFound, Refused and InvalidInput."""
    _may_keep(session, user_id, organization_id, entry_id)
    mine = (EntryNote.organization_id == organization_id, EntryNote.entry_id == entry_id)
    rules.within(_count(session, EntryNote, *mine), rules.MOST_NOTES, "notes on this entry")
    text = rules.note_text(text)
    made = EntryNote(
        organization_id=organization_id, entry_id=entry_id, author_id=user_id, text=text,
        search_text=rules.searched(text), written_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, "team_note.written", ("team_note", made.id), actor_id=user_id)
    return made


def change_note(session: Session, note_id: UUID, *, user_id: UUID, text: str, now: datetime) -> None:
    """Rewrite one's own note. Raises NotFound for a note of another organization, Refused for a colleague's."""
    note = _own_note(session, note_id, user_id)
    note.text = rules.note_text(text)
    note.search_text, note.changed_at = rules.searched(note.text), now
    audit.record(session, "team_note.changed", ("team_note", note.id), actor_id=user_id)


def remove_note(session: Session, note_id: UUID, *, user_id: UUID) -> None:
    """Delete one's own note for good. Raises NotFound and Refused as `change_note` does."""
    note = _own_note(session, note_id, user_id)
    session.delete(note)
    audit.record(session, "team_note.removed", ("team_note", note.id), actor_id=user_id)


def hang_tag(
    session: Session, *, user_id: UUID, organization_id: UUID, entry_id: UUID, tag: str, now: datetime
) -> None:
    """Hang a tag on an entry for one's organization; one that hangs there already stays. Raises as `write_note`."""
    _may_keep(session, user_id, organization_id, entry_id)
    mine = (EntryTag.organization_id == organization_id, EntryTag.entry_id == entry_id)
    word = rules.tag_word(tag)
    rules.within(_count(session, EntryTag, *mine, EntryTag.tag != word), rules.MOST_TAGS, "tags on this entry")
    session.execute(
        insert_or_skip(session, EntryTag).values(
            organization_id=organization_id, entry_id=entry_id, tag=word, tagged_by=user_id, tagged_at=now
        )
    )
    audit.record(session, "team_tag.hung", ("directory_entry", entry_id), actor_id=user_id)


def take_tag(session: Session, *, user_id: UUID, organization_id: UUID, entry_id: UUID, tag: str) -> None:
    """Take a tag of one's organization off an entry; any member may, since tags are the team's."""
    _must_belong(session, user_id, organization_id)
    named = (EntryTag.organization_id == organization_id, EntryTag.entry_id == entry_id, EntryTag.tag == tag)
    session.execute(delete(EntryTag).where(*named))
    audit.record(session, "team_tag.taken", ("directory_entry", entry_id), actor_id=user_id)


def _may_keep(session: Session, user_id: UUID, organization_id: UUID, entry_id: UUID) -> None:
    _must_belong(session, user_id, organization_id)
    row = directory.entry_row(session, entry_id)
    if row is None or not (row.is_shown or row.organization_id == organization_id):
        raise NotFound(NO_ENTRY)


def _must_belong(session: Session, user_id: UUID, organization_id: UUID) -> None:
    if not any(member.user_id == user_id for member in accounts.members(session, organization_id)):
        raise NotFound("You do not belong to that organization.")


def _own_note(session: Session, note_id: UUID, user_id: UUID) -> EntryNote:
    note = session.get(EntryNote, note_id, with_for_update=True)
    if note is None or all(one.user_id != user_id for one in accounts.members(session, note.organization_id)):
        raise NotFound(NO_NOTE)
    if note.author_id != user_id:
        raise Refused("Only who wrote a note changes or deletes it. Write one of your own below it.")
    return note


def _count(session: Session, table: type[EntryNote] | type[EntryTag], *named: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*named)) or 0  # type: ignore[arg-type]
