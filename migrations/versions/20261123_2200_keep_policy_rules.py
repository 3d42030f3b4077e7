"""Keep policy rules, in versions like the other reference data."""

import sqlalchemy as sa
from alembic import op

revision = "regulatory_2"
down_revision = "directory_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regulatory_rules",
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "to_version IS NULL OR to_version > from_version", name=op.f("ck_regulatory_rules_ends_after_it_begins")
        ),
        sa.PrimaryKeyConstraint("key", "from_version", name=op.f("pk_regulatory_rules")),
    )
    op.create_index(
        "uq_regulatory_rules_current",
        "regulatory_rules",
        ["key"],
        unique=True,
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_regulatory_rules_current",
        table_name="regulatory_rules",
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.drop_table("regulatory_rules")
