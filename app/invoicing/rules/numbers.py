"""Numbers of papers and references of payments."""

import re

from app.invoicing.states import PREFIXES, PaperKind

NUMBER_IN_TEXT = re.compile(r"\bINV[\s./_-]*(20\d\d)[\s./_-]*0*(\d{1,6})(?!\d)", re.IGNORECASE)
REFERENCE_IN_TEXT = re.compile(r"RF(?:[\s.-]*[0-9]){2}(?:[\s.-]*[0-9A-Z]){1,21}", re.IGNORECASE)
SHORTEST = 5


def paper_number(kind: PaperKind, year: int, sequence: int) -> str:
    """Return the number of a paper, as `INV-2027-000123`."""
    return f"{PREFIXES[kind]}-{year}-{sequence:06d}"


def creditor_reference(body: str) -> str:
    """Return the ISO 11649 reference `RF` + two check digits + `body` (1 to 21 letters and digits).

    Check digits as ISO 7064 MOD 97-10 gives them, so that a mistyped reference is noticed. Raises ValueError.
    """
    plain = body.upper()
    if not re.fullmatch(r"[0-9A-Z]{1,21}", plain):
        raise ValueError("A creditor reference has 1 to 21 letters and digits.")
    return f"RF{98 - _remainder(plain + 'RF00'):02d}{plain}"


def is_reference(text: str) -> bool:
    """Tell whether a compact text is a creditor reference with the right check digits."""
    if not re.fullmatch(r"RF\d\d[0-9A-Z]{1,21}", text):
        return False
    return _remainder(text[4:] + text[:4]) == 1


def _remainder(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97


def spaced(reference: str) -> str:
    """Return a reference in groups of four, as people read it."""
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def references_in(text: str) -> list[str]:
    """Return the creditor references that a text contains, in order; spaces, dots and case do not matter.

    What follows a reference may look like part of it, so every reading whose check digits are right is one, the
    longest first; which of them was ever given is for the papers to say.
    """
    found: list[str] = []
    for match in REFERENCE_IN_TEXT.finditer(text):
        compact = re.sub(r"[\s.-]", "", match[0]).upper()
        readings = (compact[:length] for length in range(len(compact), SHORTEST - 1, -1))
        found += [reading for reading in readings if is_reference(reading)]
    return list(dict.fromkeys(found))


def numbers_in(text: str) -> list[str]:
    """Return the numbers of invoices that a text contains, written in whatever way."""
    found = (paper_number(PaperKind.INVOICE, int(year), int(rest)) for year, rest in NUMBER_IN_TEXT.findall(text))
    return list(dict.fromkeys(found))
