"""Payments, refunds, provider events and the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "payments_1"
down_revision = "screening_1"
branch_labels = None
depends_on = None

GUARDS: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER ledger_lines_no_update BEFORE UPDATE ON ledger_lines BEGIN SELECT RAISE(ABORT, 'ledger lines are never changed'); END",
        "CREATE TRIGGER ledger_lines_no_delete BEFORE DELETE ON ledger_lines BEGIN SELECT RAISE(ABORT, 'ledger lines are never changed'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION ledger_lines_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ledger lines are never changed'; END $$",
        "CREATE TRIGGER ledger_lines_no_change BEFORE UPDATE OR DELETE ON ledger_lines FOR EACH ROW EXECUTE FUNCTION ledger_lines_refuse()",
        "CREATE TRIGGER ledger_lines_no_truncate BEFORE TRUNCATE ON ledger_lines FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_refuse()",
    ],
}


def upgrade() -> None:

    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=True),
        sa.Column("payer_name", sa.String(length=200), nullable=False),
        sa.Column("payer_email", sa.String(length=320), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "created",
                "card_saved",
                "processing",
                "requires_action",
                "succeeded",
                "failed",
                "voided",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("refunded_cents", sa.BigInteger(), nullable=False),
        sa.Column("customer_ref", sa.String(length=255), nullable=True),
        sa.Column("card_ref", sa.String(length=255), nullable=True),
        sa.Column("card_brand", sa.String(length=40), nullable=True),
        sa.Column("card_last4", sa.String(length=4), nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=True),
        sa.Column("attention", sa.Text(), nullable=True),
        sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('created', 'card_saved', 'voided') OR amount_cents IS NOT NULL",
            name=op.f("ck_payments_charged_needs_amount"),
        ),
        sa.CheckConstraint("(amount_cents IS NULL) = (currency IS NULL)", name=op.f("ck_payments_amount_has_currency")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payments_amount_positive")),
        sa.CheckConstraint(
            "refunded_cents >= 0 AND refunded_cents <= coalesce(amount_cents, 0)",
            name=op.f("ck_payments_refund_in_bounds"),
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["users.id"], name=op.f("fk_payments_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("subject_kind", "subject_id", name="uq_payments_subject"),
    )
    op.create_index(op.f("ix_payments_payer_id"), "payments", ["payer_id"], unique=False)
    op.create_index("ix_payments_state_created_at", "payments", ["state", "created_at"], unique=False)
    op.create_table(
        "ledger_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posting", sa.String(length=120), nullable=False),
        sa.Column(
            "account",
            sa.Enum(
                "receivable",
                "provider_clearing",
                "revenue",
                "refunds",
                "surplus",
                "disputes",
                name="account_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_ledger_lines_amount_not_zero")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_ledger_lines_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lines")),
        sa.UniqueConstraint("posting", "account", name="uq_ledger_lines_posting"),
    )
    op.create_index(op.f("ix_ledger_lines_payment_id"), "ledger_lines", ["payment_id"], unique=False)
    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "card_page",
                "saved_card",
                "pay_page",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "succeeded",
                "failed",
                "abandoned",
                "surplus",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("session_ref", sa.String(length=255), nullable=True),
        sa.Column("page_url", sa.Text(), nullable=True),
        sa.Column("intent_ref", sa.String(length=255), nullable=True),
        sa.Column("failure_code", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'card_page') = (amount_cents IS NULL)", name=op.f("ck_payment_attempts_amount_if_charging")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_attempts_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempts")),
        sa.UniqueConstraint("idempotency_key", name="uq_payment_attempts_key"),
        sa.UniqueConstraint("payment_id", "number", name="uq_payment_attempts_number"),
    )
    op.create_index(op.f("ix_payment_attempts_payment_id"), "payment_attempts", ["payment_id"], unique=False)
    op.create_index("uq_payment_attempts_intent", "payment_attempts", ["intent_ref"], unique=True)
    op.create_index(
        "uq_payment_attempts_one_charging",
        "payment_attempts",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open' AND kind = 'saved_card'"),
        sqlite_where=sa.text("state = 'open' AND kind = 'saved_card'"),
    )
    op.create_index(
        "uq_payment_attempts_one_success",
        "payment_attempts",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("state = 'succeeded' AND kind <> 'card_page'"),
        sqlite_where=sa.text("state = 'succeeded' AND kind <> 'card_page'"),
    )
    op.create_index("uq_payment_attempts_session", "payment_attempts", ["session_ref"], unique=True)
    op.create_table(
        "payment_disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("provider_ref", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "won", "lost", name="state_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_disputes_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_disputes")),
        sa.UniqueConstraint("provider_ref", name="uq_payment_disputes_provider_ref"),
    )
    op.create_index(op.f("ix_payment_disputes_payment_id"), "payment_disputes", ["payment_id"], unique=False)
    op.create_table(
        "provider_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_ref", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("object_ref", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "kept",
                "applied",
                "ignored",
                "refused",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'kept') = (handled_at IS NULL)", name=op.f("ck_provider_events_handled_when_not_kept")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_provider_events_refused_says_why")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_provider_events_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_events")),
        sa.UniqueConstraint("provider_ref", name="uq_provider_events_provider_ref"),
    )
    op.create_index(op.f("ix_provider_events_object_ref"), "provider_events", ["object_ref"], unique=False)
    op.create_index(op.f("ix_provider_events_payment_id"), "provider_events", ["payment_id"], unique=False)
    op.create_index("ix_provider_events_state_received_at", "provider_events", ["state", "received_at"], unique=False)
    op.create_table(
        "payment_refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "pending",
                "succeeded",
                "failed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("provider_ref", sa.String(length=255), nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_refunds_amount_positive")),
        sa.ForeignKeyConstraint(["attempt_id"], ["payment_attempts.id"], name=op.f("fk_payment_refunds_attempt_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_refunds_payment_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_payment_refunds_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_refunds")),
        sa.UniqueConstraint("idempotency_key", name="uq_payment_refunds_key"),
        sa.UniqueConstraint("provider_ref", name="uq_payment_refunds_provider_ref"),
    )
    op.create_index(op.f("ix_payment_refunds_attempt_id"), "payment_refunds", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_payment_refunds_payment_id"), "payment_refunds", ["payment_id"], unique=False)
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)


def downgrade() -> None:

    op.drop_index(op.f("ix_payment_refunds_payment_id"), table_name="payment_refunds")
    op.drop_index(op.f("ix_payment_refunds_attempt_id"), table_name="payment_refunds")
    op.drop_table("payment_refunds")
    op.drop_index("ix_provider_events_state_received_at", table_name="provider_events")
    op.drop_index(op.f("ix_provider_events_payment_id"), table_name="provider_events")
    op.drop_index(op.f("ix_provider_events_object_ref"), table_name="provider_events")
    op.drop_table("provider_events")
    op.drop_index(op.f("ix_payment_disputes_payment_id"), table_name="payment_disputes")
    op.drop_table("payment_disputes")
    op.drop_index("uq_payment_attempts_session", table_name="payment_attempts")
    op.drop_index(
        "uq_payment_attempts_one_success",
        table_name="payment_attempts",
        postgresql_where=sa.text("state = 'succeeded' AND kind <> 'card_page'"),
        sqlite_where=sa.text("state = 'succeeded' AND kind <> 'card_page'"),
    )
    op.drop_index(
        "uq_payment_attempts_one_charging",
        table_name="payment_attempts",
        postgresql_where=sa.text("state = 'open' AND kind = 'saved_card'"),
        sqlite_where=sa.text("state = 'open' AND kind = 'saved_card'"),
    )
    op.drop_index("uq_payment_attempts_intent", table_name="payment_attempts")
    op.drop_index(op.f("ix_payment_attempts_payment_id"), table_name="payment_attempts")
    op.drop_table("payment_attempts")
    op.drop_index(op.f("ix_ledger_lines_payment_id"), table_name="ledger_lines")
    op.drop_table("ledger_lines")
    op.drop_index("ix_payments_state_created_at", table_name="payments")
    op.drop_index(op.f("ix_payments_payer_id"), table_name="payments")
    op.drop_table("payments")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS ledger_lines_refuse() CASCADE")
