"""Slots, meetings, seats and calendar feeds."""

import sqlalchemy as sa
from alembic import op

revision = "scheduling_1"
down_revision = "matching_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_calendar_feeds_summit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_feeds_token_digest")),
    )
    op.create_index(
        "uq_calendar_feeds_live",
        "calendar_feeds",
        ["user_id", "summit_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "meeting_slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meeting_slots_ends_after_start")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_meeting_slots_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_slots")),
        sa.UniqueConstraint("summit_id", "starts_at", name=op.f("uq_meeting_slots_summit_id_starts_at")),
    )
    op.create_table(
        "seatings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_seatings_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_seatings_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seatings")),
        sa.UniqueConstraint("summit_id", "number", name=op.f("uq_seatings_summit_id_number")),
    )
    op.create_table(
        "meeting_absences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["meeting_slots.id"], name=op.f("fk_meeting_absences_slot_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_meeting_absences_user_id")),
        sa.PrimaryKeyConstraint("user_id", "slot_id", name=op.f("pk_meeting_absences")),
    )
    op.create_index(op.f("ix_meeting_absences_slot_id"), "meeting_absences", ["slot_id"], unique=False)
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("match", "request", name="origin_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column(
            "asked_by",
            sa.Enum("partner", "company", name="side_known", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "suggested",
                "requested",
                "countered",
                "accepted",
                "scheduled",
                "held",
                "no_show",
                "cancelled",
                "expired",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("partner_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer_note", sa.Text(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("reasons_partner", sa.JSON(), nullable=False),
        sa.Column("reasons_company", sa.JSON(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("table_number", sa.Integer(), nullable=True),
        sa.Column("left_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unseated_reason", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(origin = 'request') = (asked_by IS NOT NULL)", name=op.f("ck_meetings_request_has_side")),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'scheduled', 'held', 'no_show') OR (partner_agreed_at IS NOT NULL AND company_agreed_at IS NOT NULL)",
            name=op.f("ck_meetings_agreed_by_both"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('scheduled', 'held', 'no_show') OR slot_id IS NOT NULL",
            name=op.f("ck_meetings_seated_has_slot"),
        ),
        sa.CheckConstraint(
            "(slot_id IS NULL) = (table_number IS NULL)", name=op.f("ck_meetings_slot_and_table_together")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["directory_entries.id"], name=op.f("fk_meetings_entry_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_meetings_organization_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_meetings_registration_id")),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.id"], name=op.f("fk_meetings_run_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["meeting_slots.id"], name=op.f("fk_meetings_slot_id")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_meetings_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("summit_id", "number", name=op.f("uq_meetings_summit_id_number")),
    )
    op.create_index("ix_meetings_entry_id", "meetings", ["entry_id"], unique=False)
    op.create_index(op.f("ix_meetings_organization_id"), "meetings", ["organization_id"], unique=False)
    op.create_index("ix_meetings_registration_id", "meetings", ["registration_id"], unique=False)
    op.create_index(op.f("ix_meetings_run_id"), "meetings", ["run_id"], unique=False)
    op.create_index(op.f("ix_meetings_slot_id"), "meetings", ["slot_id"], unique=False)
    op.create_index("ix_meetings_summit_id_state", "meetings", ["summit_id", "state"], unique=False)
    op.create_index(
        "uq_meetings_live_pair",
        "meetings",
        ["registration_id", "entry_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('suggested', 'requested', 'countered', 'accepted', 'scheduled', 'held', 'no_show')"
        ),
        postgresql_where=sa.text(
            "state IN ('suggested', 'requested', 'countered', 'accepted', 'scheduled', 'held', 'no_show')"
        ),
    )
    op.create_index(
        "uq_meetings_slot_table",
        "meetings",
        ["slot_id", "table_number"],
        unique=True,
        sqlite_where=sa.text("state IN ('scheduled', 'held', 'no_show')"),
        postgresql_where=sa.text("state IN ('scheduled', 'held', 'no_show')"),
    )
    op.create_table(
        "meeting_people",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("partner", "company", name="side_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_people_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_meeting_people_user_id")),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_meeting_people")),
    )
    op.create_index(op.f("ix_meeting_people_user_id"), "meeting_people", ["user_id"], unique=False)
    op.create_table(
        "meeting_seats",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_seats_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["meeting_slots.id"], name=op.f("fk_meeting_seats_slot_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_meeting_seats_user_id")),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_meeting_seats")),
        sa.UniqueConstraint("user_id", "slot_id", name=op.f("uq_meeting_seats_user_id_slot_id")),
    )
    op.create_index(op.f("ix_meeting_seats_slot_id"), "meeting_seats", ["slot_id"], unique=False)
    op.create_table(
        "meeting_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column(
            "side",
            sa.Enum("partner", "company", name="side_known", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_meeting_steps_actor_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_steps_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_steps")),
    )
    op.create_index("ix_meeting_steps_meeting_id_at", "meeting_steps", ["meeting_id", "at"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_meeting_steps_meeting_id_at", table_name="meeting_steps")
    op.drop_table("meeting_steps")
    op.drop_index(op.f("ix_meeting_seats_slot_id"), table_name="meeting_seats")
    op.drop_table("meeting_seats")
    op.drop_index(op.f("ix_meeting_people_user_id"), table_name="meeting_people")
    op.drop_table("meeting_people")
    op.drop_index(
        "uq_meetings_slot_table",
        table_name="meetings",
        sqlite_where=sa.text("state IN ('scheduled', 'held', 'no_show')"),
        postgresql_where=sa.text("state IN ('scheduled', 'held', 'no_show')"),
    )
    op.drop_index(
        "uq_meetings_live_pair",
        table_name="meetings",
        sqlite_where=sa.text(
            "state IN ('suggested', 'requested', 'countered', 'accepted', 'scheduled', 'held', 'no_show')"
        ),
        postgresql_where=sa.text(
            "state IN ('suggested', 'requested', 'countered', 'accepted', 'scheduled', 'held', 'no_show')"
        ),
    )
    op.drop_index("ix_meetings_summit_id_state", table_name="meetings")
    op.drop_index(op.f("ix_meetings_slot_id"), table_name="meetings")
    op.drop_index(op.f("ix_meetings_run_id"), table_name="meetings")
    op.drop_index("ix_meetings_registration_id", table_name="meetings")
    op.drop_index(op.f("ix_meetings_organization_id"), table_name="meetings")
    op.drop_index("ix_meetings_entry_id", table_name="meetings")
    op.drop_table("meetings")
    op.drop_index(op.f("ix_meeting_absences_slot_id"), table_name="meeting_absences")
    op.drop_table("meeting_absences")
    op.drop_table("seatings")
    op.drop_table("meeting_slots")
    op.drop_index(
        "uq_calendar_feeds_live",
        table_name="calendar_feeds",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_table("calendar_feeds")
