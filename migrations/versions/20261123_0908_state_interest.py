"""Stated interest."""

import sqlalchemy as sa
from alembic import op

revision = "interest_1"
down_revision = "directory_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "interests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "equity",
                "capacity_purchase",
                "hardware",
                "seat",
                "payload",
                "landing_site",
                "services",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "band",
            sa.Enum(
                "undisclosed",
                "under_1m",
                "from_1m_to_10m",
                "from_10m_to_50m",
                "from_50m_to_250m",
                "over_250m",
                name="band_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum(
                "summary_only",
                "names",
                "names_and_contacts",
                name="visibility_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "watching",
                "interested",
                "in_discussion",
                "diligence",
                "term_sheet",
                "committed",
                "signed",
                "passed",
                "lapsed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "pass_reason",
            sa.Enum(
                "no_fit",
                "timing",
                "terms",
                "rules",
                "capacity",
                "no_answer",
                "other",
                name="pass_reason_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'passed') = (pass_reason IS NOT NULL)", name=op.f("ck_interests_passed_with_reason")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["directory_entries.id"], name=op.f("fk_interests_entry_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_interests_organization_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_interests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
    )
    op.create_index("ix_interests_entry_id_state", "interests", ["entry_id", "state"], unique=False)
    op.create_index("ix_interests_state_expires_at", "interests", ["state", "expires_at"], unique=False)
    op.create_index(op.f("ix_interests_user_id"), "interests", ["user_id"], unique=False)
    op.create_index(
        "uq_interests_live",
        "interests",
        ["organization_id", "entry_id", "kind"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('watching', 'interested', 'in_discussion', 'diligence', 'term_sheet', 'committed')"
        ),
        postgresql_where=sa.text(
            "state IN ('watching', 'interested', 'in_discussion', 'diligence', 'term_sheet', 'committed')"
        ),
    )
    op.create_table(
        "interest_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interest_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "partner",
                "company",
                "platform",
                name="side_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "event",
            sa.Enum(
                "state",
                "discuss",
                "start_diligence",
                "offer_terms",
                "commit",
                "sign",
                "pass",
                "renew",
                "lapse",
                name="event_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "before",
            sa.Enum(
                "watching",
                "interested",
                "in_discussion",
                "diligence",
                "term_sheet",
                "committed",
                "signed",
                "passed",
                "lapsed",
                name="before_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "watching",
                "interested",
                "in_discussion",
                "diligence",
                "term_sheet",
                "committed",
                "signed",
                "passed",
                "lapsed",
                name="after_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_interest_steps_actor_id")),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["interests.id"], name=op.f("fk_interest_steps_interest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_steps")),
    )
    op.create_index("ix_interest_steps_interest_id_at", "interest_steps", ["interest_id", "at"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_interest_steps_interest_id_at", table_name="interest_steps")
    op.drop_table("interest_steps")
    op.drop_index(
        "uq_interests_live",
        table_name="interests",
        sqlite_where=sa.text(
            "state IN ('watching', 'interested', 'in_discussion', 'diligence', 'term_sheet', 'committed')"
        ),
        postgresql_where=sa.text(
            "state IN ('watching', 'interested', 'in_discussion', 'diligence', 'term_sheet', 'committed')"
        ),
    )
    op.drop_index(op.f("ix_interests_user_id"), table_name="interests")
    op.drop_index("ix_interests_state_expires_at", table_name="interests")
    op.drop_index("ix_interests_entry_id_state", table_name="interests")
    op.drop_table("interests")
