"""Tables by which entries are found: made from the entries for each tier of readers, never the truth itself."""

from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.directory.models import SortText

PlainWord = String(40).with_variant(String(40, collation="C"), "postgresql")


class IndexRow(Base):
    """How readers of one tier list, count and sort one entry that is shown; hidden entries have no rows."""

    __tablename__ = "directory_index"
    __table_args__ = (
        UniqueConstraint("entry_id", "tier"),
        CheckConstraint("tier BETWEEN 0 AND 2", name="tier_indexed"),
        Index("ix_directory_index_by_name", "tier", "sort_name", "key"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"))
    tier: Mapped[int]
    version: Mapped[int]
    key: Mapped[str] = mapped_column(String(80).with_variant(String(80, collation="C"), "postgresql"))
    facets: Mapped[str] = mapped_column(Text)
    sort_name: Mapped[str] = mapped_column(SortText)
    sort_company: Mapped[str] = mapped_column(SortText)
    as_of: Mapped[str] = mapped_column(String(10).with_variant(String(10, collation="C"), "postgresql"))
    confirmed_day: Mapped[int | None]
    launch: Mapped[int | None]
    amount: Mapped[int]
    complete: Mapped[int]


class SearchText(Base):
    """The words that readers of one tier find an entry by, as rules.asking makes them.

    Both databases keep a full-text index beside it, which follows every change by itself; see SQLITE and POSTGRESQL.
    """

    __tablename__ = "directory_search_texts"

    id: Mapped[int] = mapped_column(
        ForeignKey("directory_index.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    tier: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)


class KnownWord(Base):
    """A word that readers of a tier can find, in how many entries it is, and how it is spelled there."""

    __tablename__ = "directory_known_words"

    tier: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(PlainWord, primary_key=True)
    spelled: Mapped[str] = mapped_column(PlainWord)
    entries: Mapped[int]


class IndexMark(Base):
    """The one row that says in which state the index is: who changes the index gives it a mark never used before."""

    __tablename__ = "directory_index_mark"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(32))


# What only one kind of database has; the migration runs the same statements. Text reaches them split and folded,
# so that their own ideas of words play no part.
FULL_TEXT = "directory_full_text"
VECTOR = "vector"
SQLITE = (
    "CREATE VIRTUAL TABLE directory_full_text USING fts5(words, content='directory_search_texts', content_rowid='id', "
    "tokenize='ascii', detail=none)",
    "CREATE TRIGGER directory_full_text_insert AFTER INSERT ON directory_search_texts BEGIN "
    "INSERT INTO directory_full_text (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER directory_full_text_delete AFTER DELETE ON directory_search_texts BEGIN "
    "INSERT INTO directory_full_text (directory_full_text, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER directory_full_text_update AFTER UPDATE ON directory_search_texts BEGIN "
    "INSERT INTO directory_full_text (directory_full_text, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO directory_full_text (rowid, words) VALUES (new.id, new.words); END",
)
POSTGRESQL = (
    "ALTER TABLE directory_search_texts ADD COLUMN vector tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED",
    "CREATE INDEX ix_directory_search_texts_vector ON directory_search_texts USING gin (vector)",
)

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            Base.metadata.tables[SearchText.__tablename__],
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )


def is_full_text(kind: str, name: str | None, table: str | None) -> bool:
    """Tell whether something in the database belongs to its full-text index, of which the models know nothing."""
    if kind == "table":
        return name is not None and name.startswith(FULL_TEXT)
    return table == SearchText.__tablename__ and name in (VECTOR, f"ix_{SearchText.__tablename__}_{VECTOR}")
