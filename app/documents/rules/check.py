"""Judging a file: its name, its first bytes and a real reader must agree."""

import hashlib
from dataclasses import dataclass, field

from app.documents.rules import leading, pdfs, pictures, texts, zipped
from app.documents.rules.kinds import ACCEPTED, KIND_LABELS, MB
from app.documents.rules.markings import Mark, marks_in_file
from app.documents.rules.names import kind_of, label
from app.documents.rules.refusal import BadFile
from app.documents.states import ATTESTED, STAMPED, Kind, MarkKind, Purpose


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its label, what it is, and its content after what it told of people was removed.

    `marks` are the markings of controlled information that it carried, before anything was removed.
    """

    name: str
    kind: Kind
    purpose: Purpose
    content: bytes = field(repr=False)
    removed: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check(content: bytes, *, name: str, purpose: Purpose) -> Checked:
    """Return the file fit for keeping. Raises BadFile with a sentence that says what to do.

    What is ours (`Purpose.PAPER`) is taken as it is.
    """
    if not content:
        raise BadFile("The file is empty, or none was chosen. Choose a file.")
    kind, accepted = kind_of(name), ACCEPTED[purpose]
    if kind not in accepted.kinds:
        said = f"A {KIND_LABELS[kind]} file is not taken here."
        raise BadFile(f"{said} {accepted.otherwise or f'Send {accepted.words}.'}")
    if len(content) > accepted.most_bytes:
        raise BadFile(f"The file has {len(content) / MB:.1f} MB. Send one of up to {accepted.most_bytes // MB} MB.")
    if purpose is Purpose.PAPER:
        return Checked(label(name), kind, purpose, content)
    leading.agree(content, kind)
    kept, removed = _read(content, kind)
    marks = _marks(content, kind, label(name), purpose) if purpose in ATTESTED else ()
    return Checked(label(name), kind, purpose, kept, removed, marks)


def _marks(content: bytes, kind: Kind, name: str, purpose: Purpose) -> tuple[Mark, ...]:
    """Return what holds a file for a reviewer.

    What could not be read holds only what other parties would see: a proof is looked at by reviewers anyway.
    """
    found = marks_in_file(content, kind=kind, name=name)
    return found if purpose in STAMPED else tuple(mark for mark in found if mark.kind is not MarkKind.UNREADABLE)


def _read(content: bytes, kind: Kind) -> tuple[bytes, tuple[str, ...]]:
    if kind is Kind.PDF:
        return pdfs.checked(content)
    if kind in (Kind.PNG, Kind.JPEG):
        return pictures.checked(content, kind)
    if kind in (Kind.DOCX, Kind.XLSX):
        return zipped.checked(content, kind)
    return texts.checked_csv(content) if kind is Kind.CSV else texts.checked_xml(content)
