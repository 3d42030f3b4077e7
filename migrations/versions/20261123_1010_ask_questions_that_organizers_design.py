"""Ask questions that organizers design."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaires_1"
down_revision = "documents_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaires",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_questionnaires_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
        sa.UniqueConstraint("summit_id", "key", name=op.f("uq_questionnaires_summit_id_key")),
    )
    op.create_table(
        "questionnaire_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "published", name="state_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.Uuid(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_questionnaire_versions_published_has_time"),
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaires.id"], name=op.f("fk_questionnaire_versions_questionnaire_id")
        ),
        sa.ForeignKeyConstraint(["edited_by"], ["users.id"], name=op.f("fk_questionnaire_versions_edited_by")),
        sa.ForeignKeyConstraint(["published_by"], ["users.id"], name=op.f("fk_questionnaire_versions_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_versions")),
        sa.UniqueConstraint(
            "questionnaire_id", "number", name=op.f("uq_questionnaire_versions_questionnaire_id_number")
        ),
    )
    op.create_index(op.f("ix_questionnaire_versions_edited_by"), "questionnaire_versions", ["edited_by"])
    op.create_index(op.f("ix_questionnaire_versions_published_by"), "questionnaire_versions", ["published_by"])
    op.create_index(
        "uq_questionnaire_versions_draft",
        "questionnaire_versions",
        ["questionnaire_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "questionnaire_replies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaires.id"], name=op.f("fk_questionnaire_replies_questionnaire_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_versions.id"], name=op.f("fk_questionnaire_replies_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_replies")),
        sa.UniqueConstraint(
            "questionnaire_id",
            "subject_kind",
            "subject_id",
            name=op.f("uq_questionnaire_replies_questionnaire_id_subject_kind_subject_id"),
        ),
    )
    op.create_index("ix_questionnaire_replies_subject", "questionnaire_replies", ["subject_kind", "subject_id"])
    op.create_index(op.f("ix_questionnaire_replies_version_id"), "questionnaire_replies", ["version_id"])


def downgrade() -> None:
    op.drop_table("questionnaire_replies")
    op.drop_table("questionnaire_versions")
    op.drop_table("questionnaires")
