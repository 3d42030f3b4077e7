"""Summits, pools of places, applications and the door."""

import sqlalchemy as sa
from alembic import op

revision = "registration_1"
down_revision = "payments_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "summits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summits")),
        sa.UniqueConstraint("key", name=op.f("uq_summits_key")),
    )
    op.create_table(
        "pools",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "total",
                "market",
                "type",
                "organization",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken <= capacity", name=op.f("ck_pools_taken_within_capacity")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_pools_taken_not_negative")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_pools_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
        sa.UniqueConstraint("summit_id", "kind", "key", name=op.f("uq_pools_summit_id_kind_key")),
    )
    op.create_table(
        "registrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "in_review",
                "needs_information",
                "waitlisted",
                "offered",
                "approved",
                "payment_due",
                "confirmed",
                "declined",
                "withdrawn",
                "expired",
                "cancelled",
                "substituted",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "participant_type",
            sa.Enum(
                "partner",
                "company",
                "government",
                "media",
                "speaker",
                name="type_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("seeks", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column(
            "band",
            sa.Enum(
                "undisclosed",
                "under_1m",
                "from_1m_to_10m",
                "from_10m_to_50m",
                "from_50m_to_250m",
                "over_250m",
                name="band_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("steps_saved", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=True),
        sa.Column("decision_due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.String(length=40), nullable=False),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("waitlisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pay_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("badge_code", sa.String(length=32), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'confirmed' OR badge_code IS NOT NULL", name=op.f("ck_registrations_confirmed_has_badge")
        ),
        sa.CheckConstraint(
            "state <> 'offered' OR offer_until IS NOT NULL", name=op.f("ck_registrations_offered_has_deadline")
        ),
        sa.CheckConstraint(
            "state <> 'payment_due' OR pay_until IS NOT NULL", name=op.f("ck_registrations_payment_due_has_deadline")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL",
            name=op.f("ck_registrations_submitted_has_time"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_registrations_decided_by")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_registrations_organization_id")
        ),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_registrations_summit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_registrations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("badge_code", name=op.f("uq_registrations_badge_code")),
        sa.UniqueConstraint("summit_id", "number", name=op.f("uq_registrations_summit_id_number")),
    )
    op.create_index(op.f("ix_registrations_decided_by"), "registrations", ["decided_by"], unique=False)
    op.create_index("ix_registrations_desk", "registrations", ["summit_id", "state", "submitted_at"], unique=False)
    op.create_index(op.f("ix_registrations_organization_id"), "registrations", ["organization_id"], unique=False)
    op.create_index(op.f("ix_registrations_user_id"), "registrations", ["user_id"], unique=False)
    op.create_index(
        "uq_registrations_live_person",
        "registrations",
        ["summit_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('cancelled', 'declined', 'expired', 'substituted', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('cancelled', 'declined', 'expired', 'substituted', 'withdrawn')"),
    )
    op.create_table(
        "summit_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_summit_versions_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_summit_versions_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summit_versions")),
        sa.UniqueConstraint("summit_id", "version", name=op.f("uq_summit_versions_summit_id_version")),
    )
    op.create_index(op.f("ix_summit_versions_made_by"), "summit_versions", ["made_by"], unique=False)
    op.create_table(
        "admissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("door", sa.String(length=40), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_by", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["admitted_by"], ["users.id"], name=op.f("fk_admissions_admitted_by")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_admissions_registration_id")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_admissions_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admissions")),
    )
    op.create_index(op.f("ix_admissions_admitted_by"), "admissions", ["admitted_by"], unique=False)
    op.create_index(op.f("ix_admissions_registration_id"), "admissions", ["registration_id"], unique=False)
    op.create_index(op.f("ix_admissions_summit_id"), "admissions", ["summit_id"], unique=False)
    op.create_index(
        "uq_admissions_inside",
        "admissions",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_places_pool_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_places_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index("ix_places_pool_id", "places", ["pool_id"], unique=False)
    op.create_index(
        "uq_places_held",
        "places",
        ["registration_id", "pool_id"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "registration_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "submit",
                "open_review",
                "ask",
                "answer",
                "approve",
                "decline",
                "waitlist",
                "offer",
                "accept_offer",
                "request_payment",
                "confirm",
                "confirm_late",
                "expire",
                "withdraw",
                "cancel",
                "substitute",
                name="event_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_registration_steps_actor_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_registration_steps_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_steps")),
        sa.UniqueConstraint("registration_id", "number", name=op.f("uq_registration_steps_registration_id_number")),
    )
    op.create_index(op.f("ix_registration_steps_actor_id"), "registration_steps", ["actor_id"], unique=False)
    op.create_table(
        "scans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("door", sa.String(length=40), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("in", "out", name="direction_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "admitted",
                "already_inside",
                "left",
                "not_inside",
                "not_confirmed",
                "suspended",
                "unknown",
                name="result_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("earlier_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("earlier_door", sa.String(length=40), nullable=False),
        sa.Column("scanned_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_scans_registration_id")),
        sa.ForeignKeyConstraint(["scanned_by"], ["users.id"], name=op.f("fk_scans_scanned_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_scans_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("nonce", name=op.f("uq_scans_nonce")),
    )
    op.create_index("ix_scans_recent", "scans", ["summit_id", "at"], unique=False)
    op.create_index(op.f("ix_scans_registration_id"), "scans", ["registration_id"], unique=False)
    op.create_index(op.f("ix_scans_scanned_by"), "scans", ["scanned_by"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_scans_scanned_by"), table_name="scans")
    op.drop_index(op.f("ix_scans_registration_id"), table_name="scans")
    op.drop_index("ix_scans_recent", table_name="scans")
    op.drop_table("scans")
    op.drop_index(op.f("ix_registration_steps_actor_id"), table_name="registration_steps")
    op.drop_table("registration_steps")
    op.drop_index(
        "uq_places_held",
        table_name="places",
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.drop_index("ix_places_pool_id", table_name="places")
    op.drop_table("places")
    op.drop_index(
        "uq_admissions_inside",
        table_name="admissions",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index(op.f("ix_admissions_summit_id"), table_name="admissions")
    op.drop_index(op.f("ix_admissions_registration_id"), table_name="admissions")
    op.drop_index(op.f("ix_admissions_admitted_by"), table_name="admissions")
    op.drop_table("admissions")
    op.drop_index(op.f("ix_summit_versions_made_by"), table_name="summit_versions")
    op.drop_table("summit_versions")
    op.drop_index(
        "uq_registrations_live_person",
        table_name="registrations",
        sqlite_where=sa.text("state NOT IN ('cancelled', 'declined', 'expired', 'substituted', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('cancelled', 'declined', 'expired', 'substituted', 'withdrawn')"),
    )
    op.drop_index(op.f("ix_registrations_user_id"), table_name="registrations")
    op.drop_index(op.f("ix_registrations_organization_id"), table_name="registrations")
    op.drop_index("ix_registrations_desk", table_name="registrations")
    op.drop_index(op.f("ix_registrations_decided_by"), table_name="registrations")
    op.drop_table("registrations")
    op.drop_table("pools")
    op.drop_table("summits")
