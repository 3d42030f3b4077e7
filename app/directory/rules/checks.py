"""What a company may write into its entry, field by field: pure checks that refuse with the field's name."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import InvalidInput
from app.core.money import AmountBand
from app.directory.rules import LABELS, REPORTED, tidy
from app.directory.states import Category, StageGroup
from app.regulatory.states import Opening, Participation

LONGEST_LINE = 200
LONGEST_TEXT = 4000
MOST_SOURCES = 20


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as they are kept. Raises InvalidInput for one nobody may write or a value that is none."""
    clean: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in CHECKS:
            raise InvalidInput(f"{LABELS.get(name, name)} cannot be changed here.")
        try:
            clean[name] = CHECKS[name](value)
        except ValueError as fault:
            raise InvalidInput(f"{LABELS[name]}: {fault}") from None
    return clean


def _line(value: Any) -> str:
    text = " ".join(tidy(str(value)).split())
    if len(text) > LONGEST_LINE:
        raise ValueError(f"use at most {LONGEST_LINE} characters.")
    return text


def _needed(value: Any) -> str:
    if not (text := _line(value)):
        raise ValueError("this must not be empty.")
    return text


def _text(value: Any) -> str:
    text = tidy(str(value))
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"use at most {LONGEST_TEXT:,} characters.")
    return text


def _code(value: Any) -> str:
    text = str(value).strip().upper()
    if text and not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError("use the code of two letters.")
    return text


def _address(value: Any) -> str:
    text = _line(value).lower()
    if text and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", text):
        raise ValueError("enter an e-mail address like name@example.org.")
    return text


def _source(value: Any) -> str:
    text = _line(value) if len(str(value)) <= LONGEST_LINE else tidy(str(value))
    if len(text) > 1000 or urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname:
        raise ValueError("enter addresses that begin with https://, one a line.")
    return text


def _one_of(kind: type[Category] | type[StageGroup]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in list(kind):
            raise ValueError("choose one of the list.")
        return str(value)

    return check


def _band(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if value not in list(AmountBand):
        raise ValueError("choose one of the list.")
    return str(value)


def _some_of(kind: type[Opening] | type[Participation]) -> Callable[[Any], list[str]]:
    def check(value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or any(item not in list(kind) for item in value):
            raise ValueError("choose from the list.")
        return [member.value for member in kind if member in value]

    return check


def _list_of(check_one: Callable[[Any], str], most: int) -> Callable[[Any], list[str]]:
    def check(value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or len(value) > most:
            raise ValueError(f"give at most {most}.")
        return list(dict.fromkeys(text for item in value if (text := check_one(item))))

    return check


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _needed,
    "lead_company": _needed,
    "us_state": _code,
    "category": _one_of(Category),
    "summary": _text,
    "stage": _text,
    "stage_group": _one_of(StageGroup),
    "target_first_launch": _text,
    "partners": _text,
    "partner_countries": _list_of(_code, 60),
    "funding_facts": _text,
    "foreign_participation": _text,
    "openings": _some_of(Opening),
    "sources": _list_of(_source, MOST_SOURCES),
    "sought_kinds": _some_of(Participation),
    "sought_band": _band,
    "contact_name": _line,
    "contact_email": _address,
}
EDITABLE = tuple(CHECKS)
# Reported facts that a company can take over as they are; the rest of a report is about the report itself.
PROPOSABLE = tuple(name for name in REPORTED if name in CHECKS and name not in ("summary", "stage_group"))
