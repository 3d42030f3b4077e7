"""Work a long vetting queue."""

import sqlalchemy as sa
from alembic import op

from app.core.table_checks import admit_values

revision = "registration_3"
down_revision = "registration_2"
branch_labels = None
depends_on = None

EVENTS = [
    "submit", "open_review", "ask", "answer", "approve", "decline", "waitlist", "offer", "accept_offer",
    "request_payment", "confirm", "confirm_late", "expire", "withdraw", "cancel", "substitute",
]  # fmt: skip
NEW_EVENTS = ["undo", "reconsider", "reopen_payment"]
DESK = [
    "summit_id", "state", "submitted_at", "decision_due_on", "number", "participant_type", "country",
    "organization_id", "assignee_id", "letter_at", "user_id", "id",
]  # fmt: skip
LETTERS = ["approved", "declined", "waitlisted", "question", "question_reminder", "offered", "confirmed"]
TYPES = ["partner", "company", "government", "media", "speaker"]


def listed(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    admit_values(op, "registration_steps", "event", "ck_registration_steps_event_known", EVENTS + NEW_EVENTS)
    with op.batch_alter_table("registrations") as table:
        table.add_column(sa.Column("letter_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("assignee_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("second_eyes", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_foreign_key(op.f("fk_registrations_assignee_id"), "users", ["assignee_id"], ["id"])
        table.create_index(op.f("ix_registrations_assignee_id"), ["assignee_id"])
        table.drop_index("ix_registrations_desk")
        table.create_index("ix_registrations_desk", DESK)
        table.create_index("ix_registrations_balance", ["summit_id", "country", "participant_type", "state"])
    _letters()
    _people()
    _bulk()


def _letters() -> None:
    op.create_table(
        "decision_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", listed(*LETTERS, name="kind_known"), nullable=False),
        sa.Column("state", listed("waiting", "left", "dropped", name="state_known"), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (closed_at IS NULL)", name=op.f("ck_decision_letters_closed_has_time")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_decision_letters_made_by")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_decision_letters_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_letters")),
    )
    op.create_index(op.f("ix_decision_letters_made_by"), "decision_letters", ["made_by"])
    op.create_index(op.f("ix_decision_letters_registration_id"), "decision_letters", ["registration_id"])
    _only_one("uq_decision_letters_waiting", "decision_letters", ["registration_id"], "state = 'waiting'")
    op.create_table(
        "letter_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", listed(*LETTERS, name="kind_known"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_letter_templates_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_letter_templates_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_templates")),
        sa.UniqueConstraint("summit_id", "kind", "version", name=op.f("uq_letter_templates_summit_id_kind_version")),
    )
    op.create_index(op.f("ix_letter_templates_made_by"), "letter_templates", ["made_by"])
    op.create_table(
        "reason_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_reason_lists_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_reason_lists_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason_lists")),
        sa.UniqueConstraint("summit_id", "version", name=op.f("uq_reason_lists_summit_id_version")),
    )
    op.create_index(op.f("ix_reason_lists_made_by"), "reason_lists", ["made_by"])


def _people() -> None:
    op.create_table(
        "registration_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("speaker", listed("desk", "applicant", name="speaker_known"), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_registration_messages_author_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_registration_messages_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_messages")),
        sa.UniqueConstraint("registration_id", "number", name=op.f("uq_registration_messages_registration_id_number")),
    )
    op.create_index(op.f("ix_registration_messages_author_id"), "registration_messages", ["author_id"])
    op.create_table(
        "approval_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("state", listed("open", "confirmed", "dropped", name="state_known"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_approval_proposals_closed_has_time")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (closed_by IS NOT NULL AND closed_by <> proposed_by)",
            name=op.f("ck_approval_proposals_two_people"),
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_approval_proposals_closed_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_approval_proposals_proposed_by")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_approval_proposals_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_proposals")),
    )
    for column in ("closed_by", "proposed_by", "registration_id"):
        op.create_index(op.f(f"ix_approval_proposals_{column}"), "approval_proposals", [column])
    _only_one("uq_approval_proposals_open", "approval_proposals", ["registration_id"], "state = 'open'")
    op.create_table(
        "reviewer_scopes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("participant_type", listed(*TYPES, name="type_known"), nullable=True),
        sa.Column("market", sa.String(length=2), nullable=True),
        sa.CheckConstraint(
            "participant_type IS NOT NULL OR market IS NOT NULL", name=op.f("ck_reviewer_scopes_narrows")
        ),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_reviewer_scopes_summit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reviewer_scopes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_scopes")),
    )
    op.create_index("ix_reviewer_scopes_user", "reviewer_scopes", ["user_id", "summit_id"])
    op.create_table(
        "desk_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_desk_views_owner_id")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_desk_views_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_views")),
        sa.UniqueConstraint("summit_id", "owner_id", "name", name=op.f("uq_desk_views_summit_id_owner_id_name")),
    )
    op.create_index(op.f("ix_desk_views_owner_id"), "desk_views", ["owner_id"])
    _only_one("uq_desk_views_default", "desk_views", ["summit_id", "owner_id"], "is_default")


def _bulk() -> None:
    op.create_table(
        "bulk_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("state", listed("previewed", "running", "done", "stopped", name="state_known"), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_bulk_decisions_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_bulk_decisions_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_decisions")),
    )
    op.create_index(op.f("ix_bulk_decisions_made_by"), "bulk_decisions", ["made_by"])
    op.create_table(
        "bulk_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("seen_moves", sa.Integer(), nullable=False),
        sa.Column("outcome", listed("waiting", "done", "refused", name="outcome_known"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_decisions.id"], name=op.f("fk_bulk_items_bulk_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_bulk_items_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_items")),
        sa.UniqueConstraint("bulk_id", "position", name=op.f("uq_bulk_items_bulk_id_position")),
        sa.UniqueConstraint("bulk_id", "registration_id", name=op.f("uq_bulk_items_bulk_id_registration_id")),
    )
    op.create_index(op.f("ix_bulk_items_registration_id"), "bulk_items", ["registration_id"])


def _only_one(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for table in (
        "bulk_items", "bulk_decisions", "desk_views", "reviewer_scopes", "approval_proposals",
        "registration_messages", "reason_lists", "letter_templates", "decision_letters",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("registrations") as table:
        table.drop_index("ix_registrations_balance")
        table.drop_index("ix_registrations_desk")
        table.create_index("ix_registrations_desk", ["summit_id", "state", "submitted_at"])
        table.drop_index(op.f("ix_registrations_assignee_id"))
        table.drop_constraint(op.f("fk_registrations_assignee_id"), type_="foreignkey")
        table.drop_column("second_eyes")
        table.drop_column("assignee_id")
        table.drop_column("letter_at")
    op.execute("UPDATE registration_steps SET event = NULL WHERE event IN ('undo', 'reconsider', 'reopen_payment')")
    admit_values(op, "registration_steps", "event", "ck_registration_steps_event_known", EVENTS)
