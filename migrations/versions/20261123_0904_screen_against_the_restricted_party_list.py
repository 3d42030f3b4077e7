"""The restricted-party list and screening cases."""

import sqlalchemy as sa
from alembic import op

revision = "screening_1"
down_revision = "accounts_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "screening_list_entries",
        sa.Column("list_code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "to_version IS NULL OR to_version > from_version",
            name=op.f("ck_screening_list_entries_ends_after_it_begins"),
        ),
        sa.PrimaryKeyConstraint("key", "from_version", name=op.f("pk_screening_list_entries")),
    )
    op.create_index(op.f("ix_screening_list_entries_list_code"), "screening_list_entries", ["list_code"], unique=False)
    op.create_index(
        "uq_screening_list_entries_current",
        "screening_list_entries",
        ["key"],
        unique=True,
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.create_table(
        "screening_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "needs_information",
                "cleared",
                "confirmed_match",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("list_version", sa.Integer(), nullable=True),
        sa.Column("hit_count", sa.Integer(), nullable=False),
        sa.Column("top_score", sa.Integer(), nullable=False),
        sa.Column("assigned_to_id", sa.Uuid(), nullable=True),
        sa.Column(
            "proposed_event",
            sa.Enum(
                "ask",
                "answer",
                "clear",
                "confirm",
                "reopen",
                name="proposed_event_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('cleared', 'confirmed_match')) = (decided_at IS NOT NULL)",
            name=op.f("ck_screening_cases_decided_if_closed"),
        ),
        sa.CheckConstraint(
            "state != 'cleared' OR list_version IS NOT NULL", name=op.f("ck_screening_cases_cleared_after_screening")
        ),
        sa.CheckConstraint(
            "(list_version IS NULL) = (screened_at IS NULL)", name=op.f("ck_screening_cases_screened_with_a_list")
        ),
        sa.CheckConstraint(
            "(proposed_event IS NULL) = (proposed_by_id IS NULL) AND (proposed_event IS NULL) = (proposed_at IS NULL)",
            name=op.f("ck_screening_cases_proposal_whole"),
        ),
        sa.CheckConstraint(
            "hit_count >= 0 AND top_score BETWEEN 0 AND 100", name=op.f("ck_screening_cases_figures_in_range")
        ),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["users.id"], name=op.f("fk_screening_cases_assigned_to_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_screening_cases_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_cases")),
        sa.UniqueConstraint("subject_kind", "subject_id", name=op.f("uq_screening_cases_subject_kind_subject_id")),
    )
    op.create_index(op.f("ix_screening_cases_assigned_to_id"), "screening_cases", ["assigned_to_id"], unique=False)
    op.create_index("ix_screening_cases_state_opened", "screening_cases", ["state", "opened_at"], unique=False)
    op.create_table(
        "screening_case_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "organisation",
                "vessel",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "birth_year BETWEEN 1900 AND 2100", name=op.f("ck_screening_case_names_birth_year_plausible")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["screening_cases.id"], name=op.f("fk_screening_case_names_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_case_names")),
        sa.UniqueConstraint(
            "case_id", "revision", "position", name=op.f("uq_screening_case_names_case_id_revision_position")
        ),
    )
    op.create_table(
        "screening_case_people",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["screening_cases.id"], name=op.f("fk_screening_case_people_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_screening_case_people_user_id")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_screening_case_people")),
    )
    op.create_index(op.f("ix_screening_case_people_user_id"), "screening_case_people", ["user_id"], unique=False)
    op.create_table(
        "screening_case_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "open",
                "needs_information",
                "cleared",
                "confirmed_match",
                name="before_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "open",
                "needs_information",
                "cleared",
                "confirmed_match",
                name="after_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_screening_case_steps_actor_id")),
        sa.ForeignKeyConstraint(["case_id"], ["screening_cases.id"], name=op.f("fk_screening_case_steps_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_case_steps")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_screening_case_steps_case_id_sequence")),
    )
    op.create_table(
        "screening_hits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("name_id", sa.Uuid(), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("entry_key", sa.String(length=120), nullable=False),
        sa.Column("list_code", sa.String(length=10), nullable=False),
        sa.Column("listed_name", sa.Text(), nullable=False),
        sa.Column("matched_name", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("agreeing", sa.JSON(), nullable=False),
        sa.Column("disagreeing", sa.JSON(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_screening_hits_score_in_range")),
        sa.ForeignKeyConstraint(["case_id"], ["screening_cases.id"], name=op.f("fk_screening_hits_case_id")),
        sa.ForeignKeyConstraint(["name_id"], ["screening_case_names.id"], name=op.f("fk_screening_hits_name_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_hits")),
        sa.UniqueConstraint(
            "name_id", "list_version", "entry_key", name=op.f("uq_screening_hits_name_id_list_version_entry_key")
        ),
    )
    op.create_index("ix_screening_hits_case_version", "screening_hits", ["case_id", "list_version"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_screening_hits_case_version", table_name="screening_hits")
    op.drop_table("screening_hits")
    op.drop_table("screening_case_steps")
    op.drop_index(op.f("ix_screening_case_people_user_id"), table_name="screening_case_people")
    op.drop_table("screening_case_people")
    op.drop_table("screening_case_names")
    op.drop_index("ix_screening_cases_state_opened", table_name="screening_cases")
    op.drop_index(op.f("ix_screening_cases_assigned_to_id"), table_name="screening_cases")
    op.drop_table("screening_cases")
    op.drop_index(
        "uq_screening_list_entries_current",
        table_name="screening_list_entries",
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.drop_index(op.f("ix_screening_list_entries_list_code"), table_name="screening_list_entries")
    op.drop_table("screening_list_entries")
