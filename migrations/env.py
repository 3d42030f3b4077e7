"""Runs migrations on the database that the settings name, or on a connection handed over by a caller."""

from alembic import context
from sqlalchemy import Connection, text

import app.wiring  # noqa: F401 - puts every room's tables on Base.metadata
from app.config import read_settings
from app.core.db import Base, make_engine
from app.directory.index_models import is_full_text

LOCK_KEY = 7_251_903  # any fixed number: two deployments must not migrate at once


def run(connection: Connection) -> None:
    """Apply the scripts in one transaction each, one process at a time."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=lambda name, kind, parents: not is_full_text(kind, name, parents.get("table_name")),
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '4s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_KEY})"))
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    engine = make_engine(read_settings().database_url)
    with engine.connect() as opened:
        run(opened)
    engine.dispose()
