"""Change an application after it was submitted; save it as one types; keep what was declared."""

import sqlalchemy as sa
from alembic import op

revision = "registration_4"
down_revision = "registration_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_registration_drafts_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_drafts")),
        sa.UniqueConstraint("registration_id", "page", name=op.f("uq_registration_drafts_registration_id_page")),
    )
    op.create_table(
        "registration_declarations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_registration_declarations_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_declarations")),
    )
    op.create_index(
        op.f("ix_registration_declarations_registration_id"), "registration_declarations", ["registration_id"]
    )
    op.create_table(
        "registration_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "accepted",
                "refused",
                "withdrawn",
                "applied",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('proposed', 'applied')) = (decided_at IS NULL)",
            name=op.f("ck_registration_changes_decided_when_closed"),
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_registration_changes_registration_id")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_registration_changes_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_registration_changes_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_changes")),
        sa.UniqueConstraint(
            "registration_id", "number", name=op.f("uq_registration_changes_registration_id_number")
        ),
    )
    op.create_index(op.f("ix_registration_changes_proposed_by"), "registration_changes", ["proposed_by"])
    op.create_index(op.f("ix_registration_changes_decided_by"), "registration_changes", ["decided_by"])
    op.create_index("ix_registration_changes_state", "registration_changes", ["state", "proposed_at"])
    op.create_index(
        "uq_registration_changes_waiting",
        "registration_changes",
        ["registration_id", "part"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def downgrade() -> None:
    op.drop_table("registration_changes")
    op.drop_table("registration_declarations")
    op.drop_table("registration_drafts")
