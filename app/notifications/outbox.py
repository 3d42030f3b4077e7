"""The outbox: what must happen after a transaction, kept in that transaction.

A service queues a message; a worker takes it after commit and hands it to its handler. A message is
delivered at least once; handlers make repeats harmless. What fails too often is parked for a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Job:
    """A message being handled."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]


Handler = Callable[[Job], None]
handlers: dict[str, Handler] = {}


def queue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
) -> UUID:
    """Queue a message of `kind` in the caller's transaction; it is handled after commit, or at `run_at`."""
    raise LookupError("The outbox is being built.")
