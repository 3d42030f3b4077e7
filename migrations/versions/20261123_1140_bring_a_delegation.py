"""Bring a delegation."""

import sqlalchemy as sa
from alembic import op

revision = "delegations_1"
down_revision = "registration_6"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _refers(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns
    ]


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summit_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        *_refers("delegations", ("summit_id", "summits"), ("organization_id", "organizations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        sa.UniqueConstraint("summit_id", "organization_id", name=op.f("uq_delegations_summit_id_organization_id")),
    )
    op.create_index(op.f("ix_delegations_organization_id"), "delegations", ["organization_id"])
    _delegates()
    _nominations()
    _imports_and_grants()


def _delegates() -> None:
    op.create_table(
        "delegates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("job_title", sa.String(length=120), nullable=False),
        sa.Column("citizenship", sa.String(length=2), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column(
            "participant_type",
            _one_of("type_known", "partner", "company", "government", "media", "speaker"),
            nullable=False,
        ),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column(
            "endorsement", _one_of("endorsement_known", "waiting", "endorsed", "reserve", "refused"), nullable=False
        ),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("prepared", sa.JSON(), nullable=False),
        sa.Column("is_paid_for", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", MOMENT, nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_delegates_email_lower_case")),
        sa.CheckConstraint(
            "(endorsement = 'waiting') = (decided_at IS NULL)", name=op.f("ck_delegates_decided_when_not_waiting")
        ),
        sa.CheckConstraint("endorsement <> 'refused' OR reason <> ''", name=op.f("ck_delegates_refused_with_reason")),
        sa.CheckConstraint("(endorsement = 'reserve') = (rank IS NOT NULL)", name=op.f("ck_delegates_reserve_has_rank")),
        sa.CheckConstraint(
            "(submitted_by_id IS NULL) = (submitted_at IS NULL)", name=op.f("ck_delegates_on_behalf_whole")
        ),
        *_refers(
            "delegates", ("delegation_id", "delegations"), ("user_id", "users"), ("registration_id", "registrations"),
            ("decided_by_id", "users"), ("entered_by_id", "users"), ("submitted_by_id", "users"),
            ("removed_by_id", "users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegates")),
    )
    op.create_index(op.f("ix_delegates_user_id"), "delegates", ["user_id"])
    op.create_index(op.f("ix_delegates_registration_id"), "delegates", ["registration_id"])
    op.create_index("ix_delegates_email", "delegates", ["email"])
    op.create_index(
        "uq_delegates_present",
        "delegates",
        ["delegation_id", "email"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _nominations() -> None:
    op.create_table(
        "nominations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("covers_all", sa.Boolean(), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name=op.f("ck_nominations_withdrawn_whole")
        ),
        *_refers(
            "nominations", ("delegation_id", "delegations"), ("file_id", "files"), ("uploaded_by_id", "users"),
            ("withdrawn_by_id", "users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
        sa.UniqueConstraint("file_id", name=op.f("uq_nominations_file_id")),
    )
    op.create_index("ix_nominations_delegation_id", "nominations", ["delegation_id", "uploaded_at"])
    op.create_table(
        "nominated_delegates",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        *_refers("nominated_delegates", ("nomination_id", "nominations"), ("delegate_id", "delegates")),
        sa.PrimaryKeyConstraint("nomination_id", "delegate_id", name=op.f("pk_nominated_delegates")),
    )
    op.create_index(op.f("ix_nominated_delegates_delegate_id"), "nominated_delegates", ["delegate_id"])


def _imports_and_grants() -> None:
    op.create_table(
        "delegation_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("state", _one_of("state_known", "uploaded", "running", "done", "stopped"), nullable=False),
        sa.Column("keeps_reserve", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        *_refers(
            "delegation_imports", ("delegation_id", "delegations"), ("file_id", "files"), ("uploaded_by_id", "users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_imports")),
        sa.UniqueConstraint("file_id", name=op.f("uq_delegation_imports_file_id")),
    )
    op.create_index("ix_delegation_imports_delegation_id", "delegation_imports", ["delegation_id", "uploaded_at"])
    op.create_table(
        "focal_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(organization_id IS NULL) <> (country IS NULL)", name=op.f("ck_focal_grants_for_one_of_two")
        ),
        *_refers(
            "focal_grants", ("user_id", "users"), ("organization_id", "organizations"), ("granted_by_id", "users"),
            ("revoked_by_id", "users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_focal_grants")),
    )
    op.create_index("ix_focal_grants_user_id", "focal_grants", ["user_id"])
    op.create_index(op.f("ix_focal_grants_organization_id"), "focal_grants", ["organization_id"])
    for name, column in (("uq_focal_grants_organization", "organization_id"), ("uq_focal_grants_country", "country")):
        op.create_index(
            name,
            "focal_grants",
            ["user_id", column],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )


def downgrade() -> None:
    for table in (
        "focal_grants", "delegation_imports", "nominated_delegates", "nominations", "delegates", "delegations",
    ):  # fmt: skip
        op.drop_table(table)
