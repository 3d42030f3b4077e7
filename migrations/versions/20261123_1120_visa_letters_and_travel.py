"""Visa letters and travel."""

import sqlalchemy as sa
from alembic import op

revision = "registration_5"
down_revision = "registration_4"
branch_labels = None
depends_on = None

VALID = sa.text("state = 'valid'")


def upgrade() -> None:
    op.create_table(
        "travel_reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_travel_reminders_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_reminders")),
        sa.UniqueConstraint("registration_id", "stage", name=op.f("uq_travel_reminders_registration_id_stage")),
    )
    op.create_table(
        "visa_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("check_code", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "valid", "replaced", "revoked", name="state_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.Column("consulate", sa.String(length=100), nullable=False),
        sa.Column("summit_version", sa.Integer(), nullable=False),
        sa.Column("passport", sa.Text(), nullable=True),
        sa.Column("passport_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(state = 'valid') = (ended_at IS NULL)", name=op.f("ck_visa_letters_ended_has_time")),
        sa.CheckConstraint(
            "(passport IS NULL) = (passport_until IS NULL)", name=op.f("ck_visa_letters_passport_has_end")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_visa_letters_version_positive")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_visa_letters_ended_by")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_visa_letters_file_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["users.id"], name=op.f("fk_visa_letters_issued_by")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_visa_letters_registration_id")
        ),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_visa_letters_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visa_letters")),
        sa.UniqueConstraint("check_code", name=op.f("uq_visa_letters_check_code")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_visa_letters_number_version")),
    )
    for column in ("ended_by", "file_id", "issued_by", "passport_until", "registration_id"):
        op.create_index(op.f(f"ix_visa_letters_{column}"), "visa_letters", [column], unique=False)
    op.create_index("ix_visa_letters_summit_issued", "visa_letters", ["summit_id", "issued_at"], unique=False)
    op.create_index(
        "uq_visa_letters_valid", "visa_letters", ["registration_id"], unique=True, sqlite_where=VALID,
        postgresql_where=VALID,
    )


def downgrade() -> None:
    op.drop_table("visa_letters")
    op.drop_table("travel_reminders")
