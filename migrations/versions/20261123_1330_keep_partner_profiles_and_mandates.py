"""Keep partner profiles, mandates, their versions, and whom organizations marked in private."""

import sqlalchemy as sa
from alembic import op

revision = "partners_1"
down_revision = "directory_2"
branch_labels = None
depends_on = None

BANDS = ["undisclosed", "under_1m", "from_1m_to_10m", "from_10m_to_50m", "from_50m_to_250m", "over_250m"]
STATES = ["draft", "active", "paused", "closed"]
MARKS = ["keep_apart", "know_already"]


def one_of(members: list[str], name: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def link(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def lists(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.JSON(), nullable=False) for name in names]


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "partner_profiles",
        link("id", nullable=False),
        link("organization_id", nullable=False),
        sa.Column("legal_name", sa.String(200), nullable=False),
        *words("about"),
        *lists("languages", "audiences"),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        moment("updated_at", nullable=False),
        moment("confirmed_at"),
        link("confirmed_by"),
        to("partner_profiles", "organization_id", "organizations"),
        to("partner_profiles", "confirmed_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_profiles")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_partner_profiles_organization_id")),
    )
    op.create_index(op.f("ix_partner_profiles_is_listed"), "partner_profiles", ["is_listed"])
    _mandates()
    op.create_table(
        "partner_versions",
        link("id", nullable=False),
        link("organization_id", nullable=False),
        link("mandate_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *lists("content"),
        link("author_id"),
        moment("at", nullable=False),
        to("partner_versions", "organization_id", "organizations"),
        to("partner_versions", "mandate_id", "mandates"),
        to("partner_versions", "author_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_versions")),
    )
    op.create_index(
        "ix_partner_versions_organization_id", "partner_versions", ["organization_id", "mandate_id", "number"]
    )
    op.create_index(op.f("ix_partner_versions_mandate_id"), "partner_versions", ["mandate_id"])
    op.create_table(
        "partner_marks",
        link("id", nullable=False),
        link("organization_id", nullable=False),
        link("other_id"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("search_name", sa.String(600), nullable=False),
        sa.Column("kind", one_of(MARKS, "kind_known"), nullable=False),
        *words("note"),
        link("set_by"),
        moment("set_at", nullable=False),
        to("partner_marks", "organization_id", "organizations"),
        to("partner_marks", "other_id", "organizations"),
        to("partner_marks", "set_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_marks")),
        sa.UniqueConstraint(
            "organization_id", "search_name", name=op.f("uq_partner_marks_organization_id_search_name")
        ),
    )
    op.create_index(op.f("ix_partner_marks_other_id"), "partner_marks", ["other_id"])
    op.create_index(op.f("ix_partner_marks_search_name"), "partner_marks", ["search_name"])


def _mandates() -> None:
    op.create_table(
        "mandates",
        link("id", nullable=False),
        link("organization_id", nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("state", one_of(STATES, "state_known"), nullable=False),
        *lists("offers", "seeks"),
        sa.Column("least", one_of(BANDS, "least_known"), nullable=False),
        sa.Column("most", one_of(BANDS, "most_known"), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *lists("stages", "instruments", "aims"),
        *words("aims_words"),
        *lists("us_states"),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        *lists("restrictions"),
        *words("restrictions_words"),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("ticket_audience", sa.Integer(), nullable=False),
        link("owner_id", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        moment("created_at", nullable=False),
        moment("updated_at", nullable=False),
        moment("confirmed_at"),
        moment("due_at"),
        moment("nagged_at"),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on", name=op.f("ck_mandates_ends_after_start")
        ),
        sa.CheckConstraint("ticket_audience <= audience", name=op.f("ck_mandates_ticket_not_wider")),
        sa.CheckConstraint(
            "state <> 'active' OR confirmed_at IS NOT NULL", name=op.f("ck_mandates_active_is_confirmed")
        ),
        to("mandates", "organization_id", "organizations"),
        to("mandates", "owner_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index(op.f("ix_mandates_organization_id"), "mandates", ["organization_id"])
    op.create_index(op.f("ix_mandates_owner_id"), "mandates", ["owner_id"])
    op.create_index("ix_mandates_state_audience", "mandates", ["state", "audience", "organization_id"])
    op.create_index("ix_mandates_state_due_at", "mandates", ["state", "due_at"])


def downgrade() -> None:
    for table in ("partner_marks", "partner_versions", "mandates", "partner_profiles"):
        op.drop_table(table)
