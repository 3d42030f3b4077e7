"""Reading a backup into an empty database: all of it, checked, or nothing."""

import gzip
import json
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, Table, func, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from app.core import audit, audit_chain
from app.core.audit import AuditHead
from app.core.backup import (
    FORMAT,
    MANIFEST,
    backed_up_tables,
    digest,
    head_file,
    reader_of,
    schema_revision,
    stored_columns,
    table_file,
)
from app.core.db import transaction
from app.core.errors import InvalidInput, Refused

BATCH = 1_000
HEAD = AuditHead.__tablename__


def restore_backup(folder: Path, kept_files: Path) -> dict[str, Any]:
    """Read a backup into the empty database and the var folder; return its manifest.

    Raises InvalidInput when `folder` is no backup, and Refused when a file was changed, the database is not
    empty or of another schema, a count differs, or the audit log in it does not verify. Then nothing changes.
    """
    manifest = read_manifest(folder)
    _check_files(folder, manifest, kept_files)
    anchor = audit_chain.read_anchor(head_file(folder))
    with transaction() as session:
        _check_empty(session, manifest)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        for table in backed_up_tables():
            _read_table(session, table, folder)
        _check_counts(session, manifest)
        found = audit_chain.verify(session, anchor)
        if found.fault:
            raise Refused(f"The audit log in this backup does not verify. {found.fault}")
        audit.record(session, "database.restored", ("database", "main"), actor_id=None,
                     reason=f"Restored the backup of {manifest['made_at']}.")  # fmt: skip
    _put_files(folder, manifest, kept_files)
    audit_chain.anchor_file().unlink(missing_ok=True)
    audit_chain.export_head()
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a backup says of itself. Raises InvalidInput naming the file when it says nothing usable."""
    file = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(file.read_text())
        fit = manifest["format"] == FORMAT and {"tables", "files", "made_at", "schema"} <= manifest.keys()
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidInput(f"{file} is not the manifest of a backup: {reason}") from error
    if not fit:
        raise InvalidInput(f"{file}: field 'format' must be {FORMAT}, with tables, files, made_at and schema.")
    return manifest


def _check_files(folder: Path, manifest: dict[str, Any], kept_files: Path) -> None:
    listed = {table_file(folder, name): table["sha256"] for name, table in manifest["tables"].items()}
    listed |= {folder / "files" / name: wanted for name, wanted in manifest["files"].items()}
    for file, wanted in listed.items():
        if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file() or digest(file) != wanted:
            raise Refused(f"{file} is missing or not what was backed up. Use another copy of this backup.")
    for name, wanted in manifest["files"].items():
        present = kept_files / name
        if name != audit_chain.FILE and present.exists() and digest(present) != wanted:
            raise Refused(f"{present} exists and is another file. Restore into an empty folder.")


def _check_empty(session: Session, manifest: dict[str, Any]) -> None:
    present = set(inspect(session.connection()).get_table_names())
    tables = backed_up_tables()
    if missing := sorted(table.name for table in tables if table.name not in present):
        raise Refused(f"The database lacks the table {missing[0]}. Run: flask --app app database migrate")
    revision = schema_revision(session)
    if revision != manifest["schema"] or {table.name for table in tables} != set(manifest["tables"]):
        raise Refused(
            f"The backup is of schema {manifest['schema']}, this database of {revision}. "
            "Restore with the version of the platform that made the backup, then migrate."
        )
    for table in tables:
        if not _is_empty(session, table):
            raise Refused(f"The table {table.name} is not empty. Restore into a new database.")


def _is_empty(session: Session, table: Table) -> bool:
    if table.name == HEAD:
        return (session.scalar(select(AuditHead.sequence)) or 0) == 0
    return session.execute(select(table).limit(1)).first() is None


def _read_table(session: Session, table: Table, folder: Path) -> None:
    rows = _rows(table, table_file(folder, table.name))
    if table.name == HEAD:
        for row in rows:
            if row["sequence"]:
                session.execute(update(AuditHead).values(sequence=row["sequence"], hash=row["hash"]))
        return
    if links := _links_to_itself(table):
        rows = iter(_parents_first(table, list(rows), links))
    while batch := list(islice(rows, BATCH)):
        session.execute(insert(table), batch)
    _move_counter(session, table)


def _rows(table: Table, file: Path) -> Iterator[dict[str, Any]]:
    readers = {column.name: (column.key, reader_of(column)) for column in stored_columns(table)}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                yield {key: read(row[name]) for name, (key, read) in readers.items()}
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidInput(f"{file}, line {number}: {error!r}") from error


def _links_to_itself(table: Table) -> dict[str, str]:
    """Return the columns of a table that point to its own rows, and where they point."""
    keys = (key for key in table.foreign_keys if key.column.table is table)
    return {key.parent.key: key.column.key for key in keys}


def _parents_first(table: Table, rows: list[dict[str, Any]], links: dict[str, str]) -> list[dict[str, Any]]:
    """Return the rows so that each comes after those it points to. Raises Refused when they go round in a ring."""
    placed: dict[str, set[Any]] = {target: set() for target in links.values()}
    ordered: list[dict[str, Any]] = []
    while rows:
        ready = [r for r in rows if all(r[c] is None or r[c] in placed[t] | {r[t]} for c, t in links.items())]
        if not ready:
            raise Refused(f"Rows of {table.name} point to each other in a ring; they cannot be restored.")
        for target, seen in placed.items():
            seen.update(row[target] for row in ready)
        ordered += ready
        done = {id(row) for row in ready}
        rows = [row for row in rows if id(row) not in done]
    return ordered


def _move_counter(session: Session, table: Table) -> None:
    """Let PostgreSQL count on from the highest number restored."""
    column = table.autoincrement_column
    if column is None or session.get_bind().dialect.name != "postgresql" or not isinstance(column.type, Integer):
        return
    counter = session.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    highest = session.scalar(select(func.max(column)))
    if counter and highest is not None:
        session.execute(select(func.setval(counter, highest)))


def _check_counts(session: Session, manifest: dict[str, Any]) -> None:
    for table in backed_up_tables():
        wanted = manifest["tables"][table.name]["rows"]
        present = session.scalar(select(func.count()).select_from(table))
        if present != wanted:
            raise Refused(f"The table {table.name} has {present} rows where the backup names {wanted}.")


def _put_files(folder: Path, manifest: dict[str, Any], kept_files: Path) -> None:
    for name in manifest["files"]:
        (kept_files / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "files" / name, kept_files / name)
