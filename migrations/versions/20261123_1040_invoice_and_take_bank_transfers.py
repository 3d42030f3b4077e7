"""Invoice and take bank transfers."""

import sqlalchemy as sa
from alembic import op

from app.core.table_checks import admit_values

revision = "invoicing_1"
down_revision = "payments_2"
branch_labels = None
depends_on = None

ACCOUNTS = ["receivable", "provider_clearing", "bank", "revenue", "refunds", "surplus", "disputes"]
ATTEMPT_KINDS = ["card_page", "saved_card", "pay_page", "transfer"]


TABLES = [
    "paper_counters",
    "papers",
    "paper_lines",
    "paper_prints",
    "billed_payments",
    "group_dues",
    "billing_details",
    "statement_imports",
    "bank_statements",
    "payouts",
    "bank_entries",
    "bank_allocations",
]
GUARDS: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER papers_no_update BEFORE UPDATE OF id, kind, year, sequence, number, cause, is_group, buyer_name, currency, net_cents, tax_cents, gross_cents, reference, due_on, refers_to_id, facts, digest, issued_at, issued_by ON papers BEGIN SELECT RAISE(ABORT, 'issued papers are never changed'); END",
        "CREATE TRIGGER papers_no_delete BEFORE DELETE ON papers BEGIN SELECT RAISE(ABORT, 'issued papers are never changed'); END",
        "CREATE TRIGGER paper_lines_no_update BEFORE UPDATE OF id, paper_id, position, text, payment_id, net_cents, tax_cents, gross_cents ON paper_lines BEGIN SELECT RAISE(ABORT, 'issued papers are never changed'); END",
        "CREATE TRIGGER paper_lines_no_delete BEFORE DELETE ON paper_lines BEGIN SELECT RAISE(ABORT, 'issued papers are never changed'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION papers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'issued papers are never changed'; END $$",
        "CREATE TRIGGER papers_no_change BEFORE DELETE OR UPDATE OF id, kind, year, sequence, number, cause, is_group, buyer_name, currency, net_cents, tax_cents, gross_cents, reference, due_on, refers_to_id, facts, digest, issued_at, issued_by ON papers FOR EACH ROW EXECUTE FUNCTION papers_refuse()",
        "CREATE TRIGGER papers_no_truncate BEFORE TRUNCATE ON papers FOR EACH STATEMENT EXECUTE FUNCTION papers_refuse()",
        "CREATE OR REPLACE FUNCTION papers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'issued papers are never changed'; END $$",
        "CREATE TRIGGER paper_lines_no_change BEFORE DELETE OR UPDATE OF id, paper_id, position, text, payment_id, net_cents, tax_cents, gross_cents ON paper_lines FOR EACH ROW EXECUTE FUNCTION papers_refuse()",
        "CREATE TRIGGER paper_lines_no_truncate BEFORE TRUNCATE ON paper_lines FOR EACH STATEMENT EXECUTE FUNCTION papers_refuse()",
    ],
}


def upgrade() -> None:
    methods = "'card', 'transfer', 'group'"
    op.execute(
        "ALTER TABLE payments ADD COLUMN method VARCHAR(40) DEFAULT 'card' NOT NULL "
        f"CONSTRAINT ck_payments_method_known CHECK (method IN ({methods}))"
    )
    admit_values(op, "ledger_lines", "account", "ck_ledger_lines_account_known", ACCOUNTS)
    admit_values(op, "payment_attempts", "kind", "ck_payment_attempts_kind_known", ATTEMPT_KINDS)
    _make_transfers()
    _make_papers()
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def _make_transfers() -> None:
    op.create_table(
        "payment_transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("applied_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("surplus_attempt_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_transfers_amount_positive")),
        sa.CheckConstraint(
            "applied_cents >= 0 AND applied_cents <= amount_cents", name=op.f("ck_payment_transfers_applied_in_bounds")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_transfers_payment_id")),
        sa.ForeignKeyConstraint(
            ["surplus_attempt_id"], ["payment_attempts.id"], name=op.f("fk_payment_transfers_surplus_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_transfers")),
    )
    for column in ("payment_id", "surplus_attempt_id"):
        op.create_index(op.f(f"ix_payment_transfers_{column}"), "payment_transfers", [column], unique=False)


