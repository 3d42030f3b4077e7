"""Substitutions, claims that a visa was denied, and the account over which money is carried to a successor."""

import sqlalchemy as sa
from alembic import op

from app.core.table_checks import admit_values

revision = "registration_6"
down_revision = "registration_5"
branch_labels = None
depends_on = None

ACCOUNTS = ["receivable", "provider_clearing", "bank", "revenue", "refunds", "surplus", "disputes"]


def _states(*values: str) -> sa.Enum:
    return sa.Enum(*values, name="state_known", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    admit_values(op, "ledger_lines", "account", "ck_ledger_lines_account_known", [*ACCOUNTS, "carried"])
    op.create_table(
        "substitutions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("predecessor_id", sa.Uuid(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state", _states("proposed", "invited", "applied", "passed", "declined", "withdrawn"), nullable=False
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'passed' OR successor_id IS NOT NULL", name=op.f("ck_substitutions_passed_has_successor")
        ),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_substitutions_summit_id")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["registrations.id"], name=op.f("fk_substitutions_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["registrations.id"], name=op.f("fk_substitutions_successor_id")),
        sa.ForeignKeyConstraint(["named_by"], ["users.id"], name=op.f("fk_substitutions_named_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutions")),
    )
    is_open = sa.text("state IN ('proposed', 'invited', 'applied')")
    for name, column in (("uq_substitutions_open", "predecessor_id"), ("uq_substitutions_successor", "successor_id")):
        op.create_index(name, "substitutions", [column], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_substitutions_email", "substitutions", ["summit_id", "email"])
    op.create_index(op.f("ix_substitutions_named_by"), "substitutions", ["named_by"])
    _make_visa_claims()


def _make_visa_claims() -> None:
    op.create_table(
        "visa_claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("state", _states("claimed", "accepted", "refused"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("refund_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'claimed') = (decided_at IS NULL)", name=op.f("ck_visa_claims_decided_has_time")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_visa_claims_registration_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_visa_claims_file_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_visa_claims_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visa_claims")),
    )
    undecided = sa.text("state = 'claimed'")
    op.create_index(
        "uq_visa_claims_undecided", "visa_claims", ["registration_id"], unique=True, sqlite_where=undecided,
        postgresql_where=undecided,
    )  # fmt: skip
    op.create_index("ix_visa_claims_state_claimed_at", "visa_claims", ["state", "claimed_at"])
    for column in ("registration_id", "file_id", "decided_by"):
        op.create_index(op.f(f"ix_visa_claims_{column}"), "visa_claims", [column])


def downgrade() -> None:
    op.drop_table("visa_claims")
    op.drop_table("substitutions")
    admit_values(op, "ledger_lines", "account", "ck_ledger_lines_account_known", ACCOUNTS)
