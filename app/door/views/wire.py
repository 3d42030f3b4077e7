"""Reading what a device sends, piece by piece; whatever is wrong is answered with a sentence that names it."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from app.core.errors import InvalidInput

MOST_BYTES = 256 * 1024
E = TypeVar("E", bound=StrEnum)


def body() -> dict[str, Any]:
    """Return the JSON object of this request. Answers 413, 415 or 422 for anything else."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    request.max_content_length = MOST_BYTES
    try:
        found = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise InvalidInput("The body must be JSON in UTF-8.") from None
    if not isinstance(found, dict):
        raise InvalidInput("The body must be a JSON object.")
    return found


def text(of: dict[str, Any], name: str, *, most: int, default: str | None = None, where: str = "") -> str:
    """Return a text of at most `most` characters; without `default` it must be there."""
    value = of.get(name, default)
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise InvalidInput(f"{where}{name} must be a text of at most {most} characters, without control characters.")
    return value


def whole(of: dict[str, Any], name: str, *, most: int, default: int) -> int:
    """Return a whole number from 0 to `most`."""
    value = of.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise InvalidInput(f"{name} must be a whole number from 0 to {most}.")
    return value


def uuid(of: dict[str, Any], name: str, *, where: str = "", required: bool = True) -> UUID | None:
    """Return a UUID, None when it need not be there and is not."""
    value = of.get(name)
    if value is None and not required:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInput(f"{where}{name} must be a UUID.") from None


def moment(of: dict[str, Any], name: str, *, where: str = "") -> datetime:
    """Return a moment in UTC, given as ISO 8601 with a zone."""
    value = of.get(name)
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    raise InvalidInput(f"{where}{name} must be a time as ISO 8601 with a zone, like 2027-05-04T13:05:09Z.")


def choice(of: dict[str, Any], name: str, members: type[E], *, default: E | None, where: str = "") -> E | None:
    """Return one of `members`, `default` when nothing is said."""
    value = of.get(name)
    if value is None:
        return default
    if isinstance(value, str) and value in list(members):
        return members(value)
    raise InvalidInput(f"{where}{name} must be one of {', '.join(members)}.")


def rows(of: dict[str, Any], name: str, *, most: int) -> list[dict[str, Any]]:
    """Return a list of at most `most` objects."""
    value = of.get(name)
    if not isinstance(value, list) or len(value) > most or not all(isinstance(row, dict) for row in value):
        raise InvalidInput(f"{name} must be a list of at most {most} objects.")
    return value