def _make_papers() -> None:
    op.create_table(
        "paper_counters",
        sa.Column(
            "kind",
            sa.Enum(
                "invoice",
                "receipt",
                "credit_note",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_paper_counters")),
    )
    op.create_table(
        "papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invoice",
                "receipt",
                "credit_note",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=25), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("refers_to_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (refers_to_id IS NOT NULL)", name=op.f("ck_papers_credit_note_refers")
        ),
        sa.CheckConstraint("(kind = 'invoice') = (due_on IS NOT NULL)", name=op.f("ck_papers_invoice_has_due_day")),
        sa.CheckConstraint("gross_cents = net_cents + tax_cents", name=op.f("ck_papers_gross_is_net_and_tax")),
        sa.CheckConstraint("gross_cents > 0", name=op.f("ck_papers_gross_positive")),
        sa.ForeignKeyConstraint(["issued_by"], ["users.id"], name=op.f("fk_papers_issued_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_papers_organization_id")),
        sa.ForeignKeyConstraint(["payer_id"], ["users.id"], name=op.f("fk_papers_payer_id")),
        sa.ForeignKeyConstraint(["refers_to_id"], ["papers.id"], name=op.f("fk_papers_refers_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("cause", name=op.f("uq_papers_cause")),
        sa.UniqueConstraint("kind", "year", "sequence", name=op.f("uq_papers_kind_year_sequence")),
        sa.UniqueConstraint("number", name=op.f("uq_papers_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_papers_reference")),
    )
    op.create_index("ix_papers_issued_at", "papers", ["issued_at"], unique=False)
    op.create_index(op.f("ix_papers_organization_id"), "papers", ["organization_id"], unique=False)
    op.create_index(op.f("ix_papers_payer_id"), "papers", ["payer_id"], unique=False)
    op.create_index(op.f("ix_papers_refers_to_id"), "papers", ["refers_to_id"], unique=False)
    op.create_table(
        "paper_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_paper_lines_paper_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_paper_lines_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_lines")),
        sa.UniqueConstraint("paper_id", "position", name=op.f("uq_paper_lines_paper_id_position")),
    )
    op.create_index(op.f("ix_paper_lines_payment_id"), "paper_lines", ["payment_id"], unique=False)
    op.create_table(
        "paper_prints",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_paper_prints_file_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_paper_prints_paper_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_prints")),
    )
    op.create_index(op.f("ix_paper_prints_file_id"), "paper_prints", ["file_id"], unique=False)
    op.create_table(
        "billed_payments",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["papers.id"], name=op.f("fk_billed_payments_invoice_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_billed_payments_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_billed_payments")),
    )
    op.create_index(op.f("ix_billed_payments_invoice_id"), "billed_payments", ["invoice_id"], unique=False)
    op.create_table(
        "group_dues",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_group_dues_organization_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_group_dues_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_group_dues")),
    )
    op.create_index("ix_group_dues_organization_id", "group_dues", ["organization_id", "currency"], unique=False)
    op.create_table(
        "billing_details",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("tax_id", sa.String(length=40), nullable=False),
        sa.Column("order_number", sa.String(length=60), nullable=False),
        sa.Column(
            "treatment",
            sa.Enum(
                "standard",
                "reverse_charge",
                "outside_scope",
                name="treatment_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(payment_id IS NULL) <> (organization_id IS NULL)", name=op.f("ck_billing_details_for_one_of_two")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_billing_details_organization_id")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_billing_details_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_details")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_billing_details_organization_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_billing_details_payment_id")),
    )
    op.create_table(
        "statement_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("csv", "camt", name="kind_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "read",
                "queued",
                "done",
                "stopped",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_statement_imports_file_id")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_statement_imports_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_imports")),
        sa.UniqueConstraint("sha256", name=op.f("uq_statement_imports_sha256")),
    )
    op.create_index(op.f("ix_statement_imports_file_id"), "statement_imports", ["file_id"], unique=False)
    op.create_index("ix_statement_imports_made_at", "statement_imports", ["made_at"], unique=False)
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("opening_cents", sa.BigInteger(), nullable=True),
        sa.Column("closing_cents", sa.BigInteger(), nullable=True),
        sa.Column("entries_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["statement_imports.id"], name=op.f("fk_bank_statements_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("account", "ref", name=op.f("uq_bank_statements_account_ref")),
    )
    op.create_index("ix_bank_statements_ends_on", "bank_statements", ["account", "currency", "ends_on"], unique=False)
    op.create_index(op.f("ix_bank_statements_import_id"), "bank_statements", ["import_id"], unique=False)
    op.create_table(
        "payouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "ready",
                "paid",
                "called_off",
                "came_back",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("account_hint", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('ready', 'paid', 'came_back') OR account IS NOT NULL",
            name=op.f("ck_payouts_account_when_ready"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payouts_amount_positive")),
        sa.ForeignKeyConstraint(["paid_by"], ["users.id"], name=op.f("fk_payouts_paid_by")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payouts_payment_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["payment_refunds.id"], name=op.f("fk_payouts_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_payouts_refund_id")),
    )
    op.create_index(op.f("ix_payouts_payment_id"), "payouts", ["payment_id"], unique=False)
    op.create_index("ix_payouts_state_asked_at", "payouts", ["state", "asked_at"], unique=False)
    op.create_table(
        "bank_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("bank_ref", sa.String(length=80), nullable=False),
        sa.Column("end_to_end", sa.String(length=80), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("other_name", sa.String(length=200), nullable=False),
        sa.Column("other_account", sa.Text(), nullable=True),
        sa.Column("remittance", sa.String(length=1000), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "parked",
                "suggested",
                "booked",
                "not_ours",
                "returned",
                "reversed",
                "outgoing",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("suggested_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("payout_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount_cents > 0 OR state IN ('outgoing', 'parked', 'reversed')",
            name=op.f("ck_bank_entries_only_credits_booked"),
        ),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_bank_entries_amount_not_zero")),
        sa.ForeignKeyConstraint(["import_id"], ["statement_imports.id"], name=op.f("fk_bank_entries_import_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_bank_entries_payout_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["bank_entries.id"], name=op.f("fk_bank_entries_reverses_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statements.id"], name=op.f("fk_bank_entries_statement_id")),
        sa.ForeignKeyConstraint(["suggested_id"], ["papers.id"], name=op.f("fk_bank_entries_suggested_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_entries_key")),
    )
    op.create_index(op.f("ix_bank_entries_import_id"), "bank_entries", ["import_id"], unique=False)
    op.create_index(op.f("ix_bank_entries_payout_id"), "bank_entries", ["payout_id"], unique=False)
    op.create_index(op.f("ix_bank_entries_reverses_id"), "bank_entries", ["reverses_id"], unique=False)
    op.create_index("ix_bank_entries_state_booked_on", "bank_entries", ["state", "booked_on"], unique=False)
    op.create_index(op.f("ix_bank_entries_statement_id"), "bank_entries", ["statement_id"], unique=False)
    op.create_index(op.f("ix_bank_entries_suggested_id"), "bank_entries", ["suggested_id"], unique=False)
    op.create_table(
        "bank_allocations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_bank_allocations_amount_positive")),
        sa.ForeignKeyConstraint(["entry_id"], ["bank_entries.id"], name=op.f("fk_bank_allocations_entry_id")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_bank_allocations_made_by")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_bank_allocations_payment_id")),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["payment_transfers.id"], name=op.f("fk_bank_allocations_transfer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_allocations")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_bank_allocations_transfer_id")),
    )
    op.create_index(op.f("ix_bank_allocations_entry_id"), "bank_allocations", ["entry_id"], unique=False)
    op.create_index(op.f("ix_bank_allocations_payment_id"), "bank_allocations", ["payment_id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS papers_refuse() CASCADE")
    op.drop_table("payment_transfers")
    admit_values(
        op, "payment_attempts", "kind", "ck_payment_attempts_kind_known", [k for k in ATTEMPT_KINDS if k != "transfer"]
    )
    admit_values(op, "ledger_lines", "account", "ck_ledger_lines_account_known", [a for a in ACCOUNTS if a != "bank"])
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_payments_method_known"), "payments", type_="check")
    op.execute("ALTER TABLE payments DROP COLUMN method")
