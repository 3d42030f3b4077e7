"""What the database itself refuses to do to issued papers. The migration runs the same statements."""

from sqlalchemy import DDL, FromClause, Table, event

WORDS = "issued papers are never changed"
FUNCTION = (
    "CREATE OR REPLACE FUNCTION papers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
)
DROP_FUNCTION = "DROP FUNCTION IF EXISTS papers_refuse() CASCADE"


# Who may open a paper follows the records of people and organizations when two of them are merged.
FROZEN: dict[str, tuple[str, ...]] = {
    "papers": (
        "id", "kind", "year", "sequence", "number", "cause", "is_group", "buyer_name", "currency", "net_cents",
        "tax_cents", "gross_cents", "reference", "due_on", "refers_to_id", "facts", "digest", "issued_at", "issued_by",
    ),
    "paper_lines": ("id", "paper_id", "position", "text", "payment_id", "net_cents", "tax_cents", "gross_cents"),
}  # fmt: skip


def statements(table: str, dialect: str) -> list[str]:
    """Return the statements that guard one table on one kind of database."""
    columns = ", ".join(FROZEN[table])
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            for name, verb in (("update", f"UPDATE OF {columns}"), ("delete", "DELETE"))
        ]
    return [
        FUNCTION,
        f"CREATE TRIGGER {table}_no_change BEFORE DELETE OR UPDATE OF {columns} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION papers_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION papers_refuse()",
    ]


def never_changed(table: FromClause) -> None:
    """Run the guards whenever `table` is created."""
    if not isinstance(table, Table):
        raise TypeError("Only a table can be guarded.")
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]
