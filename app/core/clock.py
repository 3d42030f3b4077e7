"""The one source of the present time, so that tests and rehearsals can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the present moment in UTC."""
    at = _set.get()
    return datetime.now(UTC) if at is None else at


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Hold the clock at `at`, which must carry a zone. Move it on with `advance`."""
    if at.tzinfo is None:
        raise ValueError("The clock takes a time with a zone.")
    token = _set.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)


def advance(by: timedelta) -> datetime:
    """Move a stopped clock forward and return the new time. Raises RuntimeError if it runs free."""
    at = _set.get()
    if at is None:
        raise RuntimeError("Only a stopped clock can be moved.")
    _set.set(at + by)
    return at + by
