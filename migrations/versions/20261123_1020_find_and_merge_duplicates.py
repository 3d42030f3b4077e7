"""Find and merge duplicates."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_2"
down_revision = "questionnaires_1"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _tombstones(table: str, of: str) -> None:
    op.create_table(
        table,
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("gone_id <> kept_id", name=op.f(f"ck_{table}_two_records")),
        sa.ForeignKeyConstraint(["gone_id"], [f"{of}.id"], name=op.f(f"fk_{table}_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], [f"{of}.id"], name=op.f(f"fk_{table}_kept_id")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["users.id"], name=op.f(f"fk_{table}_merged_by_id")),
        sa.PrimaryKeyConstraint("gone_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_kept_id"), table, ["kept_id"])


def upgrade() -> None:
    op.create_table(
        "join_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", _one_of("state_known", "waiting", "accepted", "declined"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_join_requests_decided_when_answered")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_join_requests_organization_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_join_requests_user_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_join_requests_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
    op.create_index(op.f("ix_join_requests_user_id"), "join_requests", ["user_id"])
    op.create_index(
        "uq_join_requests_waiting",
        "join_requests",
        ["organization_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    _tombstones("merged_people", "users")
    _tombstones("merged_organizations", "organizations")
    op.create_table(
        "likeness_keys",
        sa.Column("kind", _one_of("kind_known", "person", "organization"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "subject_id", name=op.f("pk_likeness_keys")),
    )
    op.create_index("ix_likeness_keys_subject", "likeness_keys", ["kind", "subject_id"])
    op.create_table(
        "duplicate_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of("kind_known", "person", "organization"), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column("state", _one_of("state_known", "open", "dismissed", "dissolved", "merged"), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_duplicate_pairs_two_records")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_duplicate_pairs_score_in_range")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_duplicate_pairs_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pairs")),
        sa.UniqueConstraint("kind", "first_id", "second_id", name=op.f("uq_duplicate_pairs_kind_first_id_second_id")),
    )
    op.create_index("ix_duplicate_pairs_list", "duplicate_pairs", ["state", "kind", "score"])
    op.create_index("ix_duplicate_pairs_second_id", "duplicate_pairs", ["second_id"])


def downgrade() -> None:
    op.drop_table("duplicate_pairs")
    op.drop_table("likeness_keys")
    op.drop_table("merged_organizations")
    op.drop_table("merged_people")
    op.drop_table("join_requests")
