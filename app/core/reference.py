"""Reference data in versions: what was loaded when, from which file, and what it changed.

A row lives from the version that brought it until the version that changed or dropped it, so every old
answer can be given again. A file that has not changed loads nothing; one that has writes only what differs.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    Index,
    String,
    UniqueConstraint,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from app.core import audit
from app.core.db import Base, explained, json_dict, utc_datetime, uuid_pk
from app.core.errors import InvalidInput, Refused
from app.core.sheets import BadField, BadSheet, SheetRow, open_sheet

SAMPLE = 20
CHUNK = 500
SOURCES = "SOURCES.csv"


class ReferenceVersion(Base):
    """One load of one kind of reference data; `number` counts from 1 within the kind."""

    __tablename__ = "reference_versions"
    __table_args__ = (
        UniqueConstraint("kind", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("added >= 0 AND changed >= 0 AND removed >= 0", name="counts_not_negative"),
    )

    id: Mapped[uuid_pk]
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date] = mapped_column(Date)
    loaded_at: Mapped[utc_datetime]
    file_name: Mapped[str] = mapped_column(String(200))
    row_count: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    removed: Mapped[int]
    sample: Mapped[json_dict]


class VersionedRow:
    """Columns of a table of reference rows; `to_version` is the version that ended the row, null while current."""

    __tablename__: str

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    from_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    to_version: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[json_dict]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        current = text("to_version IS NULL")
        name = f"uq_{cls.__tablename__}_current"
        return (
            Index(name, "key", unique=True, sqlite_where=current, postgresql_where=current),
            CheckConstraint("to_version IS NULL OR to_version > from_version", name="ends_after_it_begins"),
        )


@dataclass(frozen=True, slots=True)
class VersionView:
    """A loaded version as others see it."""

    kind: str
    number: int
    sha256: str
    as_of: date
    loaded_at: datetime
    file_name: str
    row_count: int
    added: int
    changed: int
    removed: int
    sample: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; `version` is the standing one when `is_new` is false."""

    version: VersionView
    is_new: bool
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """What was read of a kind: the digest of its bytes, and its content by key."""

    sha256: str
    rows: Mapping[str, Mapping[str, Any]]


Follow = Callable[[Session, Loaded, datetime], None]


@dataclass(frozen=True, slots=True)
class Loader:
    """How one kind is loaded.

    `file` is relative to the reference folder, `key` the column that names a row, `parse` makes the kept
    content of the cells or raises BadField, `columns` fills the table's own columns from that content, and
    `follow` is called in the same transaction after a new version was written. A kind that is no sheet is read by
    `whole` instead of row by row.
    """

    kind: str
    file: str
    key: str
    needs: tuple[str, ...]
    table: type[Any]
    parse: Callable[[Mapping[str, str]], Mapping[str, Any]]
    columns: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    follow: Follow | None = None
    whole: Callable[[Path], Whole] | None = None


