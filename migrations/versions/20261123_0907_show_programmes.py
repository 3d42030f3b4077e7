"""Directory entries, their versions and claims."""

import sqlalchemy as sa
from alembic import op

revision = "directory_1"
down_revision = "registration_1"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "destination_rows",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "to_version IS NULL OR to_version > from_version", name=op.f("ck_destination_rows_ends_after_it_begins")
        ),
        sa.PrimaryKeyConstraint("key", "from_version", name=op.f("pk_destination_rows")),
    )
    op.create_index(
        "uq_destination_rows_current",
        "destination_rows",
        ["key"],
        unique=True,
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.create_table(
        "directory_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "unclaimed",
                "draft",
                "in_review",
                "published",
                "stale",
                "suspended",
                "withdrawn",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shown_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("lead_company", sa.String(length=200), nullable=False),
        sa.Column("us_state", sa.String(length=2), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "station",
                "module_supplier",
                "free_flyer",
                "crew_vehicle",
                "cargo_vehicle",
                "cargo_return_vehicle",
                "reentry_vehicle",
                "research_facility",
                "in_space_services",
                "crew_mission",
                "demonstrator",
                "programme",
                "foreign_partner_hardware",
                name="category_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column(
            "stage_group",
            sa.Enum(
                "planning",
                "concept",
                "design",
                "development",
                "on_sale",
                "operational",
                "completed",
                "withdrawn",
                "other",
                name="stage_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("target_first_launch", sa.Text(), nullable=False),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("partner_countries", sa.JSON(), nullable=False),
        sa.Column("funding_facts", sa.Text(), nullable=False),
        sa.Column("foreign_participation", sa.Text(), nullable=False),
        sa.Column("openings", sa.JSON(), nullable=False),
        sa.Column("topic_keys", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column(
            "as_of",
            sa.String(length=10).with_variant(sa.String(length=10, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "verification",
            sa.Enum(
                "company",
                "read",
                "read_secondary",
                "part_unverified",
                "unverified",
                name="verification_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unverified_parts", sa.Text(), nullable=False),
        sa.Column("sought_kinds", sa.JSON(), nullable=False),
        sa.Column(
            "sought_band",
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
            nullable=True,
        ),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column(
            "sort_name",
            sa.String(length=300).with_variant(sa.String(length=300, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "sort_company",
            sa.String(length=300).with_variant(sa.String(length=300, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state != 'unclaimed' OR organization_id IS NULL",
            name=op.f("ck_directory_entries_unclaimed_has_no_company"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'stale') OR confirmed_at IS NOT NULL",
            name=op.f("ck_directory_entries_published_confirmed"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('suspended', 'withdrawn') OR shown_since IS NULL",
            name=op.f("ck_directory_entries_hidden_not_shown"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR organization_id IS NOT NULL",
            name=op.f("ck_directory_entries_confirmed_by_a_company"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_directory_entries_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_directory_entries_key")),
    )
    op.create_index(op.f("ix_directory_entries_category"), "directory_entries", ["category"], unique=False)
    op.create_index(
        "ix_directory_entries_counted",
        "directory_entries",
        ["id", "shown_since", "category", "stage_group", "confirmed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_directory_entries_organization_id"), "directory_entries", ["organization_id"], unique=False
    )
    op.create_index("ix_directory_entries_sort_name_key", "directory_entries", ["sort_name", "key"], unique=False)
    op.create_index(op.f("ix_directory_entries_stage_group"), "directory_entries", ["stage_group"], unique=False)
    op.create_table(
        "directory_claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("claimant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "approved", "declined", name="state_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_directory_claims_decided_when_closed")
        ),
        sa.ForeignKeyConstraint(["claimant_id"], ["users.id"], name=op.f("fk_directory_claims_claimant_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_directory_claims_decided_by")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_directory_claims_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_directory_claims_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_claims")),
    )
    op.create_index(op.f("ix_directory_claims_claimant_id"), "directory_claims", ["claimant_id"], unique=False)
    op.create_index(op.f("ix_directory_claims_entry_id"), "directory_claims", ["entry_id"], unique=False)
    op.create_index(op.f("ix_directory_claims_organization_id"), "directory_claims", ["organization_id"], unique=False)
    op.create_index(op.f("ix_directory_claims_state"), "directory_claims", ["state"], unique=False)
    op.create_index(
        "uq_directory_claims_open",
        "directory_claims",
        ["entry_id", "organization_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "directory_entry_facets",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "facet",
            sa.Enum(
                "opening",
                "participation",
                "partner_country",
                name="facet_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_directory_entry_facets_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "facet", "value", name=op.f("pk_directory_entry_facets")),
    )
    op.create_index(
        "ix_directory_entry_facets_facet_value", "directory_entry_facets", ["facet", "value", "entry_id"], unique=False
    )
    op.create_table(
        "directory_entry_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reported",
                "draft",
                "published",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changed_fields", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attested_by", sa.Uuid(), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attestation", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "(attested_by IS NULL) = (attested_at IS NULL) AND (attested_by IS NULL) = (attestation = '')",
            name=op.f("ck_directory_entry_versions_attestation_whole"),
        ),
        sa.CheckConstraint(
            "kind = 'reported' OR attested_by IS NOT NULL", name=op.f("ck_directory_entry_versions_written_attested")
        ),
        sa.ForeignKeyConstraint(["attested_by"], ["users.id"], name=op.f("fk_directory_entry_versions_attested_by")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_directory_entry_versions_author_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_entry_versions_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_entry_versions")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_directory_entry_versions_entry_id_number")),
    )
    op.create_index(
        op.f("ix_directory_entry_versions_author_id"), "directory_entry_versions", ["author_id"], unique=False
    )
    op.create_table(
        "directory_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "taken",
                "dismissed",
                "replaced",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_directory_proposals_decided_by")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_directory_proposals_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_proposals")),
    )
    op.create_index(op.f("ix_directory_proposals_entry_id"), "directory_proposals", ["entry_id"], unique=False)
    op.create_index(
        "uq_directory_proposals_open",
        "directory_proposals",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:

    op.drop_index(
        "uq_directory_proposals_open",
        table_name="directory_proposals",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_directory_proposals_entry_id"), table_name="directory_proposals")
    op.drop_table("directory_proposals")
    op.drop_index(op.f("ix_directory_entry_versions_author_id"), table_name="directory_entry_versions")
    op.drop_table("directory_entry_versions")
    op.drop_index("ix_directory_entry_facets_facet_value", table_name="directory_entry_facets")
    op.drop_table("directory_entry_facets")
    op.drop_index(
        "uq_directory_claims_open",
        table_name="directory_claims",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_directory_claims_state"), table_name="directory_claims")
    op.drop_index(op.f("ix_directory_claims_organization_id"), table_name="directory_claims")
    op.drop_index(op.f("ix_directory_claims_entry_id"), table_name="directory_claims")
    op.drop_index(op.f("ix_directory_claims_claimant_id"), table_name="directory_claims")
    op.drop_table("directory_claims")
    op.drop_index(op.f("ix_directory_entries_stage_group"), table_name="directory_entries")
    op.drop_index("ix_directory_entries_sort_name_key", table_name="directory_entries")
    op.drop_index(op.f("ix_directory_entries_organization_id"), table_name="directory_entries")
    op.drop_index("ix_directory_entries_counted", table_name="directory_entries")
    op.drop_index(op.f("ix_directory_entries_category"), table_name="directory_entries")
    op.drop_table("directory_entries")
    op.drop_index(
        "uq_destination_rows_current",
        table_name="destination_rows",
        sqlite_where=sa.text("to_version IS NULL"),
        postgresql_where=sa.text("to_version IS NULL"),
    )
    op.drop_table("destination_rows")
