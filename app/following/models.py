"""Tables of following: saved searches and what they have shown, follows, digests, a team's notes and tags."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, text_enum, utc_datetime, uuid_pk
from app.following.rules import LONGEST_NAME, LONGEST_TAG
from app.following.states import Often


class SavedSearch(Base):
    """A search of the directory that one person kept: its query as it stands in an address, and how often to tell.

    `looked_at` is when its matches were last taken as seen, by a mail or by the person.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[uuid_pk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(Text)
    often: Mapped[Often] = mapped_column(text_enum(Often, check="often_known"), index=True)
    created_at: Mapped[utc_datetime]
    looked_at: Mapped[utc_datetime]


class SeenEntry(Base):
    """An entry that a saved search has shown already, and is not news any more."""

    __tablename__ = "saved_search_seen"

    search_id: Mapped[UUID] = mapped_column(ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Follow(Base):
    """That a person wants to hear what changes about an entry. No company ever reads whose rows these are.

    `gone_at` is when the entry was last taken out of the directory.
    """

    __tablename__ = "follows"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    followed_at: Mapped[utc_datetime]
    gone_at: Mapped[utc_datetime | None]


class Digest(Base):
    """How often a person wants to hear of what they follow; `told_until` is the end of what the last mail covered."""

    __tablename__ = "follow_digests"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    often: Mapped[Often] = mapped_column(text_enum(Often, check="often_known"), index=True)
    told_until: Mapped[utc_datetime]


class EntryNote(Base):
    """What a member wrote about an entry for the own organization; nobody outside it, staff included, reads it."""

    __tablename__ = "entry_notes"
    __table_args__ = (Index("ix_entry_notes_organization_id_entry_id", "organization_id", "entry_id"),)

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[utc_datetime]
    changed_at: Mapped[utc_datetime | None]


class EntryTag(Base):
    """A short word that an organization hung on an entry, private to it as its notes are."""

    __tablename__ = "entry_tags"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    tag: Mapped[str] = mapped_column(String(LONGEST_TAG), primary_key=True)
    tagged_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    tagged_at: Mapped[utc_datetime]
