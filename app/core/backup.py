"""Writing a backup: every table as JSON lines, the kept files, and a manifest that says what must be there.

One format for both databases, so a backup made on one can be restored on the other, and no database
tool is needed. It holds personal data: keep it as you keep the database.
"""

import base64
import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Table, inspect, null, select, text
from sqlalchemy.orm import Session

from app.core import audit_chain, clock
from app.core.db import Base
from app.core.errors import Refused
from app.core.snapshot import snapshot

FORMAT = 1
MANIFEST = "manifest.json"
# The database is in the tables, the queue is only news, and half-written files are nobody's.
LEFT_OUT = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".new", ".pid", ".lock")


def write_backup(folder: Path, kept_files: Path) -> dict[str, Any]:
    """Write a backup of the database and of `kept_files` into a new folder; return its manifest.

    Raises Refused when the folder holds something already. Other processes may go on writing: the tables
    are read as of one moment. The folder appears whole or not at all.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is not empty. Name a folder that does not exist yet.")
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "tables").mkdir(parents=True, mode=0o700)
    partial.chmod(0o700)
    with snapshot() as session:
        tables = {table.name: _write_table(session, table, partial) for table in backed_up_tables()}
        manifest = {
            "format": FORMAT, "made_at": clock.now().isoformat(), "database": session.get_bind().dialect.name,
            "schema": schema_revision(session), "tables": tables,
            "files": _copy_files(kept_files, partial / "files", leave=(folder, partial)),
        }  # fmt: skip
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    if folder.exists():
        folder.rmdir()
    partial.rename(folder)
    return manifest


def backed_up_tables() -> list[Table]:
    """Return every table, those that others point to first."""
    return list(Base.metadata.sorted_tables)


def schema_revision(session: Session) -> str | None:
    """Return the revision the migrations left, None in a database made without them."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    revision: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def table_file(folder: Path, table: str) -> Path:
    """Return where a table lies in a backup."""
    return folder / "tables" / f"{table}.jsonl.gz"


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def stored_columns(table: Table) -> list[Column[Any]]:
    """Return the columns that a row is written with: all but those the database computes."""
    return [column for column in table.columns if column.computed is None]


def _write_table(session: Session, table: Table, folder: Path) -> dict[str, Any]:
    columns = stored_columns(table)
    wanted = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=1_000)
    file, rows = table_file(folder, table.name), 0
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=6) as lines:
        for row in session.execute(wanted):
            content = {column.name: to_json(value) for column, value in zip(columns, row, strict=True)}
            lines.write(json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")
            rows += 1
    return {"rows": rows, "sha256": digest(file)}


def to_json(value: Any) -> Any:
    """Return a column's value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


READERS: dict[type, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    UUID: UUID,
    Decimal: Decimal,
    bytes: base64.b64decode,
}


def reader_of(column: Column[Any]) -> Callable[[Any], Any]:
    """Return what turns the JSON of a column back into its value."""
    if isinstance(column.type, JSON):
        # A missing value is NULL; JSON's own null could only stand where NULL may not.
        return lambda value: null() if value is None and column.nullable else value
    kind = getattr(column.type, "impl_instance", column.type).python_type
    read = kind if issubclass(kind, Enum) else READERS.get(kind, lambda value: value)
    return lambda value: None if value is None else read(value)


def _copy_files(source: Path, target: Path, *, leave: tuple[Path, ...]) -> dict[str, str]:
    copied: dict[str, str] = {}
    for file in _kept(source, leave):
        name = file.relative_to(source).as_posix()
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / name)
        copied[name] = digest(target / name)
    return copied


def _kept(source: Path, leave: tuple[Path, ...]) -> Iterator[Path]:
    for file in sorted(source.rglob("*")):
        inside = any(file.is_relative_to(folder) for folder in leave)
        if file.is_file() and not file.is_symlink() and not inside and not file.name.endswith(LEFT_OUT):
            yield file


def head_file(folder: Path) -> Path:
    """Return where the signed head of the audit log lies in a backup."""
    return folder / "files" / audit_chain.FILE
