
"""Keep an eye on entries: saved searches, follows, notes and tags."""

import sqlalchemy as sa
from alembic import op

revision = "following_1"
down_revision = "partners_1"
branch_labels = None
depends_on = None

OFTEN = ["daily", "weekly", "never"]


def often() -> sa.Column:
    kinds = sa.Enum(*OFTEN, name="often_known", native_enum=False, create_constraint=True, length=40)
    return sa.Column("often", kinds, nullable=False)


def link(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def to(table: str, column: str, other: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE" if cascade else None)


def upgrade() -> None:
    op.create_table(
        "saved_searches",
        link("id"),
        link("user_id"),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        often(),
        moment("created_at"),
        moment("looked_at"),
        to("saved_searches", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_searches_user_id_name")),
    )
    op.create_index(op.f("ix_saved_searches_often"), "saved_searches", ["often"])
    op.create_table(
        "saved_search_seen",
        link("search_id"),
        link("entry_id"),
        to("saved_search_seen", "search_id", "saved_searches", cascade=True),
        to("saved_search_seen", "entry_id", "directory_entries", cascade=True),
        sa.PrimaryKeyConstraint("search_id", "entry_id", name=op.f("pk_saved_search_seen")),
    )
    op.create_index(op.f("ix_saved_search_seen_entry_id"), "saved_search_seen", ["entry_id"])
    op.create_table(
        "follows",
        link("user_id"),
        link("entry_id"),
        moment("followed_at"),
        moment("gone_at", nullable=True),
        to("follows", "user_id", "users"),
        to("follows", "entry_id", "directory_entries", cascade=True),
        sa.PrimaryKeyConstraint("user_id", "entry_id", name=op.f("pk_follows")),
    )
    op.create_index(op.f("ix_follows_entry_id"), "follows", ["entry_id"])
    op.create_table(
        "follow_digests",
        link("user_id"),
        often(),
        moment("told_until"),
        to("follow_digests", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_follow_digests")),
    )
    op.create_index(op.f("ix_follow_digests_often"), "follow_digests", ["often"])
    _add_notes()


def _add_notes() -> None:
    op.create_table(
        "entry_notes",
        link("id"),
        link("organization_id"),
        link("entry_id"),
        link("author_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        moment("written_at"),
        moment("changed_at", nullable=True),
        to("entry_notes", "organization_id", "organizations"),
        to("entry_notes", "entry_id", "directory_entries", cascade=True),
        to("entry_notes", "author_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_notes")),
    )
    op.create_index("ix_entry_notes_organization_id_entry_id", "entry_notes", ["organization_id", "entry_id"])
    op.create_index(op.f("ix_entry_notes_entry_id"), "entry_notes", ["entry_id"])
    op.create_index(op.f("ix_entry_notes_author_id"), "entry_notes", ["author_id"])
    op.create_table(
        "entry_tags",
        link("organization_id"),
        link("entry_id"),
        sa.Column("tag", sa.String(40), nullable=False),
        link("tagged_by"),
        moment("tagged_at"),
        to("entry_tags", "organization_id", "organizations"),
        to("entry_tags", "entry_id", "directory_entries", cascade=True),
        to("entry_tags", "tagged_by", "users"),
        sa.PrimaryKeyConstraint("organization_id", "entry_id", "tag", name=op.f("pk_entry_tags")),
    )
    op.create_index(op.f("ix_entry_tags_entry_id"), "entry_tags", ["entry_id"])
    op.create_index(op.f("ix_entry_tags_tagged_by"), "entry_tags", ["tagged_by"])


def downgrade() -> None:
    for table in ("entry_tags", "entry_notes", "follow_digests", "follows", "saved_search_seen", "saved_searches"):
        op.drop_table(table)
