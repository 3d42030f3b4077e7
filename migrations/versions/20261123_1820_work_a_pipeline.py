"""Currencies and exact amounts of interest, asks for names, a company's own side of a lead, weights and filters."""

import sqlalchemy as sa
from alembic import op

revision = "interest_2"
down_revision = "following_1"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OLD_EVENTS = ["state", "discuss", "start_diligence", "offer_terms", "commit", "sign", "pass", "renew", "lapse"]
EVENTS = [*OLD_EVENTS, "edit", "show", "hand_over", "ask_names", "keep_names"]
STATES = [
    "watching", "interested", "in_discussion", "diligence", "term_sheet", "committed", "signed", "passed", "lapsed",
]  # fmt: skip
CHECKS = {
    "amount_above_zero": "amount_cents IS NULL OR amount_cents > 0",
    "amount_from_term_sheet": (
        "amount_cents IS NULL OR state NOT IN ('watching', 'interested', 'in_discussion', 'diligence')"
    ),
    "reconfirmed_whole": "(reconfirmed_count = 0) = (reconfirmed_at IS NULL)",
    "names_answered_whole": "(names_answer IS NULL) = (names_answered_at IS NULL)",
    "names_asked_first": "names_answer IS NULL OR names_asked_at IS NOT NULL",
    "names_answer_known": "names_answer IN ('shown', 'kept_back')",
}


def upgrade() -> None:
    with op.batch_alter_table("interests") as batch:
        batch.add_column(sa.Column("currency", sa.String(3), nullable=False, server_default="USD"))
        batch.add_column(sa.Column("amount_cents", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("stamp", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("reconfirmed_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("reconfirmed_count", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("reminded_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("names_asked_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("names_answer", sa.String(40), nullable=True))
        batch.add_column(sa.Column("names_answered_at", MOMENT, nullable=True))
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_interests_{name}"), condition)
    op.execute("UPDATE interests SET stamp = id")
    op.execute(
        "UPDATE interests SET revision = COALESCE("
        "(SELECT MAX(number) FROM interest_steps WHERE interest_steps.interest_id = interests.id), 1)"
    )
    with op.batch_alter_table("interests") as batch:
        batch.alter_column("stamp", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("interest_steps") as batch:
        batch.drop_constraint(op.f("ck_interest_steps_event_known"), type_="check")
        batch.create_check_constraint(op.f("ck_interest_steps_event_known"), _among("event", EVENTS))
        batch.create_unique_constraint(op.f("uq_interest_steps_interest_id_number"), ["interest_id", "number"])
    op.create_table(
        "interest_leads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interest_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_interest_leads_rating_one_to_five")
        ),
        sa.CheckConstraint(
            "next_on IS NULL OR next_step != ''", name=op.f("ck_interest_leads_dated_step_has_words")
        ),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["interests.id"], name=op.f("fk_interest_leads_interest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_interest_leads_organization_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_interest_leads_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_leads")),
        sa.UniqueConstraint(
            "interest_id", "organization_id", name=op.f("uq_interest_leads_interest_id_organization_id")
        ),
    )
    op.create_index("ix_interest_leads_next_on", "interest_leads", ["next_on"])
    op.create_index(op.f("ix_interest_leads_organization_id"), "interest_leads", ["organization_id"])
    op.create_index(op.f("ix_interest_leads_owner_id"), "interest_leads", ["owner_id"])
    op.create_table(
        "interest_stage_weights",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("state", _known("state_known", STATES), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_interest_stage_weights_percent_whole")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_interest_stage_weights_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "state", name=op.f("pk_interest_stage_weights")),
    )
    _create_filters()


def _create_filters() -> None:
    op.create_table(
        "interest_filters",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("least", sa.JSON(), nullable=False),
        sa.Column("refuses_undisclosed", sa.Boolean(), nullable=False),
        sa.Column("partner_kinds", sa.JSON(), nullable=False),
        sa.Column("country_rule", _known("country_rule_known", ["any", "only", "except"]), nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_interest_filters_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_interest_filters_organization_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_interest_filters")),
    )
    op.create_index(op.f("ix_interest_filters_organization_id"), "interest_filters", ["organization_id"])
    off = ["kind", "amount", "partner_kind", "country", "stage", "language"]
    op.create_table(
        "interest_filter_counts",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("off", _known("off_known", off), nullable=False),
        sa.Column("via", _known("via_known", ["interest", "meeting"]), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_interest_filter_counts_counted")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_interest_filter_counts_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "week_on", "off", "via", name=op.f("pk_interest_filter_counts")),
    )  # fmt: skip


def downgrade() -> None:
    """What was noted beside the ladder goes; the steps on it keep their numbers."""
    op.drop_table("interest_filter_counts")
    op.drop_table("interest_filters")
    op.drop_table("interest_stage_weights")
    op.drop_table("interest_leads")
    op.execute(f"DELETE FROM interest_steps WHERE NOT ({_among('event', OLD_EVENTS)})")
    with op.batch_alter_table("interest_steps") as batch:
        batch.drop_constraint(op.f("uq_interest_steps_interest_id_number"), type_="unique")
        batch.drop_constraint(op.f("ck_interest_steps_event_known"), type_="check")
        batch.create_check_constraint(op.f("ck_interest_steps_event_known"), _among("event", OLD_EVENTS))
    with op.batch_alter_table("interests") as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_interests_{name}"), type_="check")
        for name in (
            "names_answered_at", "names_answer", "names_asked_at", "reminded_at", "reconfirmed_count",
            "reconfirmed_at", "stamp", "revision", "amount_cents", "currency",
        ):  # fmt: skip
            batch.drop_column(name)


def _among(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _known(name: str, values: list[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
