"""The attestation: who hands something in says that nothing controlled is in it, each time, in words that are kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.errors import InvalidInput
from app.documents.rules.markings import marks_in_text
from app.documents.states import ATTESTED, Handling, Purpose

TEXTS: dict[str, str] = {
    "2026-11": "I looked through it. It holds no classified or controlled unclassified information (CUI) and no "
    "technical data controlled under the ITAR or the EAR, and I may share it here.",
}
VERSION = "2026-11"
LONG_TEXT = 500
MAY_ENTER = frozenset({Handling.PUBLIC, Handling.BUSINESS_CONFIDENTIAL})


@dataclass(frozen=True, slots=True)
class Attested:
    """Who attested which version of the text, when, and what they said the information is."""

    by: UUID
    at: datetime
    version: str
    handling: Handling


class NotAttested(InvalidInput):
    """Something was handed in without the attestation, or with an old one."""

    code = "not_attested"


class MayNotEnter(InvalidInput):
    """Something was called controlled, or nobody was sure; it stays outside."""

    code = "may_not_enter"


def require_attested(attested: Attested | None, *, ask: str) -> Attested:
    """Return the attestation if what it speaks of may enter. Raises NotAttested and MayNotEnter.

    `ask` is the address of who helps with export questions.
    """
    if attested is None:
        raise NotAttested(
            "Tick the statement that nothing controlled is in it, and say what kind of information it is."
        )
    if attested.version != VERSION:
        raise NotAttested("The statement has changed since you opened the page. Read it and tick it again.")
    if attested.handling is Handling.UNSURE:
        raise MayNotEnter(
            "Nothing was kept. While you are not sure, do not send it: ask your company's export control officer "
            f"first, or describe it in general words, without the data itself, to the export desk at {ask}."
        )
    if attested.handling is Handling.CONTROLLED:
        raise MayNotEnter(
            "Nothing was kept. Controlled information must not enter this platform in any form. Ask your company's "
            f"export control officer how it may be shared, or write to the export desk at {ask} without attaching it."
        )
    return attested


def require_attested_text(text: str, attested: Attested | None, *, ask: str, longer_than: int = LONG_TEXT) -> None:
    """Refuse a text that carries a marking, and a long one without attestation. Raises NotAttested and MayNotEnter.

    A text is not quarantined as files are: it is refused while its writer can still mend it.
    """
    if found := marks_in_text(text):
        raise MayNotEnter(
            f"This text carries what looks like a marking of controlled information ({found[0].words}). Nothing was "
            f"kept. If it is controlled it must not be written here; if it is not, write it differently or ask {ask}."
        )
    if len(text) > longer_than:
        require_attested(attested, ask=ask)


def needs_attestation(purpose: Purpose) -> bool:
    """Tell whether files for this purpose are taken only with an attestation."""
    return purpose in ATTESTED
