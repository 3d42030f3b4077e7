"""Reading the whole database as it was at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.core.db import Database


@contextmanager
def snapshot() -> Iterator[Session]:
    """Open a session that sees one moment, whoever writes meanwhile, for as long as it takes; nothing is kept."""
    database: Database = current_app.extensions["database"]
    with database.sessions() as session:
        bind = session.get_bind()
        # SQLite holds one moment for every transaction; PostgreSQL does when asked before the first statement.
        if isinstance(bind, Engine) and bind.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            session.execute(text("SET LOCAL statement_timeout = 0"))
        yield session
