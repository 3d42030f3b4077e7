"""Merging two records of one person, or of one organization: the record that goes stays as a tombstone.

Every column of the database that names a person or an organization has a rule here saying what becomes of it; rooms
above hang in with what only they know: what forbids a merge, what must be chosen, what is settled beforehand. All of
it happens in one transaction, and none of it can be undone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Table, delete, func, literal, select, union_all, update
from sqlalchemy.orm import Session

from app.accounts.states import RecordKind
from app.core.db import Base

Follower = Callable[[Session, UUID, UUID, datetime], None]
on_merge_people: list[Follower] = []
on_merge_organizations: list[Follower] = []
"""Told, in the transaction of the merge and before any column is moved, which record is kept and which goes."""


on_merged_people: list[Callable[[Session, UUID, tuple[str, ...]], None]] = []
"""Told, when all of it has moved, which record is kept and which addresses the two had before."""


class How(StrEnum):
    """What becomes of a column that names the record that goes."""

    MOVE = "move"  # it names the record that is kept
    JOIN = "join"  # so too, but a row that the kept record has already is dropped
    CLEAR = "clear"  # it names nobody: work that somebody else must take up
    STAY = "stay"  # it says who did something at the time: history keeps the tombstone's name
    SETTLED = "settled"  # its room ends or moves it before


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What becomes of one column; `what` names its rows in the preview, `same` the columns that make a row the same."""

    how: How
    what: str = ""
    same: tuple[str, ...] = ()


column_rules: dict[str, ColumnRule] = {}
"""One rule for each "table.column" that refers to people or organizations; filled where the rooms are put together."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can choose before two records become one."""

    name: str
    words: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Merging:
    """A merge as it was asked for: which record is kept, its values field by field, what was chosen."""

    kind: RecordKind
    kept_id: UUID
    gone_id: UUID
    actor_id: UUID
    now: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    keep_roles: bool = False


obstacles: dict[RecordKind, list[Callable[[Session, UUID, UUID], list[str]]]] = {kind: [] for kind in RecordKind}
questions: dict[RecordKind, list[Callable[[Session, UUID, UUID], list[Question]]]] = {kind: [] for kind in RecordKind}
settle: dict[RecordKind, list[Callable[[Session, Merging], None]]] = {kind: [] for kind in RecordKind}
TARGETS = {RecordKind.PERSON: "users", RecordKind.ORGANIZATION: "organizations"}
FOLLOWERS = {RecordKind.PERSON: on_merge_people, RecordKind.ORGANIZATION: on_merge_organizations}


def referring(kind: RecordKind) -> dict[str, Column[UUID]]:
    """Return every column of the database that refers to records of a kind, by "table.column"."""
    return {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == f"{TARGETS[kind]}.id" for key in column.foreign_keys)
    }


def moving(session: Session, kind: RecordKind, gone_id: UUID) -> list[tuple[str, int]]:
    """Return what would move to the record that is kept, in words, and how many of each; what is none is left out."""
    counted = []
    for name, column in referring(kind).items():
        rule = column_rules[name]
        if rule.what:
            of = select(literal(rule.what).label("what"), func.count().label("rows")).where(column == gone_id)
            counted.append(of.select_from(column.table))
    if not counted:
        return []
    totals: dict[str, int] = {}
    for what, rows in session.execute(union_all(*counted)):
        totals[what] = totals.get(what, 0) + rows
    return sorted((what, rows) for what, rows in totals.items() if rows)


def move_columns(session: Session, kind: RecordKind, kept_id: UUID, gone_id: UUID) -> None:
    """Let every column that its rule moves name the record that is kept."""
    for name, column in referring(kind).items():
        rule = column_rules[name]
        if rule.how is How.JOIN:
            _drop_what_repeats(session, column, rule.same, kept_id, gone_id)
        if rule.how in (How.MOVE, How.JOIN, How.CLEAR):
            now_names = None if rule.how is How.CLEAR else kept_id
            session.execute(update(_table(column)).where(column == gone_id).values({column.name: now_names}))


def _drop_what_repeats(
    session: Session, column: Column[UUID], same: tuple[str, ...], kept_id: UUID, gone_id: UUID
) -> None:
    table, twin = _table(column), _table(column).alias()
    repeats = select(literal(1)).where(twin.c[column.name] == kept_id, *(twin.c[key] == table.c[key] for key in same))
    session.execute(delete(table).where(column == gone_id, repeats.exists()))


def _table(column: Column[UUID]) -> Table:
    return Base.metadata.tables[column.table.name]
