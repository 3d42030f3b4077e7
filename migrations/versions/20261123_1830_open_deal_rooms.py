"""Open deal rooms: folders, documents, grants, agreements and who accepted them, questions."""

import sqlalchemy as sa
from alembic import op

revision = "dealrooms_1"
down_revision = "directory_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deal_rooms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "closed", "expired", name="state_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloads", sa.Boolean(), nullable=False),
        sa.Column("export_approval", sa.Boolean(), nullable=False),
        sa.Column("export_locked", sa.Boolean(), nullable=False),
        sa.Column("question_quota", sa.Integer(), nullable=False),
        sa.Column("nda_number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'open' OR ended_at IS NOT NULL", name=op.f("ck_deal_rooms_ended_has_time")),
        sa.CheckConstraint("NOT export_locked OR export_approval", name=op.f("ck_deal_rooms_lock_means_approval")),
        sa.CheckConstraint("nda_number >= 1", name=op.f("ck_deal_rooms_nda_from_one")),
        sa.CheckConstraint("question_quota BETWEEN 0 AND 200", name=op.f("ck_deal_rooms_quota_in_range")),
        sa.ForeignKeyConstraint(["entry_id"], ["directory_entries.id"], name=op.f("fk_deal_rooms_entry_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name=op.f("fk_deal_rooms_opened_by_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_deal_rooms_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_rooms")),
    )
    op.create_index(op.f("ix_deal_rooms_entry_id"), "deal_rooms", ["entry_id"], unique=False)
    op.create_index(op.f("ix_deal_rooms_organization_id"), "deal_rooms", ["organization_id"], unique=False)
    op.create_index("ix_deal_rooms_state_expires_at", "deal_rooms", ["state", "expires_at"], unique=False)
    op.create_index(
        "uq_deal_rooms_open",
        "deal_rooms",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "deal_room_folders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["deal_rooms.id"], name=op.f("fk_deal_room_folders_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_folders")),
    )
    op.create_index("ix_deal_room_folders_room_id_position", "deal_room_folders", ["room_id", "position"], unique=False)
    op.create_table(
        "deal_room_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("interest_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "approval_pending",
                "nda_pending",
                "granted",
                "declined",
                "revoked",
                "expired",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("whole_room", sa.Boolean(), nullable=False),
        sa.Column("for_everybody", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("questions_asked", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(approved_by_id IS NULL) = (approved_at IS NULL)", name=op.f("ck_deal_room_grants_approval_whole")
        ),
        sa.CheckConstraint("questions_asked >= 0", name=op.f("ck_deal_room_grants_questions_not_negative")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f("fk_deal_room_grants_approved_by_id")),
        sa.ForeignKeyConstraint(["interest_id"], ["interests.id"], name=op.f("fk_deal_room_grants_interest_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_deal_room_grants_organization_id")
        ),
        sa.ForeignKeyConstraint(["requested_by_id"], ["users.id"], name=op.f("fk_deal_room_grants_requested_by_id")),
        sa.ForeignKeyConstraint(["room_id"], ["deal_rooms.id"], name=op.f("fk_deal_room_grants_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_grants")),
    )
    op.create_index(op.f("ix_deal_room_grants_interest_id"), "deal_room_grants", ["interest_id"], unique=False)
    op.create_index(op.f("ix_deal_room_grants_organization_id"), "deal_room_grants", ["organization_id"], unique=False)
    op.create_index(op.f("ix_deal_room_grants_requested_by_id"), "deal_room_grants", ["requested_by_id"], unique=False)
    op.create_index(op.f("ix_deal_room_grants_room_id"), "deal_room_grants", ["room_id"], unique=False)
    op.create_index("ix_deal_room_grants_state_expires_at", "deal_room_grants", ["state", "expires_at"], unique=False)
    op.create_index(
        "uq_deal_room_grants_live",
        "deal_room_grants",
        ["room_id", "organization_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'approval_pending', 'nda_pending', 'granted')"),
        postgresql_where=sa.text("state IN ('requested', 'approval_pending', 'nda_pending', 'granted')"),
    )
    op.create_table(
        "deal_room_nda_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_deal_room_nda_versions_made_by_id")),
        sa.ForeignKeyConstraint(["room_id"], ["deal_rooms.id"], name=op.f("fk_deal_room_nda_versions_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_nda_versions")),
        sa.UniqueConstraint("room_id", "number", name=op.f("uq_deal_room_nda_versions_room_id_number")),
    )
    op.create_table(
        "deal_room_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("drafter", "coordinator", name="role_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["room_id"], ["deal_rooms.id"], name=op.f("fk_deal_room_people_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deal_room_people_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_people")),
        sa.UniqueConstraint("room_id", "user_id", name=op.f("uq_deal_room_people_room_id_user_id")),
    )
    op.create_index(op.f("ix_deal_room_people_user_id"), "deal_room_people", ["user_id"], unique=False)
    op.create_table(
        "deal_room_acceptances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("nda_number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("typed_name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["deal_room_grants.id"], name=op.f("fk_deal_room_acceptances_grant_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_deal_room_acceptances_organization_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["deal_rooms.id"], name=op.f("fk_deal_room_acceptances_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deal_room_acceptances_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_acceptances")),
        sa.UniqueConstraint(
            "room_id",
            "nda_number",
            "user_id",
            "organization_id",
            name="uq_deal_room_acceptances_once",
        ),
    )
    op.create_index(op.f("ix_deal_room_acceptances_grant_id"), "deal_room_acceptances", ["grant_id"], unique=False)
    op.create_index(
        op.f("ix_deal_room_acceptances_organization_id"), "deal_room_acceptances", ["organization_id"], unique=False
    )
    op.create_index(op.f("ix_deal_room_acceptances_user_id"), "deal_room_acceptances", ["user_id"], unique=False)
    op.create_table(
        "deal_room_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["folder_id"], ["deal_room_folders.id"], name=op.f("fk_deal_room_documents_folder_id")),
        sa.ForeignKeyConstraint(["room_id"], ["deal_rooms.id"], name=op.f("fk_deal_room_documents_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_documents")),
    )
    op.create_index(op.f("ix_deal_room_documents_folder_id"), "deal_room_documents", ["folder_id"], unique=False)
    op.create_index(
        "ix_deal_room_documents_room_id_folder_id", "deal_room_documents", ["room_id", "folder_id"], unique=False
    )
    op.create_table(
        "deal_room_grant_folders",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["deal_room_folders.id"], name=op.f("fk_deal_room_grant_folders_folder_id")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["deal_room_grants.id"], name=op.f("fk_deal_room_grant_folders_grant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "folder_id", name=op.f("pk_deal_room_grant_folders")),
    )
    op.create_index(
        op.f("ix_deal_room_grant_folders_folder_id"), "deal_room_grant_folders", ["folder_id"], unique=False
    )
    op.create_table(
        "deal_room_grant_people",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum("named", "shut_out", name="standing_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["deal_room_grants.id"], name=op.f("fk_deal_room_grant_people_grant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deal_room_grant_people_user_id")),
        sa.PrimaryKeyConstraint("grant_id", "user_id", name=op.f("pk_deal_room_grant_people")),
    )
    op.create_index(op.f("ix_deal_room_grant_people_user_id"), "deal_room_grant_people", ["user_id"], unique=False)
    op.create_table(
        "deal_room_grant_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "event",
            sa.Enum(
                "grant",
                "ask_officer",
                "approve",
                "refuse",
                "decline",
                "accept_nda",
                "leave",
                "revoke",
                "expire",
                name="event_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "before",
            sa.Enum(
                "requested",
                "approval_pending",
                "nda_pending",
                "granted",
                "declined",
                "revoked",
                "expired",
                name="before_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "requested",
                "approval_pending",
                "nda_pending",
                "granted",
                "declined",
                "revoked",
                "expired",
                name="after_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_deal_room_grant_steps_actor_id")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["deal_room_grants.id"], name=op.f("fk_deal_room_grant_steps_grant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_grant_steps")),
        sa.UniqueConstraint("grant_id", "number", name=op.f("uq_deal_room_grant_steps_grant_id_number")),
    )
    op.create_table(
        "deal_room_document_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_by_id", sa.Uuid(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "(cleared_by_id IS NULL) = (cleared_at IS NULL)",
            name=op.f("ck_deal_room_document_versions_clearance_whole"),
        ),
        sa.CheckConstraint(
            "cleared_at IS NULL OR refused_at IS NULL", name=op.f("ck_deal_room_document_versions_cleared_or_refused")
        ),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_deal_room_document_versions_added_by_id")),
        sa.ForeignKeyConstraint(
            ["cleared_by_id"], ["users.id"], name=op.f("fk_deal_room_document_versions_cleared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["deal_room_documents.id"], name=op.f("fk_deal_room_document_versions_document_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_deal_room_document_versions_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_document_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_deal_room_document_versions_document_id_number")),
        sa.UniqueConstraint("file_id", name=op.f("uq_deal_room_document_versions_file_id")),
    )
    op.create_table(
        "deal_room_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "submitted",
                "answered",
                "with_officer",
                "published",
                "declined",
                "withdrawn",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attestation", sa.String(length=40), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_attestation", sa.String(length=40), nullable=False),
        sa.Column("answer_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum("asker", "everyone", name="audience_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("cleared_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (answered_at IS NOT NULL)", name=op.f("ck_deal_room_questions_published_has_time")
        ),
        sa.CheckConstraint(
            "state != 'published' OR answer != ''", name=op.f("ck_deal_room_questions_published_has_answer")
        ),
        sa.ForeignKeyConstraint(["answer_by_id"], ["users.id"], name=op.f("fk_deal_room_questions_answer_by_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f("fk_deal_room_questions_approved_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_deal_room_questions_asked_by_id")),
        sa.ForeignKeyConstraint(["cleared_by_id"], ["users.id"], name=op.f("fk_deal_room_questions_cleared_by_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["deal_room_documents.id"], name=op.f("fk_deal_room_questions_document_id")
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["deal_room_grants.id"], name=op.f("fk_deal_room_questions_grant_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_deal_room_questions_organization_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["deal_rooms.id"], name=op.f("fk_deal_room_questions_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_room_questions")),
    )
    op.create_index(op.f("ix_deal_room_questions_asked_by_id"), "deal_room_questions", ["asked_by_id"], unique=False)
    op.create_index(op.f("ix_deal_room_questions_document_id"), "deal_room_questions", ["document_id"], unique=False)
    op.create_index("ix_deal_room_questions_grant_id", "deal_room_questions", ["grant_id"], unique=False)
    op.create_index(
        op.f("ix_deal_room_questions_organization_id"), "deal_room_questions", ["organization_id"], unique=False
    )
    op.create_index("ix_deal_room_questions_room_id_state", "deal_room_questions", ["room_id", "state"], unique=False)


def downgrade() -> None:
    for table in (
        "deal_room_questions",
        "deal_room_document_versions",
        "deal_room_grant_steps",
        "deal_room_grant_people",
        "deal_room_grant_folders",
        "deal_room_documents",
        "deal_room_acceptances",
        "deal_room_people",
        "deal_room_nda_versions",
        "deal_room_grants",
        "deal_room_folders",
        "deal_rooms",
    ):
        op.drop_table(table)
