"""Invitation letters: their numbers and check codes, what stands in them, what strangers may learn."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

PASSPORT_KEPT = timedelta(days=30)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without those that are taken for others (Crockford's)."""
CODE_LENGTH = 12
PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
VISA_FREE = frozenset({"US"})


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited, as their passport says it, and where they ask for the visa."""

    name: str
    nationality: str
    passport: str
    consulate: str


def number_of(summit_key: str, serial: int) -> str:
    """Return for example `VL-LEO-2027-0007`."""
    return f"VL-{summit_key.upper()}-{serial:04d}"


def shown_code(code: str) -> str:
    """Return a check code in groups of four, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed_code(text: str) -> str:
    """Return the check code that somebody typed, whatever they wrote between or mistook."""
    kept = re.sub(r"[\s-]", "", text.upper())[: CODE_LENGTH + 1]
    return kept.translate(str.maketrans("OIL", "011"))


def typed_number(text: str) -> str:
    """Return the number that somebody typed, without spaces and in capitals."""
    return re.sub(r"\s", "", text.upper())[:80]


def typed_passport(text: str) -> str:
    """Return a passport number without spaces and hyphens. Raises ValueError when it cannot be one."""
    kept = re.sub(r"[\s-]", "", text.upper())
    if not PASSPORT.fullmatch(kept):
        raise ValueError("A passport number has 5 to 20 letters and digits.")
    return kept


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names have the same words, whatever their order, capitals, accents and hyphens."""
    return _words(one) == _words(other)


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in "'\u2019")
    return sorted(re.findall(r"\w+", bare))


def initials(name: str) -> str:
    """Return for example `N. H.`: enough to compare with a letter in hand, too little to look somebody up."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def days_in_words(days: Sequence[date]) -> str:
    """Return for example `from 26 to 27 January 2027`, or `on 26 January 2027`."""
    first, last = min(days), max(days)
    if first == last:
        return f"on {last.day} {last:%B %Y}"
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"from {first.day}{month}{year} to {last.day} {last:%B %Y}"


def letter_facts(
    invited: Invited, *, number: str, version: int, code: str, address: str, qr: str, summit: str, venue: str,
    days: Sequence[date], dated: date, host: str, signatory: str, signatory_title: str, nationality: str,
    organization: str, comes_as: str, contact: str,
) -> dict[str, Any]:  # fmt: skip
    """Return what the template of the letter reads."""
    return {
        "number": number, "version": version, "code": shown_code(code), "address": address, "qr": qr,
        "summit": summit, "venue": venue, "days": days_in_words(days), "dated": f"{dated.day} {dated:%B %Y}",
        "host": host, "signatory": signatory or f"For the organizers of the {summit}",
        "signatory_title": signatory_title, "name": invited.name, "country": invited.nationality,
        "nationality": nationality, "passport": invited.passport, "consulate": invited.consulate,
        "organization": organization, "comes_as": comes_as, "contact": contact,
    }  # fmt: skip
