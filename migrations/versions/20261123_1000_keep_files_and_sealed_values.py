"""Keep files and sealed values."""

import sqlalchemy as sa
from alembic import op

revision = "documents_1"
down_revision = "scheduling_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "nomination_letter", "application_answer", "visa_denial_proof", "statement", "import_sheet", "paper",
                name="purpose_known", native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf", "png", "jpg", "docx", "xlsx", "csv", "xml",
                name="kind_known", native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "ready", "infected", "dropped",
                name="state_known", native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("finding", sa.String(length=120), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('dropped', 'infected')) = (gone_at IS NOT NULL)", name=op.f("ck_files_gone_has_time")
        ),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_files_size_positive")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_files_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("key", name=op.f("uq_files_key")),
    )
    op.create_index(op.f("ix_files_owner_id"), "files", ["owner_id"], unique=False)
    op.create_index("ix_files_purpose_created_at", "files", ["purpose", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_files_purpose_created_at", table_name="files")
    op.drop_index(op.f("ix_files_owner_id"), table_name="files")
    op.drop_table("files")
