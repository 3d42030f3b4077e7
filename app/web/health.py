"""Whether this process can serve: tables at the code's migration, database answering, folder writable."""

import os
import time
from functools import lru_cache
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.core import logs, migrations

SLOW_SECONDS = 0.2


def is_ready(engine: Engine, folder: Path, *, unmigrated_is_fine: bool) -> bool:
    """Tell whether requests can be served; what is missing goes to the log, not to the caller.

    `unmigrated_is_fine` is for tests, whose tables are made without migrations.
    """
    began = time.perf_counter()
    missing = [name for name, fine in _checks(engine, folder, unmigrated_is_fine).items() if not fine]
    took = time.perf_counter() - began
    if missing or took > SLOW_SECONDS:
        logs.log().warning("readiness", missing=missing, ms=round(took * 1000))
    return not missing


def _checks(engine: Engine, folder: Path, unmigrated_is_fine: bool) -> dict[str, bool]:
    return {"folder": os.access(folder, os.W_OK), "database": _is_migrated(engine, unmigrated_is_fine)}


def _is_migrated(engine: Engine, unmigrated_is_fine: bool) -> bool:
    try:
        at = migrations.current(engine)
        return at == _head() or (at is None and unmigrated_is_fine)
    except (SQLAlchemyError, CommandError):
        return False


@lru_cache(maxsize=1)
def _head() -> str | None:
    return migrations.head()
