"""Scan offline at several gates."""

import sqlalchemy as sa
from alembic import op

revision = "door_1"
down_revision = "delegations_1"
branch_labels = None
depends_on = None

OLD_RESULTS = ["admitted", "already_inside", "left", "not_inside", "not_confirmed", "suspended", "unknown"]
RESULTS = ["admitted", "already_inside", "left", "not_inside", "not_confirmed", "suspended", "stopped", "unknown"]
STANDINGS = ["good", "not_confirmed", "suspended", "stopped", "unknown"]
REASONS = ["lost", "damaged", "wrong", "misused"]


def one_of(members: list[str], name: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def link(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def upgrade() -> None:
    _add_badges()
    _add_devices()
    _widen_scans()
    _widen_admissions()
    op.create_table(
        "door_conflicts",
        link("id", nullable=False),
        link("summit_id", nullable=False),
        link("scan_id", nullable=False),
        sa.Column("state", one_of(["open", "closed", "cleared"], "state_known"), nullable=False),
        moment("found_at", nullable=False),
        moment("closed_at"),
        link("closed_by"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_by IS NOT NULL)", name=op.f("ck_door_conflicts_closed_by_somebody")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_door_conflicts_closed_by")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_door_conflicts_scan_id")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_door_conflicts_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_conflicts")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_door_conflicts_scan_id")),
    )
    op.create_index(op.f("ix_door_conflicts_closed_by"), "door_conflicts", ["closed_by"])
    op.create_index("ix_door_conflicts_open", "door_conflicts", ["summit_id", "state", "found_at"])


def downgrade() -> None:
    op.drop_table("door_conflicts")
    _narrow_admissions()
    _narrow_scans()
    for table in ("door_devices", "badge_prints", "badge_runs", "badge_names", "badges"):
        op.drop_table(table)


