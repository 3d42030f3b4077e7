"""The time a meeting had when its table was taken away, and that a seating stopped without a plan."""

import sqlalchemy as sa
from alembic import op

revision = "scheduling_2"
down_revision = "scheduling_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meetings", sa.Column("left_starts_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meetings", sa.Column("left_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("seatings", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("seatings", "stopped_at")
    op.drop_column("meetings", "left_ends_at")
    op.drop_column("meetings", "left_starts_at")
