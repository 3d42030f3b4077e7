"""Soft targets, and finding quickly who waits and what came back."""

import sqlalchemy as sa
from alembic import op

revision = "registration_2"
down_revision = "invoicing_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pools") as table:
        table.add_column(sa.Column("target", sa.Integer(), nullable=True))
        table.create_check_constraint(op.f("ck_pools_target_not_negative"), "target >= 0")


def downgrade() -> None:
    with op.batch_alter_table("pools") as table:
        table.drop_constraint(op.f("ck_pools_target_not_negative"), type_="check")
        table.drop_column("target")
