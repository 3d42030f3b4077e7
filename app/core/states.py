"""State machines are tables; what is not in the table is refused, aloud."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from app.core.errors import TransitionRefused

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def words(value: StrEnum) -> str:
    """Return a state or event as people read it: `needs_information` becomes `needs information`."""
    return value.value.replace("_", " ")


def advance(table: Mapping[tuple[S, E], S], state: S, event: E, *, thing: str) -> S:
    """Return the state that `event` leads to. Raises TransitionRefused for a move not in the table."""
    try:
        return table[state, event]
    except KeyError:
        raise TransitionRefused(
            f"This {thing} is {words(state)}, so '{words(event)}' is not possible now. "
            "Reload the page to see what can be done."
        ) from None
