"""What a screening case can be, what can happen to it, and why people decide as they do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands. Only CLEARED lets its subject go on."""

    OPEN = "open"
    NEEDS_INFORMATION = "needs_information"
    CLEARED = "cleared"
    CONFIRMED_MATCH = "confirmed_match"


class CaseEvent(StrEnum):
    """What moves a case."""

    ASK = "ask"
    ANSWER = "answer"
    CLEAR = "clear"
    CONFIRM = "confirm"
    REOPEN = "reopen"


TRANSITIONS: Mapping[tuple[CaseState, CaseEvent], CaseState] = {
    (CaseState.OPEN, CaseEvent.ASK): CaseState.NEEDS_INFORMATION,
    (CaseState.OPEN, CaseEvent.CLEAR): CaseState.CLEARED,
    (CaseState.OPEN, CaseEvent.CONFIRM): CaseState.CONFIRMED_MATCH,
    (CaseState.NEEDS_INFORMATION, CaseEvent.ANSWER): CaseState.OPEN,
    (CaseState.CLEARED, CaseEvent.REOPEN): CaseState.OPEN,
    (CaseState.CONFIRMED_MATCH, CaseEvent.REOPEN): CaseState.OPEN,
}

CLOSED = frozenset({CaseState.CLEARED, CaseState.CONFIRMED_MATCH})
TWO_PEOPLE = frozenset({CaseEvent.CLEAR, CaseEvent.CONFIRM})

EVENT_LABELS: dict[CaseEvent, str] = {
    CaseEvent.ASK: "Ask for more information",
    CaseEvent.ANSWER: "Information has come, go on",
    CaseEvent.CLEAR: "Clear: not the listed party",
    CaseEvent.CONFIRM: "Confirm: this is the listed party",
    CaseEvent.REOPEN: "Reopen",
}

STATE_TONES: dict[CaseState, str] = {
    CaseState.OPEN: "info",
    CaseState.NEEDS_INFORMATION: "warn",
    CaseState.CLEARED: "good",
    CaseState.CONFIRMED_MATCH: "bad",
}


class NameKind(StrEnum):
    """What a screened name names; vessels stand on the list too."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"


@dataclass(frozen=True, slots=True)
class NameToScreen:
    """A name to compare with the list. `country` is two letters or empty, `birth_year` None when not known."""

    name: str
    kind: NameKind
    country: str = ""
    birth_year: int | None = None


class DecisionReason(StrEnum):
    """The common grounds of a decision; words of one's own are added to it."""

    BIRTH_DATE_DIFFERS = "birth_date_differs"
    COUNTRY_DIFFERS = "country_differs"
    NAME_ONLY_ALIKE = "name_only_alike"
    OTHER_ORGANIZATION = "other_organization"
    DOCUMENTS_SEEN = "documents_seen"
    SAME_PARTY = "same_party"
    FACTS_MISSING = "facts_missing"
    NEW_INFORMATION = "new_information"


REASON_LABELS: dict[DecisionReason, str] = {
    DecisionReason.BIRTH_DATE_DIFFERS: "The date of birth differs",
    DecisionReason.COUNTRY_DIFFERS: "Country or address differ",
    DecisionReason.NAME_ONLY_ALIKE: "Only part of the name is alike",
    DecisionReason.OTHER_ORGANIZATION: "Another organization of a similar name",
    DecisionReason.DOCUMENTS_SEEN: "Documents were seen",
    DecisionReason.SAME_PARTY: "Name and facts agree with the listed party",
    DecisionReason.FACTS_MISSING: "A fact is missing to tell them apart",
    DecisionReason.NEW_INFORMATION: "New information has come",
}
