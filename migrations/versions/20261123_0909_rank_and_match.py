"""Wishes, blocks, match runs and pairs."""

import sqlalchemy as sa
from alembic import op

revision = "matching_1"
down_revision = "interest_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "match_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "reviewed",
                "published",
                "rolled_back",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "work",
            sa.Enum(
                "waiting",
                "done",
                "cancelled",
                "failed",
                name="work_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("partner_capacity", sa.Integer(), nullable=False),
        sa.Column("entry_capacity", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(work = 'done') = (computed_at IS NOT NULL)", name=op.f("ck_match_runs_computed_when_done")
        ),
        sa.CheckConstraint("state = 'draft' OR work = 'done'", name=op.f("ck_match_runs_only_computed_moves")),
        sa.CheckConstraint(
            "partner_capacity > 0 AND entry_capacity > 0 AND floor >= 0", name=op.f("ck_match_runs_settings_sane")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_match_runs_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_match_runs_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_runs")),
        sa.UniqueConstraint("summit_id", "number", name=op.f("uq_match_runs_summit_id_number")),
    )
    op.create_index(
        "uq_match_runs_published",
        "match_runs",
        ["summit_id"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "match_blocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("partner", "company", name="side_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "know_already", "do_not_meet", name="kind_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["directory_entries.id"], name=op.f("fk_match_blocks_entry_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_match_blocks_registration_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_match_blocks_set_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_match_blocks_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_blocks")),
        sa.UniqueConstraint(
            "summit_id",
            "side",
            "registration_id",
            "entry_id",
            name=op.f("uq_match_blocks_summit_id_side_registration_id_entry_id"),
        ),
    )
    op.create_index(op.f("ix_match_blocks_entry_id"), "match_blocks", ["entry_id"], unique=False)
    op.create_index("ix_match_blocks_pair", "match_blocks", ["registration_id", "entry_id"], unique=False)
    op.create_table(
        "match_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("partner_fit", sa.Integer(), nullable=False),
        sa.Column("company_fit", sa.Integer(), nullable=False),
        sa.Column("partner_parts", sa.JSON(), nullable=False),
        sa.Column("company_parts", sa.JSON(), nullable=False),
        sa.Column("reasons_partner", sa.JSON(), nullable=False),
        sa.Column("reasons_company", sa.JSON(), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["directory_entries.id"], name=op.f("fk_match_pairs_entry_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_match_pairs_registration_id")),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.id"], name=op.f("fk_match_pairs_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pairs")),
        sa.UniqueConstraint("run_id", "place", name=op.f("uq_match_pairs_run_id_place")),
        sa.UniqueConstraint(
            "run_id", "registration_id", "entry_id", name=op.f("uq_match_pairs_run_id_registration_id_entry_id")
        ),
    )
    op.create_table(
        "match_rulings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ruling",
            sa.Enum("pin", "leave_out", name="ruling_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["directory_entries.id"], name=op.f("fk_match_rulings_entry_id")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_match_rulings_made_by")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_match_rulings_registration_id")
        ),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_match_rulings_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_rulings")),
        sa.UniqueConstraint(
            "summit_id", "registration_id", "entry_id", name=op.f("uq_match_rulings_summit_id_registration_id_entry_id")
        ),
    )
    op.create_table(
        "match_wishes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("partner", "company", name="side_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "wish",
            sa.Enum(
                "must", "want", "neutral", "no", name="wish_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["directory_entries.id"], name=op.f("fk_match_wishes_entry_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_match_wishes_registration_id")
        ),
        sa.ForeignKeyConstraint(["said_by"], ["users.id"], name=op.f("fk_match_wishes_said_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_match_wishes_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_wishes")),
        sa.UniqueConstraint(
            "summit_id",
            "side",
            "registration_id",
            "entry_id",
            name=op.f("uq_match_wishes_summit_id_side_registration_id_entry_id"),
        ),
    )
    op.create_index("ix_match_wishes_entry_id", "match_wishes", ["entry_id", "side"], unique=False)
    op.create_index("ix_match_wishes_registration_id", "match_wishes", ["registration_id", "side"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_match_wishes_registration_id", table_name="match_wishes")
    op.drop_index("ix_match_wishes_entry_id", table_name="match_wishes")
    op.drop_table("match_wishes")
    op.drop_table("match_rulings")
    op.drop_table("match_pairs")
    op.drop_index("ix_match_blocks_pair", table_name="match_blocks")
    op.drop_index(op.f("ix_match_blocks_entry_id"), table_name="match_blocks")
    op.drop_table("match_blocks")
    op.drop_index(
        "uq_match_runs_published",
        table_name="match_runs",
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_table("match_runs")
