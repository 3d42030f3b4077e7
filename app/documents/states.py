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
    ROOM_DOCUMENT = "room_document"
    ENTRY_DOCUMENT = "entry_document"
    CLAIM_PROOF = "claim_proof"


PURPOSE_LABELS: dict[Purpose, str] = {
    Purpose.NOMINATION_LETTER: "Nomination letter",
    Purpose.APPLICATION_ANSWER: "Answer in an application",
    Purpose.VISA_DENIAL_PROOF: "Proof of a denied visa",
    Purpose.STATEMENT: "Bank statement",
    Purpose.IMPORT_SHEET: "Sheet of a delegation",
    Purpose.PAPER: "Paper of ours",
    Purpose.ROOM_DOCUMENT: "Document in a deal room",
    Purpose.ENTRY_DOCUMENT: "Document of an entry",
    Purpose.CLAIM_PROOF: "Proof of a claim",
}

ATTESTED = frozenset({Purpose.ROOM_DOCUMENT, Purpose.ENTRY_DOCUMENT, Purpose.CLAIM_PROOF})
"""What is taken only with the attestation that it holds nothing controlled, and is searched for markings."""

STAMPED = frozenset({Purpose.ROOM_DOCUMENT, Purpose.ENTRY_DOCUMENT})
"""What everybody but its owner gets as pages with their own name and the time in them."""


OF_COMPANIES = frozenset({Purpose.ROOM_DOCUMENT})
"""What belongs to a company: who uploaded it opens it only while they belong there."""


class Handling(StrEnum):
    """What somebody says of the information in a file or text; only the first two may enter."""

    PUBLIC = "public"
    BUSINESS_CONFIDENTIAL = "business_confidential"
    UNSURE = "unsure"
    CONTROLLED = "controlled"


HANDLING_LABELS: dict[Handling, str] = {
    Handling.PUBLIC: "Public: anybody may know it",
    Handling.BUSINESS_CONFIDENTIAL: "Business confidential, and not controlled by export rules",
    Handling.UNSURE: "I am not sure",
    Handling.CONTROLLED: "Controlled: CUI, ITAR or EAR technical data, or classified",
}


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
    """Where a file stands.

    WAITING for the malware scanner, HELD because it looks controlled, READY to be opened by those who may,
    TAKEN_DOWN from everybody; INFECTED, CONDEMNED by a reviewer and DROPPED are gone with their content.
    """

    WAITING = "waiting"
    HELD = "held"
    READY = "ready"
    TAKEN_DOWN = "taken_down"
    INFECTED = "infected"
    CONDEMNED = "condemned"
    DROPPED = "dropped"


class FileEvent(StrEnum):
    """What moves a file."""

    CLEAR = "clear"
    INFECT = "infect"
    HOLD = "hold"
    RELEASE = "release"
    TAKE_DOWN = "take_down"
    CONDEMN = "condemn"
    DROP = "drop"


TRANSITIONS: dict[tuple[FileState, FileEvent], FileState] = {
    (FileState.WAITING, FileEvent.CLEAR): FileState.READY,
    (FileState.WAITING, FileEvent.INFECT): FileState.INFECTED,
    (FileState.WAITING, FileEvent.HOLD): FileState.HELD,
    (FileState.WAITING, FileEvent.TAKE_DOWN): FileState.TAKEN_DOWN,
    (FileState.WAITING, FileEvent.DROP): FileState.DROPPED,
    (FileState.HELD, FileEvent.RELEASE): FileState.READY,
    (FileState.HELD, FileEvent.CONDEMN): FileState.CONDEMNED,
    (FileState.HELD, FileEvent.DROP): FileState.DROPPED,
    (FileState.READY, FileEvent.TAKE_DOWN): FileState.TAKEN_DOWN,
    (FileState.READY, FileEvent.DROP): FileState.DROPPED,
    (FileState.TAKEN_DOWN, FileEvent.RELEASE): FileState.READY,
    (FileState.TAKEN_DOWN, FileEvent.CONDEMN): FileState.CONDEMNED,
    (FileState.TAKEN_DOWN, FileEvent.DROP): FileState.DROPPED,
}

GONE = frozenset({FileState.INFECTED, FileState.CONDEMNED, FileState.DROPPED})
"""States in which the content is removed."""

APART = frozenset({FileState.HELD, FileState.TAKEN_DOWN})
"""States in which only the two reviewing roles open a file."""

STATE_LABELS: dict[FileState, str] = {
    FileState.WAITING: "Being checked",
    FileState.HELD: "Held for a reviewer",
    FileState.READY: "Open",
    FileState.TAKEN_DOWN: "Taken down",
    FileState.INFECTED: "Removed: malware",
    FileState.CONDEMNED: "Removed by a reviewer",
    FileState.DROPPED: "Deleted",
}


class ReviewStep(StrEnum):
    """What a reviewer did to a file; releasing takes two people."""

    HELD = "held"
    PROPOSED = "proposed"
    RELEASED = "released"
    OBJECTED = "objected"
    TAKEN_DOWN = "taken_down"
    CONDEMNED = "condemned"


STEP_LABELS: dict[ReviewStep, str] = {
    ReviewStep.HELD: "Held by the marking scan",
    ReviewStep.PROPOSED: "Release proposed, first person",
    ReviewStep.RELEASED: "Released, second person",
    ReviewStep.OBJECTED: "Release refused by the second person",
    ReviewStep.TAKEN_DOWN: "Taken down",
    ReviewStep.CONDEMNED: "Removed for good",
}


class Opened(StrEnum):
    """How a file was opened: a page of it was shown, or all of it was handed out."""

    VIEW = "view"
    DOWNLOAD = "download"


class MarkKind(StrEnum):
    """What kind of marking was found."""

    CUI = "cui"
    DISTRIBUTION = "distribution"
    EXPORT = "export"
    CLASSIFICATION = "classification"
    DISSEMINATION = "dissemination"
    CLASSIFIED = "classified"
    UNREADABLE = "unreadable"


MARK_LABELS: dict[MarkKind, str] = {
    MarkKind.CUI: "Controlled unclassified information",
    MarkKind.DISTRIBUTION: "Distribution statement",
    MarkKind.EXPORT: "Export control legend",
    MarkKind.CLASSIFICATION: "Export classification",
    MarkKind.DISSEMINATION: "Dissemination control",
    MarkKind.CLASSIFIED: "Security classification",
    MarkKind.UNREADABLE: "Could not be read",
}
