"""Find entries by tier: an index for each tier of readers, and full-text search on either database.

The new tables are filled by `flask --app app database migrate`, which makes the index anew wherever it is not as
the code would make it.
"""

import sqlalchemy as sa
from alembic import op

revision = "directory_3"
down_revision = "enquiries_1"
branch_labels = None
depends_on = None

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


def by_bytes(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "directory_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", by_bytes(80), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("sort_name", by_bytes(300), nullable=False),
        sa.Column("sort_company", by_bytes(300), nullable=False),
        sa.Column("as_of", by_bytes(10), nullable=False),
        sa.Column("confirmed_day", sa.Integer(), nullable=True),
        sa.Column("launch", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.CheckConstraint("tier BETWEEN 0 AND 2", name=op.f("ck_directory_index_tier_indexed")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_directory_index_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_index")),
        sa.UniqueConstraint("entry_id", "tier", name=op.f("uq_directory_index_entry_id_tier")),
    )
    op.create_index("ix_directory_index_by_name", "directory_index", ["tier", "sort_name", "key"])
    op.create_table(
        "directory_search_texts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["directory_index.id"], name=op.f("fk_directory_search_texts_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_search_texts")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    op.create_table(
        "directory_known_words",
        sa.Column("tier", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word", by_bytes(40), nullable=False),
        sa.Column("spelled", by_bytes(40), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tier", "word", name=op.f("pk_directory_known_words")),
    )


def downgrade() -> None:
    op.drop_table("directory_known_words")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE directory_full_text")
    op.drop_table("directory_search_texts")
    op.drop_table("directory_index")

