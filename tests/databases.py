"""Real databases for tests: a SQLite file always, a PostgreSQL database of its own when a server answers."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

SERVER = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
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
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """Make an empty database of `kind` (sqlite or postgresql), yield its address, remove it afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{secrets.token_hex(4)}.sqlite'}"
        return
    name = f"rendezvous_test_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield SERVER.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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
