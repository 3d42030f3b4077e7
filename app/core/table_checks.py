"""For migrations: the lists of values that a CHECK admits, changed where the table stands.

SQLite cannot alter a constraint. Its documentation's way for changes that leave the stored rows alone is to correct
the table's definition in the catalogue; rows, indexes, triggers and foreign keys stay untouched by that.
"""

import re
from collections.abc import Sequence

from alembic.operations import Operations
from sqlalchemy import text


def admit_values(op: Operations, table: str, column: str, check: str, values: Sequence[str]) -> None:
    """Let the CHECK `check` on an enum column admit exactly `values`. Raises ValueError when there is no such check."""
    listed = ", ".join(f"'{value}'" for value in values)
    if op.get_bind().dialect.name == "sqlite":
        _correct_definition(op, table, check, f"{column} IN ({listed})")
        return
    op.drop_constraint(op.f(check), table, type_="check")
    op.create_check_constraint(op.f(check), table, f"{column} IN ({listed})")


def _correct_definition(op: Operations, table: str, check: str, condition: str) -> None:
    connection = op.get_bind()
    named = {"table": table}
    read = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    before = str(connection.execute(read, named).scalar_one())
    found = re.compile(rf"(CONSTRAINT {re.escape(check)} CHECK \()[^()]*\([^()]*\)(\))")
    after, times = found.subn(lambda match: f"{match[1]}{condition}{match[2]}", before)
    if times != 1:
        raise ValueError(f"The table {table} has no check {check} that lists values.")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    write = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table")
    connection.execute(write, {**named, "sql": after})
    connection.exec_driver_sql(f"PRAGMA schema_version={int(version) + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
