"""New identifiers: random UUIDs, or a repeatable sequence while a rehearsal plays."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from uuid import UUID, uuid4

_sequence: ContextVar[Random | None] = ContextVar("id_sequence", default=None)


def new_id() -> UUID:
    """Return a random version 4 UUID; inside `repeatable` the same seed gives the same ones."""
    source = _sequence.get()
    return uuid4() if source is None else UUID(int=source.getrandbits(128), version=4)


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Draw identifiers from a seeded sequence. For rehearsals and tests: such ids can be guessed."""
    token = _sequence.set(Random(seed))  # noqa: S311 - repeatable on purpose
    try:
        yield
    finally:
        _sequence.reset(token)
