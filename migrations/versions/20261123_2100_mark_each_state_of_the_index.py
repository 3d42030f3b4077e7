"""Mark each state of the directory's index, so that what was read of it is known to be current."""

import sqlalchemy as sa
from alembic import op

revision = "directory_4"
down_revision = "dealrooms_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_index_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_directory_index_mark_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_index_mark")),
    )


def downgrade() -> None:
    op.drop_table("directory_index_mark")
