"""Real databases for tests: a SQLite file always, a PostgreSQL database of its own when a server answers."""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import migrations
from app.core.db import make_engine

SERVER = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
KEPT = ExitStack()  # what lasts as long as the process; tests end it themselves, as their processes end abruptly
atexit.register(KEPT.close)
REQUIRED = os.environ.get("CI") == "true"


def postgres_answers() -> bool:
    """Tell whether the test server answers; with CI=true its absence is an error, never a skip."""
    try:
        with psycopg.connect(SERVER, connect_timeout=3):
            return True
    except psycopg.OperationalError as error:
        if REQUIRED:
            raise RuntimeError(f"CI=true needs PostgreSQL at TEST_POSTGRES_URL: {error}") from error
        return False


@contextmanager
def fresh_database(kind: str, folder: Path, *, like: str = "template1") -> Iterator[str]:
    """Make a database of `kind` (sqlite or postgresql), yield its address, remove it afterwards.

    It is empty, or on PostgreSQL a copy of the database `like`.
    """
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{secrets.token_hex(4)}.sqlite'}"
        return
    name = f"rendezvous_test_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        try:
            # Compiling a query takes longer than any test's few rows, and no test cuts the server's power.
            server.execute(f'ALTER DATABASE "{name}" SET jit = off')
            server.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
            yield SERVER.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def empty_tables(kind: str, folder: Path) -> Iterator[str]:
    """Make a database of `kind` with all tables and nothing in them, yield its address, remove it afterwards."""
    if kind == "sqlite":
        with fresh_database(kind, folder) as url:
            shutil.copy(migrated("sqlite").removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
            yield url
        return
    with fresh_database(kind, folder, like=migrated(kind).rpartition("/")[2]) as url:
        yield url


@cache
def migrated(kind: str) -> str:
    """Return the address of a database that this process has taken through all migrations once, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="rendezvous-tables-"))
    KEPT.callback(shutil.rmtree, folder, ignore_errors=True)
    url = KEPT.enter_context(fresh_database(kind, folder))
    engine = make_engine(url, durable=False)
    migrations.upgrade(engine)
    if kind == "sqlite":
        with engine.connect() as connection:
            connection.rollback()
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return url


def everything_stored(session: Session) -> str:
    """Return all rows of every table as text."""
    tables = session.scalars(
        text(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if session.get_bind().dialect.name == "sqlite"
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
    ).all()
    return "\n".join(str(row) for table in tables for row in session.execute(text(f'SELECT * FROM "{table}"')))
