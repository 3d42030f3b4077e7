"""Hold marked files for a reviewer, and note who opens what."""

import sqlalchemy as sa
from alembic import op

revision = "documents_2"
down_revision = "invoicing_2"
branch_labels = None
depends_on = None

OLD_PURPOSES = ["nomination_letter", "application_answer", "visa_denial_proof", "statement", "import_sheet", "paper"]
PURPOSES = [*OLD_PURPOSES, "room_document", "entry_document", "claim_proof"]
OLD_STATES = ["waiting", "ready", "infected", "dropped"]
STATES = ["waiting", "held", "ready", "taken_down", "infected", "condemned", "dropped"]
HANDLINGS = ["public", "business_confidential", "unsure", "controlled"]
MARKS = ["cui", "distribution", "export", "classification", "dissemination", "classified", "unreadable"]
STEPS = ["held", "proposed", "released", "objected", "taken_down", "condemned"]
CHECKS = {
    "attestation_whole": "(attested_by IS NULL) = (attested_at IS NULL) AND (attested_by IS NULL) = (attestation = '') "
    "AND (attested_by IS NULL) = (handling IS NULL)",
    "attested_where_asked": "attested_by IS NOT NULL "
    "OR purpose NOT IN ('room_document', 'entry_document', 'claim_proof')",
    "may_enter": "handling IS NULL OR handling IN ('public', 'business_confidential')",
    "proposal_whole": "(proposed_by IS NULL) = (proposed_at IS NULL)",
}
SQLITE = (
    "CREATE TRIGGER file_openings_no_update BEFORE UPDATE ON file_openings "
    "BEGIN SELECT RAISE(ABORT, 'Who opened a file is never changed.'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION file_openings_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE "
    "EXCEPTION 'Who opened a file is never changed.' USING ERRCODE = 'insufficient_privilege'; END $body$",
    "CREATE TRIGGER file_openings_no_update BEFORE UPDATE OR TRUNCATE ON file_openings "
    "FOR EACH STATEMENT EXECUTE FUNCTION file_openings_refuse()",
)


def one_of(members: list[str], name: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def among(column: str, members: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(member) for member in members)})"


def upgrade() -> None:
    with op.batch_alter_table("files") as batch:
        batch.add_column(sa.Column("removed", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("attested_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("attestation", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("handling", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("proposed_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_files_attested_by"), "users", ["attested_by"], ["id"])
        batch.create_foreign_key(op.f("fk_files_proposed_by"), "users", ["proposed_by"], ["id"])
        batch.create_index("ix_files_state_created_at", ["state", "created_at"])
        _rule(batch, "purpose_known", among("purpose", PURPOSES))
        _rule(batch, "state_known", among("state", STATES))
        _rule(batch, "gone_has_time", "(state IN ('dropped', 'infected', 'condemned')) = (gone_at IS NOT NULL)")
        batch.create_check_constraint(op.f("ck_files_handling_known"), among("handling", HANDLINGS))
        for name, rule in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_files_{name}"), rule)
    with op.batch_alter_table("files") as batch:
        batch.alter_column("removed", server_default=None)
        batch.alter_column("attestation", server_default=None)
    _add_marks_and_reviews()
    _add_openings()


def downgrade() -> None:
    """What only the later version knows leaves: files for its purposes are forgotten, closed ones count as dropped."""
    op.drop_table("file_openings")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS file_openings_refuse()")
    op.drop_table("file_reviews")
    op.drop_table("file_marks")
    op.execute(f"DELETE FROM files WHERE NOT ({among('purpose', OLD_PURPOSES)})")  # noqa: S608 - constants
    op.execute(
        "UPDATE files SET gone_at = COALESCE(gone_at, created_at), state = 'dropped', name = '' "
        f"WHERE NOT ({among('state', OLD_STATES)})"  # noqa: S608 - constants
    )
    with op.batch_alter_table("files") as batch:
        for name in (*CHECKS, "handling_known"):
            batch.drop_constraint(op.f(f"ck_files_{name}"), type_="check")
        _rule(batch, "purpose_known", among("purpose", OLD_PURPOSES))
        _rule(batch, "state_known", among("state", OLD_STATES))
        _rule(batch, "gone_has_time", "(state IN ('dropped', 'infected')) = (gone_at IS NOT NULL)")
        batch.drop_index("ix_files_state_created_at")
        batch.drop_constraint(op.f("fk_files_attested_by"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_files_proposed_by"), type_="foreignkey")
        for column in ("removed", "attested_by", "attested_at", "attestation", "handling", "proposed_by", "proposed_at"):
            batch.drop_column(column)


def _rule(batch: object, name: str, rule: str) -> None:
    """Replace a check of the table of files."""
    batch.drop_constraint(op.f(f"ck_files_{name}"), type_="check")  # type: ignore[attr-defined]
    batch.create_check_constraint(op.f(f"ck_files_{name}"), rule)  # type: ignore[attr-defined]


def _add_marks_and_reviews() -> None:
    op.create_table(
        "file_marks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", one_of(MARKS, "kind_known"), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_file_marks_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_marks")),
    )
    op.create_index(op.f("ix_file_marks_file_id"), "file_marks", ["file_id"])
    op.create_table(
        "file_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", one_of(STEPS, "step_known"), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_file_reviews_file_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_file_reviews_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_reviews")),
    )
    op.create_index(op.f("ix_file_reviews_file_id"), "file_reviews", ["file_id"])


def _add_openings() -> None:
    op.create_table(
        "file_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("how", one_of(["view", "download"], "how_known"), nullable=False),
        sa.CheckConstraint("page IS NULL OR page >= 1", name=op.f("ck_file_openings_page_from_one")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_file_openings_file_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_file_openings_user_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_file_openings_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_openings")),
    )
    op.create_index("ix_file_openings_file_id_at", "file_openings", ["file_id", "at"])
    op.create_index("ix_file_openings_at", "file_openings", ["at"])
    op.create_index(op.f("ix_file_openings_user_id"), "file_openings", ["user_id"])
    op.create_index(op.f("ix_file_openings_organization_id"), "file_openings", ["organization_id"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
