"""How words are kept and compared, and the key that an entry's address is made of."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from anyascii import anyascii

RESERVED_KEYS = frozenset(
    {"claims", "mine", "new", "reviews", "compare", "feed", "for-us", "held", "map", "saved", "suggest", "timeline"}
)
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A day, a month or a year, as sources give them.
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def tidy(text: str) -> str:
    """Return what a person typed without characters that no text holds, and without blanks around it."""
    return CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def plain(text: str) -> str:
    """Return `text` as search compares it: without case, accents or double spaces."""
    return " ".join(anyascii(tidy(text)).casefold().split())


def slug(name: str, taken: Iterable[str] = ()) -> str:
    """Return a free key made of a name: "Haven-1 Lab" becomes "haven-1-lab", or "haven-1-lab-2" if that is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:70].strip("-") or "entry"
    unusable = {*taken, *RESERVED_KEYS}
    numbered = (f"{base}-{number}" for number in range(2, len(unusable) + 3))
    return base if base not in unusable else next(key for key in numbered if key not in unusable)


def worded(labels: Mapping[Any, str]) -> dict[str, str]:
    """Return labels by stored value, from labels by enum member: for forms and for reading stored content."""
    return {member.value: words for member, words in labels.items()}


def is_partial_date(text: str) -> bool:
    """Tell whether `text` is a day, month or year like 2026-02-12, 2026-02 or 2026."""
    if not PARTIAL_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def as_of_words(as_of: str) -> str:
    """Return "12 February 2026", "February 2026", "2026" or "a date not given"."""
    parts = [int(part) for part in as_of.split("-") if part]
    if len(parts) == 3:
        day = date(parts[0], parts[1], parts[2])
        return f"{day.day} {day:%B %Y}"
    if len(parts) == 2:
        return f"{date(parts[0], parts[1], 1):%B %Y}"
    return as_of or "a date not given"


def standing(*, confirmed: bool, as_of: str) -> str:
    """Return the sentence that says whose words an entry holds."""
    when = f"{'in' if len(as_of) in (4, 7) else 'on'} {as_of_words(as_of)}"
    return f"Confirmed by the company {when}" if confirmed else f"As reported {when}, not confirmed by the company"
