"""What a file is for, what it may be, and where it stands."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a file is for; decides what it may be and who may read it."""

    NOMINATION_LETTER = "nomination_letter"
    APPLICATION_ANSWER = "application_answer"
    VISA_DENIAL_PROOF = "visa_denial_proof"
    STATEMENT = "statement"
    IMPORT_SHEET = "import_sheet"
    PAPER = "paper"


class Kind(StrEnum):
    """What a file is; the value is its extension."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
    XML = "xml"


class FileState(StrEnum):
    """WAITING for the scanner, READY to be opened by those who may, INFECTED and gone, DROPPED and gone."""

    WAITING = "waiting"
    READY = "ready"
    INFECTED = "infected"
    DROPPED = "dropped"


class FileEvent(StrEnum):
    """What moves a file."""

    CLEAR = "clear"
    CONDEMN = "condemn"
    DROP = "drop"


TRANSITIONS: dict[tuple[FileState, FileEvent], FileState] = {
    (FileState.WAITING, FileEvent.CLEAR): FileState.READY,
    (FileState.WAITING, FileEvent.CONDEMN): FileState.INFECTED,
    (FileState.WAITING, FileEvent.DROP): FileState.DROPPED,
    (FileState.READY, FileEvent.DROP): FileState.DROPPED,
}

GONE = frozenset({FileState.INFECTED, FileState.DROPPED})
"""States in which the content is removed."""