def _add_badges() -> None:
    op.create_table(
        "badges",
        link("id", nullable=False),
        link("registration_id", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        moment("issued_at", nullable=False),
        link("issued_by"),
        moment("stopped_at"),
        link("stopped_by"),
        sa.Column("reason", one_of(REASONS, "reason_known"), nullable=True),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_badges_number_positive")),
        sa.CheckConstraint("(stopped_at IS NULL) = (reason IS NULL)", name=op.f("ck_badges_stopped_has_reason")),
        sa.ForeignKeyConstraint(["issued_by"], ["users.id"], name=op.f("fk_badges_issued_by")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_badges_registration_id")),
        sa.ForeignKeyConstraint(["stopped_by"], ["users.id"], name=op.f("fk_badges_stopped_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges")),
        sa.UniqueConstraint("code", name=op.f("uq_badges_code")),
        sa.UniqueConstraint("registration_id", "number", name=op.f("uq_badges_registration_id_number")),
    )
    op.create_index(op.f("ix_badges_issued_by"), "badges", ["issued_by"])
    op.create_index(op.f("ix_badges_stopped_by"), "badges", ["stopped_by"])
    counts = sa.text("stopped_at IS NULL")
    op.create_index(
        "uq_badges_counts", "badges", ["registration_id"], unique=True, sqlite_where=counts, postgresql_where=counts
    )
    op.create_table(
        "badge_names",
        link("registration_id", nullable=False),
        sa.Column("preferred", sa.String(length=60), nullable=False),
        sa.Column("native", sa.String(length=80), nullable=False),
        moment("changed_at", nullable=False),
        link("changed_by", nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_badge_names_changed_by")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_badge_names_registration_id")),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_badge_names")),
    )
    op.create_index(op.f("ix_badge_names_changed_by"), "badge_names", ["changed_by"])
    _add_prints()


def _add_prints() -> None:
    op.create_table(
        "badge_runs",
        link("id", nullable=False),
        link("summit_id", nullable=False),
        sa.Column("layout", one_of(["a6", "a4", "letter"], "layout_known"), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("badges", sa.Integer(), nullable=False),
        sa.Column("reprint", one_of(REASONS, "reprint_known"), nullable=True),
        link("job_id"),
        link("file_id"),
        link("made_by", nullable=False),
        moment("made_at", nullable=False),
        moment("finished_at"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_badge_runs_file_id")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_badge_runs_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_badge_runs_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_runs")),
    )
    op.create_index(op.f("ix_badge_runs_file_id"), "badge_runs", ["file_id"])
    op.create_index(op.f("ix_badge_runs_made_by"), "badge_runs", ["made_by"])
    op.create_index("ix_badge_runs_newest", "badge_runs", ["summit_id", "made_at"])
    op.create_table(
        "badge_prints",
        link("id", nullable=False),
        link("run_id", nullable=False),
        link("registration_id", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_badge_prints_registration_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["badge_runs.id"], name=op.f("fk_badge_prints_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_prints")),
        sa.UniqueConstraint("run_id", "registration_id", name=op.f("uq_badge_prints_run_id_registration_id")),
    )
    op.create_index(op.f("ix_badge_prints_registration_id"), "badge_prints", ["registration_id"])


def _add_devices() -> None:
    op.create_table(
        "door_devices",
        link("id", nullable=False),
        link("summit_id", nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("gate", sa.String(length=40), nullable=False),
        sa.Column("help", sa.String(length=80), nullable=False),
        link("made_by", nullable=False),
        moment("made_at", nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        moment("code_until"),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        moment("enrolled_at"),
        moment("expires_at", nullable=False),
        moment("ended_at"),
        link("ended_by"),
        moment("last_seen_at"),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("skew_ms", sa.Integer(), nullable=False),
        sa.CheckConstraint("code_hash IS NULL OR code_until IS NOT NULL", name=op.f("ck_door_devices_code_has_end")),
        sa.CheckConstraint(
            "token_hash IS NULL OR enrolled_at IS NOT NULL", name=op.f("ck_door_devices_enrolled_has_time")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_door_devices_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_door_devices_made_by")),
        sa.ForeignKeyConstraint(["summit_id"], ["summits.id"], name=op.f("fk_door_devices_summit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_devices")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_door_devices_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_door_devices_token_hash")),
    )
    op.create_index(op.f("ix_door_devices_ended_by"), "door_devices", ["ended_by"])
    op.create_index(op.f("ix_door_devices_made_by"), "door_devices", ["made_by"])
    op.create_index(op.f("ix_door_devices_summit_id"), "door_devices", ["summit_id"])


def _widen_scans() -> None:
    op.execute("ALTER TABLE scans RENAME COLUMN door TO gate")
    op.execute("ALTER TABLE scans RENAME COLUMN earlier_door TO earlier_gate")
    for column in (
        sa.Column("badge_number", sa.Integer(), nullable=True), sa.Column("standing", sa.String(40), nullable=True),
        sa.Column("told", sa.String(40), nullable=True), link("device_id"), moment("device_at"), moment("received_at"),
    ):  # fmt: skip
        op.add_column("scans", column)
    op.execute(
        "UPDATE scans SET received_at = at, told = result, standing = CASE WHEN result IN "
        "('not_confirmed', 'suspended', 'unknown') THEN result ELSE 'good' END"
    )
    with op.batch_alter_table("scans") as batch:
        batch.drop_constraint(op.f("ck_scans_result_known"), type_="check")
        batch.alter_column("standing", existing_type=sa.String(40), nullable=False)
        batch.alter_column("received_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.alter_column("scanned_by", existing_type=sa.Uuid(), nullable=True)
        batch.create_check_constraint(op.f("ck_scans_result_known"), _among("result", RESULTS))
        batch.create_check_constraint(op.f("ck_scans_told_known"), _among("told", RESULTS))
        batch.create_check_constraint(op.f("ck_scans_standing_known"), _among("standing", STANDINGS))
        batch.create_check_constraint(
            op.f("ck_scans_made_by_somebody"), "scanned_by IS NOT NULL OR device_id IS NOT NULL"
        )
        batch.create_foreign_key(op.f("fk_scans_device_id"), "door_devices", ["device_id"], ["id"])
        batch.create_index(op.f("ix_scans_device_id"), ["device_id"])


def _narrow_scans() -> None:
    """What a device scanned had no place before: it goes, as do answers that were not known then."""
    op.execute("DELETE FROM scans WHERE scanned_by IS NULL")
    op.execute("UPDATE scans SET result = 'not_confirmed' WHERE result = 'stopped'")
    with op.batch_alter_table("scans") as batch:
        for check in ("result_known", "told_known", "standing_known", "made_by_somebody"):
            batch.drop_constraint(op.f(f"ck_scans_{check}"), type_="check")
        batch.drop_constraint(op.f("fk_scans_device_id"), type_="foreignkey")
        batch.drop_index("ix_scans_device_id")
        for column in ("badge_number", "standing", "told", "device_id", "device_at", "received_at"):
            batch.drop_column(column)
        batch.alter_column("scanned_by", existing_type=sa.Uuid(), nullable=False)
        batch.create_check_constraint(op.f("ck_scans_result_known"), _among("result", OLD_RESULTS))
    op.execute("ALTER TABLE scans RENAME COLUMN gate TO door")
    op.execute("ALTER TABLE scans RENAME COLUMN earlier_gate TO earlier_door")


def _widen_admissions() -> None:
    op.execute("ALTER TABLE admissions RENAME COLUMN door TO gate")
    with op.batch_alter_table("admissions") as batch:
        batch.add_column(link("scan_id"))
        batch.alter_column("admitted_by", existing_type=sa.Uuid(), nullable=True)
        batch.create_foreign_key(op.f("fk_admissions_scan_id"), "scans", ["scan_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_admissions_scan_id"), ["scan_id"])
        batch.create_index("ix_admissions_arrivals", ["summit_id", "admitted_at"])


def _narrow_admissions() -> None:
    op.execute("DELETE FROM admissions WHERE admitted_by IS NULL")
    with op.batch_alter_table("admissions") as batch:
        batch.drop_index("ix_admissions_arrivals")
        batch.drop_constraint(op.f("uq_admissions_scan_id"), type_="unique")
        batch.drop_constraint(op.f("fk_admissions_scan_id"), type_="foreignkey")
        batch.drop_column("scan_id")
        batch.alter_column("admitted_by", existing_type=sa.Uuid(), nullable=False)
    op.execute("ALTER TABLE admissions RENAME COLUMN gate TO door")


def _among(column: str, members: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(member) for member in members)})"