LOADERS: dict[str, Loader] = {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and found sound, not yet written."""

    kind: str
    file_name: str
    sha256: str
    as_of: date
    rows: Mapping[str, Mapping[str, Any]]


def versions(session: Session, kind: str | None = None) -> list[VersionView]:
    """Return the loaded versions, newest first within each kind."""
    wanted = select(ReferenceVersion).order_by(ReferenceVersion.kind, ReferenceVersion.number.desc())
    if kind is not None:
        wanted = wanted.where(ReferenceVersion.kind == kind)
    return [_view(row) for row in session.scalars(wanted)]


def current_version(session: Session, kind: str) -> VersionView | None:
    """Return the newest version of a kind, None when nothing was loaded."""
    wanted = select(ReferenceVersion).where(ReferenceVersion.kind == kind)
    found = session.scalars(wanted.order_by(ReferenceVersion.number.desc()).limit(1)).one_or_none()
    return None if found is None else _view(found)


def current_versions(session: Session, kinds: Sequence[str]) -> tuple[tuple[str, int, str], ...]:
    """Return (kind, number, checksum) of the newest version of each kind that was loaded; one query."""
    wanted = select(ReferenceVersion.kind, ReferenceVersion.number, ReferenceVersion.sha256)
    found = session.execute(wanted.where(ReferenceVersion.kind.in_(kinds)).order_by(ReferenceVersion.number))
    newest = {row.kind: (row.kind, row.number, row.sha256) for row in found}
    return tuple(newest[kind] for kind in kinds if kind in newest)


def versions_at(session: Session, kinds: Sequence[str], moment: datetime) -> dict[str, int]:
    """Return the number of the version of each kind that stood at a moment; kinds not loaded by then are left out."""
    wanted = select(ReferenceVersion.kind, func.max(ReferenceVersion.number)).group_by(ReferenceVersion.kind)
    found = session.execute(wanted.where(ReferenceVersion.kind.in_(kinds), ReferenceVersion.loaded_at <= moment))
    return {row[0]: row[1] for row in found}


def lived_at(table: type[Any], number: int) -> ColumnElement[bool]:
    """Return the condition that a row of `table` belonged to a version."""
    return and_(table.from_version <= number, or_(table.to_version.is_(None), table.to_version > number))


def prepare(loader: Loader, folder: Path, *, as_of: date | None = None) -> Prepared:
    """Read and check the file of a kind. Raises BadSheet, or BadSheet on SOURCES.csv when its date is unknown."""
    dated = as_of or _dates(folder).get(loader.file)
    if dated is None:
        raise BadSheet(f"no date is given for {loader.file}.", file=SOURCES, field="as_of")
    if loader.whole is not None:
        read = loader.whole(folder / loader.file)
        return Prepared(loader.kind, loader.file, read.sha256, dated, read.rows)
    sheet = open_sheet(folder / loader.file, name=loader.file)
    rows = parsed(loader, sheet.rows(needs=loader.needs), file_name=loader.file)
    return Prepared(loader.kind, loader.file, sheet.sha256, dated, rows)


def is_loaded(session: Session, loader: Loader, folder: Path, *, as_of: date | None = None) -> VersionView | None:
    """Return the standing version when it holds this very file of this very date; cheap, no sheet is parsed."""
    standing = current_version(session, loader.kind)
    if standing is None or standing.as_of != (as_of or _dates(folder).get(loader.file)):
        return None
    path = folder / loader.file
    sha256 = loader.whole(path).sha256 if loader.whole else open_sheet(path, name=loader.file).sha256
    return standing if sha256 == standing.sha256 else None


def parsed(loader: Loader, rows: Iterable[SheetRow], *, file_name: str) -> dict[str, Mapping[str, Any]]:
    """Return content by key. Raises BadSheet for a bad cell, an empty key or a key that stands twice."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        key = row.cells[loader.key]
        if not key or key in found:
            reason = f"{key!r} stands twice." if key else "must not be empty."
            raise BadSheet(reason, file=file_name, line=row.line, field=loader.key)
        try:
            found[key] = loader.parse(row.cells)
        except BadField as fault:
            raise BadSheet(fault.reason, file=file_name, line=row.line, field=fault.field) from None
    if not found:
        raise BadSheet("holds no row.", file=file_name, line=2, field=loader.key)
    return found


def load(session: Session, prepared: Prepared, *, now: datetime, actor_id: UUID | None = None) -> Loaded:
    """Write a prepared file as a new version, or nothing when the standing version is the same file and date."""
    return load_rows(
        session, prepared.kind, prepared.rows, file_name=prepared.file_name, sha256=prepared.sha256,
        as_of=prepared.as_of, now=now, actor_id=actor_id,
    )  # fmt: skip


def load_rows(
    session: Session,
    kind: str,
    rows: Mapping[str, Mapping[str, Any]],
    *,
    file_name: str,
    sha256: str,
    as_of: date,
    now: datetime,
    actor_id: UUID | None = None,
) -> Loaded:
    """Make `rows` (content by key) the current rows of `kind`. Raises Refused when somebody loads at the same time."""
    loader = loader_of(kind)
    standing = current_version(session, kind)
    if standing is not None and (standing.sha256, standing.as_of) == (sha256, as_of):
        return Loaded(standing, is_new=False)
    number = standing.number + 1 if standing else 1
    digests = {key: _digest(content) for key, content in rows.items()}
    table = loader.table
    standing_rows = session.execute(select(table.key, table.digest).where(table.to_version.is_(None)))
    before: dict[str, str] = {row[0]: row[1] for row in standing_rows}
    added = tuple(key for key in rows if key not in before)
    changed = tuple(key for key in rows if key in before and before[key] != digests[key])
    removed = tuple(sorted(key for key in before if key not in rows))
    version = ReferenceVersion(
        kind=kind, number=number, sha256=sha256, as_of=as_of, loaded_at=now, file_name=file_name, row_count=len(rows),
        added=len(added), changed=len(changed), removed=len(removed),
        sample={"added": list(added[:SAMPLE]), "changed": list(changed[:SAMPLE]), "removed": list(removed[:SAMPLE])},
    )  # fmt: skip
    with explained({"uq_reference_versions_kind_number": Refused(f"Somebody else is loading {kind}. Try again.")}):
        session.add(version)
        session.flush()
    _end(session, table, [*changed, *removed], number)
    _begin(session, loader, {key: rows[key] for key in (*added, *changed)}, digests, number)
    loaded = Loaded(_view(version), True, added, changed, removed)
    counts = {"added": len(added), "changed": len(changed), "removed": len(removed), "sha256": sha256}
    audit.record(session, "reference.loaded", (kind, str(number)), actor_id=actor_id, after=str(as_of), detail=counts)
    if loader.follow is not None:
        loader.follow(session, loaded, now)
    return loaded


def loader_of(kind: str) -> Loader:
    """Return the loader of a kind. Raises InvalidInput naming the kinds there are."""
    try:
        return LOADERS[kind]
    except KeyError:
        raise InvalidInput(f"There is no reference data {kind!r}; there is {', '.join(LOADERS)}.") from None


def _end(session: Session, table: type[Any], keys: Sequence[str], number: int) -> None:
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        ending = update(table).where(table.to_version.is_(None), table.key.in_(some)).values(to_version=number)
        session.execute(ending.execution_options(synchronize_session=False))


def _begin(
    session: Session,
    loader: Loader,
    rows: Mapping[str, Mapping[str, Any]],
    digests: Mapping[str, str],
    number: int,
) -> None:
    new = [
        {"key": key, "from_version": number, "to_version": None, "digest": digests[key], "content": dict(content)}
        | dict(loader.columns(content))
        for key, content in rows.items()
    ]
    if new:
        session.execute(insert(loader.table), new)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(audit.canonical(content)).hexdigest()


def _dates(folder: Path) -> dict[str, date]:
    """Read as-of dates by file from the folder's SOURCES.csv; a file not named there has none."""
    dates: dict[str, date] = {}
    if not (folder / SOURCES).is_file():
        return dates
    for row in open_sheet(folder / SOURCES).rows(needs=("file", "as_of")):
        try:
            dates[row.cells["file"]] = date.fromisoformat(row.cells["as_of"])
        except ValueError:
            raise BadSheet("must be a date like 2026-07-23.", file=SOURCES, line=row.line, field="as_of") from None
    return dates


def _view(row: ReferenceVersion) -> VersionView:
    return VersionView(
        row.kind, row.number, row.sha256, row.as_of, row.loaded_at, row.file_name, row.row_count,
        row.added, row.changed, row.removed, row.sample,
    )  # fmt: skip
