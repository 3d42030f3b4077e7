"""Checks of single values and of the parts of structured fields; each raises ValueError with what to do."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from app.core.money import BAND_SCALE, AmountBand
from app.directory.rules.text import is_partial_date, tidy
from app.directory.states import Sought

LONGEST_LINE = 200
LONGEST_TEXT = 4000
MOST_SOURCES = 20
MOST_ROWS = 30
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")

Check = Callable[[Any], Any]


def line(value: Any, longest: int = LONGEST_LINE) -> str:
    """Return one line of text without needless blanks."""
    words = " ".join(tidy(str(value or "")).split())
    if len(words) > longest:
        raise ValueError(f"use at most {longest} characters.")
    return words


def needed(value: Any) -> str:
    """Return one line of text that is not empty."""
    if not (words := line(value)):
        raise ValueError("this must not be empty.")
    return words


def text(value: Any) -> str:
    """Return a text of several lines."""
    words = tidy(str(value or ""))
    if len(words) > LONGEST_TEXT:
        raise ValueError(f"use at most {LONGEST_TEXT:,} characters.")
    return words


def code(value: Any) -> str:
    """Return a code of two letters in capitals, or nothing."""
    words = str(value).strip().upper()
    if words and not re.fullmatch(r"[A-Z]{2}", words):
        raise ValueError("use the code of two letters.")
    return words


def address(value: Any) -> str:
    """Return an e-mail address in small letters, or nothing."""
    words = line(value, 254).lower()
    if words and not ADDRESS.fullmatch(words):
        raise ValueError("enter an e-mail address like name@example.org.")
    return words


def source(value: Any) -> str:
    """Return a web address, with words after it if there are any."""
    words = tidy(str(value))
    if len(words) > 1000 or urlsplit(words).scheme not in ("http", "https") or not urlsplit(words).hostname:
        raise ValueError("enter addresses that begin with https://, one a line.")
    return words


def partial_date(value: Any) -> str:
    """Return a day, a month, a year, or nothing."""
    words = str(value or "").strip()
    if words and not is_partial_date(words):
        raise ValueError(f"{words[:20]!r} is no date. Write 2028, 2028-03 or 2028-03-14.")
    return words


def one_of(kind: type[StrEnum]) -> Check:
    """Return a check for one value of a vocabulary."""

    def check(value: Any) -> str:
        if value not in list(kind):
            raise ValueError("choose one of the list.")
        return str(value)

    return check


def one_or_none_of(kind: type[StrEnum]) -> Check:
    """Return a check for one value of a vocabulary, or nothing said."""
    chosen = one_of(kind)
    return lambda value: chosen(value) if value else ""


def some_of(kind: type[StrEnum]) -> Check:
    """Return a check for several values of a vocabulary, kept in its order."""

    def check(value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or any(item not in list(kind) for item in value):
            raise ValueError("choose from the list.")
        return [member.value for member in kind if member in value]

    return check


def list_of(check_one: Check, most: int) -> Check:
    """Return a check for a list without repeats; what is empty is left out."""

    def check(value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or len(value) > most:
            raise ValueError(f"give at most {most}.")
        return list(dict.fromkeys(found for item in value if (found := check_one(item))))

    return check


def number(least: float, most: float, words: str, kind: type[int] | type[float]) -> Check:
    """Return a check for a number within bounds, or nothing said."""

    def check(value: Any) -> int | float | None:
        if value in (None, ""):
            return None
        try:
            found = kind(str(value).strip())
        except (ValueError, OverflowError):
            raise ValueError(f"enter {words}.") from None
        if not least <= found <= most:
            raise ValueError(f"enter {words}, between {least:,} and {most:,}.")
        return found

    return check


def rows(check_one: Callable[[Mapping[str, Any]], dict[str, Any] | None]) -> Check:
    """Return a check for the rows of a structured field; what says nothing is left out, faults name their rows."""

    def check(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list | tuple) or len(value) > MOST_ROWS:
            raise ValueError(f"give at most {MOST_ROWS} rows.")
        kept, faults = [], []
        for place, row in enumerate(value, start=1):
            try:
                found = check_one(row) if isinstance(row, Mapping) else None
            except ValueError as fault:
                faults.append(f"row {place}: {fault}")
                continue
            if found is not None:
                kept.append(found)
        if faults:
            raise ValueError(" ".join(faults))
        return kept

    return check


def _partner(row: Mapping[str, Any]) -> dict[str, Any] | None:
    countries = row.get("countries") or []
    listed = re.split(r"[\s,;/]+", countries) if isinstance(countries, str) else list(countries)
    found = {
        "name": line(row.get("name")), "countries": [known for each in listed if (known := code(each))],
        "role": line(row.get("role")),
    }  # fmt: skip
    return _named(found)


def _milestone(row: Mapping[str, Any]) -> dict[str, Any] | None:
    found = {
        "id": line(row.get("id"), 40), "name": line(row.get("name")), "due": partial_date(row.get("due")),
        "done": partial_date(row.get("done")), "earlier": [],
    }  # fmt: skip
    return _named(found, ignoring=("id",))


def _contact(row: Mapping[str, Any]) -> dict[str, Any] | None:
    found = {"name": line(row.get("name")), "role": line(row.get("role")), "email": address(row.get("email"))}
    if found["email"] and not found["name"]:
        raise ValueError("name the person or the desk behind the address.")
    return _named(found)


def _named(found: dict[str, Any], ignoring: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """Return a row that has a name, None for one that says nothing at all. Raises ValueError for one in between."""
    if not any(value for part, value in found.items() if part not in ignoring):
        return None
    if not found["name"]:
        raise ValueError("give it a name, or empty the row.")
    return found


def _fact(row: Mapping[str, Any]) -> dict[str, Any] | None:
    found = {
        "fact": line(row.get("fact"), 600), "source": line(row.get("source"), 600),
        "as_of": partial_date(row.get("as_of")),
    }  # fmt: skip
    if not any(found.values()):
        return None
    if not found["fact"]:
        raise ValueError("say the fact itself, or empty the row.")
    return found


def _sought(row: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = row.get("kind")
    if not kind:
        return None
    if kind not in list(Sought):
        raise ValueError("choose one of the list.")
    band, currency = row.get("band") or None, line(row.get("currency"), 3).upper()
    if band is not None and band not in list(AmountBand):
        raise ValueError("choose one of the bands.")
    if currency and currency not in BAND_SCALE:
        raise ValueError(f"{currency!r} is not a currency that amounts are given in: {', '.join(BAND_SCALE)}.")
    return {
        "kind": str(kind), "band": str(band) if band else None, "currency": currency or ("USD" if band else ""),
        "instrument": line(row.get("instrument")), "terms": line(row.get("terms"), 600),
    }  # fmt: skip


def seeking(value: Any) -> list[dict[str, Any]]:
    """Return what is sought, each kind once, in the order of the schema."""
    found: dict[str, dict[str, Any]] = {row["kind"]: row for row in rows(_sought)(value)}
    return [found[kind.value] for kind in Sought if kind.value in found]


def milestones(value: Any) -> list[dict[str, Any]]:
    """Return milestones, each with an id by which a later version finds it again."""
    found: list[dict[str, Any]] = rows(_milestone)(value)
    taken = {row["id"] for row in found}
    free = (str(count) for count in range(1, 10_000) if str(count) not in taken)
    seen: set[str] = set()
    for row in found:
        if not row["id"] or row["id"] in seen:
            row["id"] = next(free)
        seen.add(row["id"])
    return found


partners = rows(_partner)
funding_facts = rows(_fact)
contacts = rows(_contact)
