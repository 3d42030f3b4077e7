"""Settings written as TOML, as `read_summit` reads them: to keep, to review, to set up the next summit from."""

import json
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from app.registration.rules.summit import SummitSettings

NOTE = "# Days and times of day are the venue's; prices are in the smallest unit of their currency (cents).\n"


def to_toml(settings: SummitSettings, *, key: str) -> str:
    """Return a file that `summit configure` reads; what is not set is left out."""
    lines = [f"key = {_value(key)}"]
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        if value is not None:
            lines.append(f"{setting.name} = {_value(value)}")
    return NOTE + "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (StrEnum, str)):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _list(value)
    return _table(value) if is_dataclass(value) else str(value)


def _list(items: tuple[Any, ...]) -> str:
    if not items or not is_dataclass(items[0]):
        return f"[{', '.join(map(_value, items))}]"
    return "[\n" + "".join(f"    {_value(item)},\n" for item in items) + "]"


def _table(item: Any) -> str:
    pairs = [(part.name, getattr(item, part.name)) for part in fields(item)]
    return "{ " + ", ".join(f"{name} = {_value(value)}" for name, value in pairs if value is not None) + " }"
