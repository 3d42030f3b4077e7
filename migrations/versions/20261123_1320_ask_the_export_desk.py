"""Ask the export desk."""

import sqlalchemy as sa
from alembic import op

revision = "enquiries_1"
down_revision = "interest_2"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = ("new", "assigned", "needs_information", "answered", "closed", "withdrawn")
EVENTS = ("assign", "ask_more", "inform", "answer", "helped", "not_helped", "close", "withdraw")
NOTES = ("step", "request", "reply", "answer", "internal", "contribution")
KINDS = ("equity", "capacity_purchase", "hardware", "seat", "payload", "landing_site", "services")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _refers(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns
    ]


def upgrade() -> None:
    _enquiries()
    _notes()
    _public_answers()


def _enquiries() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asker_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("topic_key", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("kind", _one_of(op.f("ck_enquiries_kind_known"), *KINDS), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("attestation", sa.String(length=20), nullable=False),
        sa.Column("shows_asker", sa.Boolean(), nullable=False),
        sa.Column("state", _one_of(op.f("ck_enquiries_state_known"), *STATES), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("waiting_since", sa.Date(), nullable=True),
        sa.Column("first_answered_on", sa.Date(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_sources", sa.JSON(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("contribution_asked_at", MOMENT, nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'withdrawn') OR owner_id IS NOT NULL", name=op.f("ck_enquiries_owned_when_worked_on")
        ),
        sa.CheckConstraint(
            "state NOT IN ('answered', 'closed') OR first_answered_on IS NOT NULL",
            name=op.f("ck_enquiries_answered_dated"),
        ),
        sa.CheckConstraint(
            "(state = 'needs_information') = (waiting_since IS NOT NULL)", name=op.f("ck_enquiries_waiting_dated")
        ),
        sa.CheckConstraint(
            "(first_answered_on IS NULL) = (first_due_on IS NULL)", name=op.f("ck_enquiries_first_answer_whole")
        ),
        sa.CheckConstraint(
            "contribution_asked_at IS NULL OR entry_id IS NOT NULL",
            name=op.f("ck_enquiries_contribution_of_an_entry"),
        ),
        *_refers("enquiries", ("asker_id", "users"), ("entry_id", "directory_entries"), ("owner_id", "users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
    )
    op.create_index(op.f("ix_enquiries_entry_id"), "enquiries", ["entry_id"])
    op.create_index(op.f("ix_enquiries_owner_id"), "enquiries", ["owner_id"])
    op.create_index("ix_enquiries_state_due_on", "enquiries", ["state", "due_on"])
    op.create_index("ix_enquiries_asker_id_asked_at", "enquiries", ["asker_id", "asked_at"])


def _notes() -> None:
    op.create_table(
        "enquiry_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", _one_of(op.f("ck_enquiry_notes_kind_known"), *NOTES), nullable=False),
        sa.Column("event", _one_of(op.f("ck_enquiry_notes_event_known"), *EVENTS), nullable=True),
        sa.Column("after", _one_of(op.f("ck_enquiry_notes_after_known"), *STATES), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("attestation", sa.String(length=20), nullable=False),
        sa.CheckConstraint("(kind = 'reply') = (attestation <> '')", name=op.f("ck_enquiry_notes_reply_attested")),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiries.id"], name=op.f("fk_enquiry_notes_enquiry_id"), ondelete="CASCADE"
        ),
        *_refers("enquiry_notes", ("actor_id", "users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_notes")),
        sa.UniqueConstraint("enquiry_id", "number", name=op.f("uq_enquiry_notes_enquiry_id_number")),
    )


def _public_answers() -> None:
    op.create_table(
        "public_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("topic_key", sa.String(length=60), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "entry_id IS NOT NULL OR country <> '' OR topic_key <> ''", name=op.f("ck_public_answers_shown_somewhere")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_public_answers_withdrawn_whole")
        ),
        *_refers(
            "public_answers", ("enquiry_id", "enquiries"), ("entry_id", "directory_entries"),
            ("published_by", "users"), ("withdrawn_by", "users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_answers")),
    )
    for column in ("enquiry_id", "entry_id", "country", "topic_key"):
        op.create_index(op.f(f"ix_public_answers_{column}"), "public_answers", [column])
    op.create_index(
        "uq_public_answers_shown", "public_answers", ["enquiry_id"], unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"), postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("public_answers", "enquiry_notes", "enquiries"):
        op.drop_table(table)
