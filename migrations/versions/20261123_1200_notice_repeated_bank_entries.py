"""Notice entries of the bank that came before in another file."""

import sqlalchemy as sa
from alembic import op

revision = "invoicing_2"
down_revision = "door_1"
branch_labels = None
depends_on = None

OLD_STATES = ["parked", "suggested", "booked", "not_ours", "returned", "reversed", "outgoing"]
STATES = [*OLD_STATES, "repeat"]


def upgrade() -> None:
    with op.batch_alter_table("bank_entries") as batch:
        batch.add_column(sa.Column("repeats_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_bank_entries_repeats_id"), "bank_entries", ["repeats_id"], ["id"])
        batch.create_index(op.f("ix_bank_entries_repeats_id"), ["repeats_id"])
        batch.create_index("ix_bank_entries_booked_on", ["booked_on", "amount_cents"])
        batch.drop_constraint(op.f("ck_bank_entries_state_known"), type_="check")
        batch.drop_constraint(op.f("ck_bank_entries_only_credits_booked"), type_="check")
        batch.create_check_constraint(op.f("ck_bank_entries_state_known"), _among(STATES))
        batch.create_check_constraint(op.f("ck_bank_entries_only_credits_booked"), _credits("parked", "repeat"))


def downgrade() -> None:
    """An entry that was found to be a repeat has no such state before: it is kept as not ours, or as gone out."""
    op.execute("UPDATE bank_entries SET state = 'not_ours' WHERE state = 'repeat' AND amount_cents > 0")
    op.execute("UPDATE bank_entries SET state = 'outgoing' WHERE state = 'repeat'")
    with op.batch_alter_table("bank_entries") as batch:
        batch.drop_constraint(op.f("ck_bank_entries_state_known"), type_="check")
        batch.drop_constraint(op.f("ck_bank_entries_only_credits_booked"), type_="check")
        batch.drop_index("ix_bank_entries_booked_on")
        batch.drop_index(op.f("ix_bank_entries_repeats_id"))
        batch.drop_constraint(op.f("fk_bank_entries_repeats_id"), type_="foreignkey")
        batch.drop_column("repeats_id")
        batch.create_check_constraint(op.f("ck_bank_entries_state_known"), _among(OLD_STATES))
        batch.create_check_constraint(op.f("ck_bank_entries_only_credits_booked"), _credits("parked"))


def _among(states: list[str]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


def _credits(*states: str) -> str:
    return f"amount_cents > 0 OR {_among(['outgoing', *states, 'reversed'])}"
