"""The one place that says which files are taken for which purpose, how large, and how long they are kept."""

from dataclasses import dataclass
from datetime import timedelta

from app.documents.states import Kind, Purpose

MB = 1024 * 1024
LARGEST_BYTES = 50 * MB
LARGEST_ROOM_BYTES = 500 * MB

MEDIA_TYPES: dict[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv",
    Kind.XML: "application/xml",
}

KIND_LABELS: dict[Kind, str] = {
    Kind.PDF: "PDF",
    Kind.PNG: "PNG",
    Kind.JPEG: "JPEG",
    Kind.DOCX: "Word (DOCX)",
    Kind.XLSX: "Excel (XLSX)",
    Kind.CSV: "CSV",
    Kind.XML: "XML",
}

EXTENSIONS: dict[str, Kind] = {kind.value: kind for kind in Kind} | {"jpeg": Kind.JPEG}

ZIPPED = frozenset({Kind.DOCX, Kind.XLSX})


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is taken for a purpose; without `kept_for` as long as what it belongs to.

    `otherwise` says what to do with a file of a kind that is not taken.
    """

    kinds: tuple[Kind, ...]
    most_bytes: int
    kept_for: timedelta | None = None
    otherwise: str = ""

    @property
    def words(self) -> str:
        """Return for example `PDF, PNG or JPEG, up to 50 MB`, as shown beside the field."""
        labels = [KIND_LABELS[kind] for kind in self.kinds]
        listed = f"{', '.join(labels[:-1])} or {labels[-1]}" if len(labels) > 1 else labels[0]
        return f"{listed}, up to {self.most_bytes // MB} MB"

    @property
    def extensions(self) -> str:
        """Return for example `.pdf,.jpg,.jpeg`, as the file chooser of a browser reads it."""
        return ",".join(f".{extension}" for extension, kind in EXTENSIONS.items() if kind in self.kinds)


SAVE_AS_PDF = "Save it as PDF in the program that made it, and send that."
_PAGES = (Kind.PDF, Kind.PNG, Kind.JPEG)
_LETTER = (Kind.PDF, Kind.PNG, Kind.JPEG)
ACCEPTED: dict[Purpose, Accepted] = {
    Purpose.NOMINATION_LETTER: Accepted(_LETTER, LARGEST_BYTES),
    Purpose.APPLICATION_ANSWER: Accepted((*_LETTER, Kind.DOCX, Kind.XLSX), LARGEST_BYTES),
    Purpose.VISA_DENIAL_PROOF: Accepted(_LETTER, LARGEST_BYTES, kept_for=timedelta(days=180)),
    Purpose.STATEMENT: Accepted((Kind.CSV, Kind.XML), 10 * MB),
    Purpose.IMPORT_SHEET: Accepted((Kind.CSV, Kind.XLSX), 10 * MB, kept_for=timedelta(days=30)),
    Purpose.PAPER: Accepted((Kind.PDF,), LARGEST_BYTES),
    Purpose.ROOM_DOCUMENT: Accepted(_PAGES, LARGEST_BYTES, otherwise=SAVE_AS_PDF),
    Purpose.ENTRY_DOCUMENT: Accepted(_PAGES, LARGEST_BYTES, otherwise=SAVE_AS_PDF),
    Purpose.CLAIM_PROOF: Accepted(_PAGES, LARGEST_BYTES, otherwise=SAVE_AS_PDF),
}
