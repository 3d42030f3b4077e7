"""Vouchers, waivers, pay links, reminders, refunds that two people let go, disputes that somebody answers."""

import sqlalchemy as sa
from alembic import op

from app.core.table_checks import admit_values

revision = "payments_2"
down_revision = "accounts_2"
branch_labels = None
depends_on = None

REFUND_STATES = ["requested", "pending", "succeeded", "failed"]


def _kinds(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _make_vouchers()
    _make_waivers()
    _make_links_and_reminders()
    _widen_payments()
    with op.batch_alter_table("payment_refunds") as batch:
        batch.add_column(sa.Column("released_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("refusal", sa.Text(), nullable=True))
        batch.create_foreign_key(op.f("fk_payment_refunds_released_by"), "users", ["released_by"], ["id"])
        batch.create_check_constraint(
            op.f("ck_payment_refunds_released_by_another"), "released_by IS NULL OR released_by <> requested_by"
        )
    op.create_index("ix_payment_refunds_state_created_at", "payment_refunds", ["state", "created_at"])
    states = ["proposed", "refused", *REFUND_STATES]
    admit_values(op, "payment_refunds", "state", "ck_payment_refunds_state_known", states)
    with op.batch_alter_table("payment_disputes") as batch:
        batch.add_column(sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("reply", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("replied_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("outcome", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("decided_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_payment_disputes_replied_by"), "users", ["replied_by"], ["id"])
        batch.create_foreign_key(op.f("fk_payment_disputes_decided_by"), "users", ["decided_by"], ["id"])
    op.create_index("ix_payment_disputes_state_opened_at", "payment_disputes", ["state", "opened_at"])
    op.add_column("provider_events", sa.Column("payload", sa.Text(), nullable=True))


def _make_vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("kind", _kinds("percentage", "amount", "waiver", name="kind_known"), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("uses_limit", sa.Integer(), nullable=False),
        sa.Column("uses_taken", sa.Integer(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=True),
        sa.Column("cents_taken", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("participant_types", sa.JSON(), nullable=False),
        sa.Column("markets", sa.JSON(), nullable=False),
        sa.Column("organizations", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("uses_taken >= 0 AND uses_taken <= uses_limit", name=op.f("ck_vouchers_uses_within_limit")),
        sa.CheckConstraint(
            "cents_taken >= 0 AND (budget_cents IS NULL OR cents_taken <= budget_cents)",
            name=op.f("ck_vouchers_cents_within_budget"),
        ),
        sa.CheckConstraint(
            "(kind = 'percentage') = (percent IS NOT NULL)", name=op.f("ck_vouchers_percentage_has_share")
        ),
        sa.CheckConstraint("(kind = 'amount') = (amount_cents IS NOT NULL)", name=op.f("ck_vouchers_amount_has_cents")),
        sa.CheckConstraint(
            "currency IS NOT NULL OR (amount_cents IS NULL AND budget_cents IS NULL)",
            name=op.f("ck_vouchers_cents_have_currency"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_vouchers_made_by")),
        sa.ForeignKeyConstraint(["stopped_by"], ["users.id"], name=op.f("fk_vouchers_stopped_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("code", name="uq_vouchers_code"),
    )
    op.create_index("ix_vouchers_made_at", "vouchers", ["made_at"])
    op.create_index(op.f("ix_vouchers_made_by"), "vouchers", ["made_by"])
    op.create_index(op.f("ix_vouchers_stopped_by"), "vouchers", ["stopped_by"])
    op.create_table(
        "voucher_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("state", _kinds("held", "spent", "released", name="state_known"), nullable=False),
        sa.Column("discount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("discount_cents > 0", name=op.f("ck_voucher_uses_discount_positive")),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_voucher_uses_released_has_time")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_uses_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_uses")),
    )
    op.create_index(op.f("ix_voucher_uses_voucher_id"), "voucher_uses", ["voucher_id"])
    live = sa.text("state <> 'released'")
    op.create_index(
        "uq_voucher_uses_live", "voucher_uses", ["subject_kind", "subject_id"], unique=True, sqlite_where=live,
        postgresql_where=live,
    )  # fmt: skip


def _make_waivers() -> None:
    op.create_table(
        "fee_waivers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", _kinds("proposed", "granted", "refused", "ended", name="state_known"), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_fee_waivers_amount_positive")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_fee_waivers_decided_by_another")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_fee_waivers_payment_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_fee_waivers_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_fee_waivers_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_waivers")),
    )
    op.create_index(op.f("ix_fee_waivers_proposed_by"), "fee_waivers", ["proposed_by"])
    op.create_index(op.f("ix_fee_waivers_decided_by"), "fee_waivers", ["decided_by"])
    op.create_index("ix_fee_waivers_state_proposed_at", "fee_waivers", ["state", "proposed_at"])
    in_force = sa.text("state IN ('proposed', 'granted')")
    op.create_index(
        "uq_fee_waivers_in_force", "fee_waivers", ["payment_id"], unique=True, sqlite_where=in_force,
        postgresql_where=in_force,
    )  # fmt: skip


def _make_links_and_reminders() -> None:
    op.create_table(
        "payment_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_links_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_links")),
        sa.UniqueConstraint("token_hash", name="uq_payment_links_token_hash"),
    )
    op.create_index(op.f("ix_payment_links_payment_id"), "payment_links", ["payment_id"])
    op.create_table(
        "payment_reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _kinds("pay", "card", name="kind_known"), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_reminders_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reminders")),
        sa.UniqueConstraint("payment_id", "kind", "days_before", "deadline", name="uq_payment_reminders_once"),
    )


def _widen_payments() -> None:
    with op.batch_alter_table("payments") as batch:
        for name in ("carried_cents", "passed_on_cents", "disputed_cents"):
            batch.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("carried_from_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_payments_carried_from_id"), "payments", ["carried_from_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_payments_carried_in_bounds"), "carried_cents >= 0 AND carried_cents <= coalesce(amount_cents, 0)"
        )
        batch.create_check_constraint(
            op.f("ck_payments_passed_on_in_bounds"),
            "passed_on_cents >= 0 AND passed_on_cents + refunded_cents <= coalesce(amount_cents, 0)",
        )
        batch.create_check_constraint(
            op.f("ck_payments_carried_has_source"), "(carried_cents > 0) = (carried_from_id IS NOT NULL)"
        )
    op.create_index(op.f("ix_payments_carried_from_id"), "payments", ["carried_from_id"])


def downgrade() -> None:
    op.drop_column("provider_events", "payload")
    op.drop_index("ix_payment_disputes_state_opened_at", "payment_disputes")
    with op.batch_alter_table("payment_disputes") as batch:
        batch.drop_constraint(op.f("fk_payment_disputes_replied_by"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_payment_disputes_decided_by"), type_="foreignkey")
        for name in ("reply_due_at", "reply", "replied_by", "replied_at", "outcome", "decided_by", "decided_at"):
            batch.drop_column(name)
    admit_values(op, "payment_refunds", "state", "ck_payment_refunds_state_known", REFUND_STATES)
    op.drop_index("ix_payment_refunds_state_created_at", "payment_refunds")
    with op.batch_alter_table("payment_refunds") as batch:
        batch.drop_constraint(op.f("ck_payment_refunds_released_by_another"), type_="check")
        batch.drop_constraint(op.f("fk_payment_refunds_released_by"), type_="foreignkey")
        batch.drop_column("released_by")
        batch.drop_column("refusal")
    op.drop_index(op.f("ix_payments_carried_from_id"), "payments")
    with op.batch_alter_table("payments") as batch:
        for check in ("carried_in_bounds", "passed_on_in_bounds", "carried_has_source"):
            batch.drop_constraint(op.f(f"ck_payments_{check}"), type_="check")
        batch.drop_constraint(op.f("fk_payments_carried_from_id"), type_="foreignkey")
        for name in ("carried_from_id", "disputed_cents", "passed_on_cents", "carried_cents"):
            batch.drop_column(name)
    for table in ("payment_reminders", "payment_links", "fee_waivers", "voucher_uses", "vouchers"):
        op.drop_table(table)
