"""The outbox and the demo's mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_1"
down_revision = "core_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "mailbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mailbox_messages_message_id")),
    )
    op.create_index(op.f("ix_mailbox_messages_received_at"), "mailbox_messages", ["received_at"], unique=False)
    op.create_table(
        "outbox_messages",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "done",
                "parked",
                "cancelled",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("return_to", sa.String(length=300), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=True),
        sa.Column("starter_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_until IS NOT NULL)", name=op.f("ck_outbox_messages_leased_while_sending")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("ck_outbox_messages_finished_when_closed"),
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_outbox_messages_percent_in_range")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_messages_id")),
    )
    op.create_index(op.f("ix_outbox_messages_kind"), "outbox_messages", ["kind"], unique=False)
    op.create_index(op.f("ix_outbox_messages_starter_id"), "outbox_messages", ["starter_id"], unique=False)
    op.create_index("ix_outbox_messages_state_due", "outbox_messages", ["state", "next_attempt_at"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_outbox_messages_state_due", table_name="outbox_messages")
    op.drop_index(op.f("ix_outbox_messages_starter_id"), table_name="outbox_messages")
    op.drop_index(op.f("ix_outbox_messages_kind"), table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_index(op.f("ix_mailbox_messages_received_at"), table_name="mailbox_messages")
    op.drop_table("mailbox_messages")
