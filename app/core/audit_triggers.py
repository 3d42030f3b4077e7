"""What the database itself refuses to do to the record. The migration runs the same statements."""

from sqlalchemy import DDL, Table, event

GENESIS = "0" * 64
FIRST_HEAD = f"INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, '{GENESIS}')"  # noqa: S608 - a constant

SQLITE: dict[str, tuple[str, ...]] = {
    "audit_entries": (
        "CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END",
        "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END",
        # INSERT OR REPLACE removes rows without asking the trigger for DELETE.
        "CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries "
        "WHEN EXISTS (SELECT 1 FROM audit_entries WHERE sequence = NEW.sequence OR hash = NEW.hash) "
        "BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END",
    ),
    "audit_details": (
        "CREATE TRIGGER audit_details_no_update BEFORE UPDATE ON audit_details "
        "BEGIN SELECT RAISE(ABORT, 'Audit details can be erased but not changed.'); END",
        "CREATE TRIGGER audit_details_no_replace BEFORE INSERT ON audit_details "
        "WHEN EXISTS (SELECT 1 FROM audit_details WHERE sequence = NEW.sequence) "
        "BEGIN SELECT RAISE(ABORT, 'Audit details can be erased but not changed.'); END",
    ),
    "audit_head": (
        FIRST_HEAD,
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head "
        "BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END",
        "CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head WHEN NEW.sequence <= OLD.sequence "
        "BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END",
    ),
}

REFUSE = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$ "
    "BEGIN RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'insufficient_privilege'; END $body$"
)
POSTGRESQL: dict[str, tuple[str, ...]] = {
    "audit_entries": (
        REFUSE,
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
    "audit_details": (
        REFUSE,
        "CREATE TRIGGER audit_details_no_update BEFORE UPDATE OR TRUNCATE ON audit_details "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
    "audit_head": (
        FIRST_HEAD,
        REFUSE,
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE OR TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head FOR EACH ROW "
        "WHEN (NEW.sequence <= OLD.sequence) EXECUTE FUNCTION audit_refuse()",
    ),
}
# For a downgrade on PostgreSQL, after the tables are dropped; elsewhere triggers go with their table.
DROP_POSTGRESQL = ("DROP FUNCTION IF EXISTS audit_refuse()",)


def attach(table: Table) -> None:
    """Run the statements for `table` whenever it is created."""
    for dialect, statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
        for statement in statements[table.name]:
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]
