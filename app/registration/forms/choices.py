"""Lists to choose from."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms.fields.choices import SelectChoice


def choices(pairs: Mapping[Any, str] | Iterable[tuple[str, str]], *, blank: str | None = None) -> list[SelectChoice]:
    """Return values and their words as a field takes them, after an empty one named `blank` if given."""
    listed = pairs.items() if isinstance(pairs, Mapping) else pairs
    first = [] if blank is None else [SelectChoice("", blank)]
    return first + [SelectChoice(str(value), words) for value, words in listed]
