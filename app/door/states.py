"""The closed lists of this room."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way somebody passes a gate."""

    IN = "in"
    OUT = "out"


class Standing(StrEnum):
    """Whether a badge counts, whoever is inside."""

    GOOD = "good"
    NOT_CONFIRMED = "not_confirmed"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


class ScanResult(StrEnum):
    """What a gate was told, and what the record says."""

    ADMITTED = "admitted"
    ALREADY_INSIDE = "already_inside"
    LEFT = "left"
    NOT_INSIDE = "not_inside"
    NOT_CONFIRMED = "not_confirmed"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


RESULT_LABELS: dict[ScanResult, str] = {
    ScanResult.ADMITTED: "Admitted",
    ScanResult.ALREADY_INSIDE: "Already inside",
    ScanResult.LEFT: "Left",
    ScanResult.NOT_INSIDE: "Not inside",
    ScanResult.NOT_CONFIRMED: "Not confirmed",
    ScanResult.SUSPENDED: "Stopped",
    ScanResult.STOPPED: "Badge stopped",
    ScanResult.UNKNOWN: "Unknown",
}

RESULT_WORDS: dict[ScanResult, str] = {
    ScanResult.ADMITTED: "Let them in.",
    ScanResult.ALREADY_INSIDE: "Do not let a second person in on this badge; ask for a document.",
    ScanResult.LEFT: "They may come back in later.",
    ScanResult.NOT_INSIDE: "Nobody with this badge was admitted, so there is nothing to note.",
    ScanResult.NOT_CONFIRMED: "Send them to the help desk.",
    ScanResult.SUSPENDED: "Do not let them in; call the help desk.",
    ScanResult.STOPPED: "This badge was replaced or reported lost. Do not let its bearer in; call the help desk.",
    ScanResult.UNKNOWN: "No badge has this code. Scan again, or look the person up by name.",
}
"""What whoever stands at the gate does next."""


class BadgeReason(StrEnum):
    """Why a badge was made anew, or stopped."""

    LOST = "lost"
    DAMAGED = "damaged"
    WRONG = "wrong"
    MISUSED = "misused"


REASON_LABELS: dict[BadgeReason, str] = {
    BadgeReason.LOST: "Lost",
    BadgeReason.DAMAGED: "Damaged or unreadable",
    BadgeReason.WRONG: "Something on it is wrong",
    BadgeReason.MISUSED: "Used by somebody else",
}


class Layout(StrEnum):
    """How badges lie on paper."""

    A6 = "a6"
    A4 = "a4"
    LETTER = "letter"


LAYOUT_LABELS: dict[Layout, str] = {
    Layout.A6: "A6, one badge a page",
    Layout.A4: "A4, four badges a page, with cut marks",
    Layout.LETTER: "US Letter, four badges a page, with cut marks",
}


class ConflictState(StrEnum):
    """OPEN waits for a person; CLOSED by one; CLEARED when later scans explained it."""

    OPEN = "open"
    CLOSED = "closed"
    CLEARED = "cleared"


class ConflictEvent(StrEnum):
    """What moves a conflict."""

    CLOSE = "close"
    CLEAR = "clear"
    FIND_AGAIN = "find_again"


CONFLICT_TRANSITIONS: dict[tuple[ConflictState, ConflictEvent], ConflictState] = {
    (ConflictState.OPEN, ConflictEvent.CLOSE): ConflictState.CLOSED,
    (ConflictState.OPEN, ConflictEvent.CLEAR): ConflictState.CLEARED,
    (ConflictState.CLEARED, ConflictEvent.FIND_AGAIN): ConflictState.OPEN,
}
