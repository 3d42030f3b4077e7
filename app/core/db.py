"""The database: base class, column types, sessions, and the one place that commits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from flask import Flask, current_app, g
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Index,
    MetaData,
    Row,
    Select,
    UniqueConstraint,
    Uuid,
    create_engine,
    event,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from app.core import ids
from app.core.errors import DomainError

LOCK_TIMEOUT_MS = 3_000
STATEMENT_TIMEOUT_MS = 15_000


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC; refuses a time without a zone and always returns one with it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored time must carry a zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


uuid_pk = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=ids.new_id)]
utc_datetime = Annotated[datetime, mapped_column(UTCDateTime)]
cents = Annotated[int, mapped_column(BigInteger)]
json_dict = Annotated[dict[str, Any], mapped_column(JSON)]
json_list = Annotated[list[Any], mapped_column(JSON)]


class Base(DeclarativeBase):
    """Every table; constraints are named by convention so that migrations and messages can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def text_enum(members: type[StrEnum], *, check: str) -> Enum:
    """Return a text column type that holds the values of `members`, with a named CHECK."""
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        name=check,
        length=40,
        values_callable=lambda enum: [member.value for member in enum],
    )


# SQLite must know at BEGIN whether a transaction will write: a read that later turns into a write
# fails at once when somebody else wrote in between, whatever the busy timeout says.
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _trust_the_power(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def make_engine(url: str, *, durable: bool = True) -> Engine:
    """Return an engine for a SQLite or PostgreSQL address, set up as the platform needs it.

    Without `durable`, a power cut may lose the last commits and a dropped connection is not noticed beforehand:
    for databases that are thrown away.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if not durable:
            event.listen(engine, "connect", _trust_the_power)
        return engine
    asked = str(make_url(url).query.get("options", ""))
    ours = {"lock_timeout": LOCK_TIMEOUT_MS, "statement_timeout": STATEMENT_TIMEOUT_MS, "timezone": "UTC"}
    if not durable:
        ours["synchronous_commit"] = "off"
    options = " ".join(f"-c {name}={value}" for name, value in ours.items())
    return create_engine(url, pool_pre_ping=durable, pool_size=10, connect_args={"options": f"{options} {asked}"})


class Database:
    """The engine of one application and the maker of its sessions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sessions = sessionmaker(engine, expire_on_commit=False)

    def init_app(self, app: Flask) -> None:
        app.extensions["database"] = self
        app.teardown_appcontext(_close_reading)


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def db() -> Session:
    """Return this request's session for reading. Nothing it holds is ever committed.

    Raises RuntimeError inside `transaction()`: it would neither see that work nor be held by its locks.
    """
    if _writing.get():
        raise RuntimeError("Inside transaction() read through its session; db() would read beside it.")
    if "reading" not in g:
        g.reading = _database().sessions()
    reading: Session = g.reading
    return reading


def _close_reading(_error: BaseException | None) -> None:
    reading: Session | None = g.pop("reading", None)
    if reading is not None:
        reading.close()


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one unit of work and commit it: the only commit of the code base.

    The reading session is ended first, so that what is read after the work shows it.
    Raises whatever the work raises, after rolling back.
    """
    _close_reading(None)
    token = _writing.set(True)
    session = _database().sessions()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _writing.reset(token)


def is_writing() -> bool:
    """Tell whether a unit of work is open here; nothing slow or outside the building may happen then."""
    return _writing.get()


def plain_rows(session: Session, wanted: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the rows of a selection of columns, straight from the database's driver.

    For the reads of thousands of rows behind one page: a session makes each of them ready to hold objects.
    """
    session.flush()
    return session.connection().execute(wanted).all()


def lock_rows(session: Session, column: InstrumentedAttribute[UUID], wanted: Sequence[UUID]) -> None:
    """Lock rows by id in one fixed order (on SQLite the write transaction holds them already)."""
    if wanted:
        session.execute(select(column).where(column.in_(set(wanted))).order_by(column).with_for_update()).all()


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say what happens to rows that are there already, as both databases know it."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def insert_or_skip(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT into a table that leaves rows alone which are there already."""
    return insert_into(session, table).on_conflict_do_nothing()


@contextmanager
def explained(reasons: Mapping[str, DomainError]) -> Iterator[None]:
    """Turn a broken constraint, by its name, into the sentence given for it."""
    try:
        yield
    except IntegrityError as error:
        reason = reasons.get(broken_constraint(error) or "")
        if reason is None:
            raise
        raise reason from error


def broken_constraint(error: IntegrityError) -> str | None:
    """Return the name of the constraint that refused, on either database; None when it has none."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name) if diagnostics.constraint_name else None
    text = str(error.orig)
    if found := re.search(r"CHECK constraint failed: (\w+)", text):
        return found[1]
    if found := re.search(r"index '(\w+)'", text):
        return found[1]
    if found := re.search(r"UNIQUE constraint failed: (.+)", text):
        # SQLite names the columns, not the constraint.
        return _unique_on([part.strip() for part in found[1].split(",")])
    return None


def _unique_on(columns: list[str]) -> str | None:
    table = Base.metadata.tables.get(columns[0].split(".")[0])
    if table is None:
        return None
    names = {column.split(".")[1] for column in columns}
    rules: list[UniqueConstraint | Index] = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    rules += [index for index in table.indexes if index.unique]
    for rule in rules:
        if {column.name for column in rule.columns} == names:
            return str(rule.name)
    return None
