"""Countries and regulatory topics."""

import sqlalchemy as sa
from alembic import op

revision = "regulatory_1"
down_revision = "notifications_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "regulatory_countries",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "to_version IS NULL OR to_version > from_version", name=op.f("ck_regulatory_countries_ends_after_it_begins")
        ),
        sa.PrimaryKeyConstraint("key", "from_version", name=op.f("pk_regulatory_countries")),
    )
    op.create_index(op.f("ix_regulatory_countries_tier"), "regulatory_countries", ["tier"], unique=False)
    op.create_index(
        "uq_regulatory_countries_current",
        "regulatory_countries",
        ["key"],
        unique=True,
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.create_table(
        "regulatory_topics",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("domain", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "to_version IS NULL OR to_version > from_version", name=op.f("ck_regulatory_topics_ends_after_it_begins")
        ),
        sa.PrimaryKeyConstraint("key", "from_version", name=op.f("pk_regulatory_topics")),
    )
    op.create_index(op.f("ix_regulatory_topics_domain"), "regulatory_topics", ["domain"], unique=False)
    op.create_index(
        "uq_regulatory_topics_current",
        "regulatory_topics",
        ["key"],
        unique=True,
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )


def downgrade() -> None:

    op.drop_index(
        "uq_regulatory_topics_current",
        table_name="regulatory_topics",
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.drop_index(op.f("ix_regulatory_topics_domain"), table_name="regulatory_topics")
    op.drop_table("regulatory_topics")
    op.drop_index(
        "uq_regulatory_countries_current",
        table_name="regulatory_countries",
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.drop_index(op.f("ix_regulatory_countries_tier"), table_name="regulatory_countries")
    op.drop_table("regulatory_countries")
