"""Plain values (TOML, JSON, a form) read one by one; what is wrong is kept with the field it stands in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be used, and the field it stands in."""

    field: str
    message: str


class UnfitSettings(ValueError):
    """The values do not describe a summit; `faults` names every one of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{f.field}: {f.message}" for f in faults))
        self.faults = faults


class Reader:
    """Reads values one by one and keeps what is wrong instead of stopping at the first."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.faults: list[Fault] = []

    def text(self, name: str, longest: int, *, needed: bool = True) -> str:
        value = self.content.get(name, "")
        if not isinstance(value, str) or len(value) > longest or (needed and not value.strip()):
            self.fault(name, f"Write a text of at most {longest} characters.")
            return ""
        return value.strip()

    def zone(self, name: str) -> str:
        value = self.text(name, 60)
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            self.fault(name, f"{value!r} is not a time zone. Use a name such as America/New_York.")
        return value

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int:
        value = self.content.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fault(name, f"Use a whole number from {least} to {most}.")
            return least
        return value

    def one(self, name: str, read: Callable[[Any], T], otherwise: D) -> T | D:
        try:
            return read(self.content[name])
        except (KeyError, ValueError, TypeError) as error:
            self.fault(name, f"This is missing. {_hint(read)}" if isinstance(error, KeyError) else _said(error, read))
            return otherwise

    def perhaps(self, name: str, read: Callable[[Any], T]) -> T | None:
        """Read a value that may be left out or empty."""
        return self.one(name, read, None) if self.content.get(name) else None

    def each(self, name: str, read: Callable[[Any], T]) -> list[T]:
        values = self.content.get(name, [])
        if not isinstance(values, (list, tuple)):
            self.fault(name, "Use a list.")
            return []
        found = []
        for position, value in enumerate(values, start=1):
            try:
                found.append(read(value))
            except (KeyError, ValueError, TypeError) as error:
                missing = f"{error.args[0]} is missing." if isinstance(error, KeyError) else _said(error, read)
                self.fault(name, f"Item {position}: {missing}")
        return found

    def refuse_strangers(self, known: Iterable[str]) -> None:
        for name in sorted(set(self.content) - set(known)):
            self.fault(name, "There is no such setting.")

    def fault(self, name: str, message: str) -> None:
        """Keep what is wrong with a field."""
        self.faults.append(Fault(name, message))


def _said(error: Exception, read: Callable[[Any], Any]) -> str:
    return str(error) if str(error).endswith(".") else _hint(read)


def _hint(read: Callable[..., Any]) -> str:
    if read is as_day:
        return "Use a date such as 2027-05-04."
    return "Use a time such as 09:30." if read is as_time else "Use one of the listed values."


def as_day(value: Any) -> date:
    """Return a day given as one or as a text such as 2027-05-04."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value))


def as_time(value: Any) -> time:
    """Return a time of day given as one or as a text such as 09:30."""
    return value if isinstance(value, time) else time.fromisoformat(str(value))


def as_cents(value: Any) -> int:
    """Return a whole number from 0 to a hundred million: a sum in cents, or how many there are."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100_000_000:
        raise ValueError("Use a whole number from 0 to 100000000.")
    return value


def as_whole(value: Any) -> int:
    """Return a whole number from 0 to a million."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1_000_000:
        raise ValueError("Use a whole number.")
    return value
