"""Reads of invitation letters: one's own, the organizers' list, what strangers may verify."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.access import Principal, Role
from app.core.audit import AuditDetail, AuditEntry
from app.core.paging import Page, paginate
from app.documents.queries import FileRow
from app.questionnaires import queries as questionnaires
from app.questionnaires.rules.shipped import TRAVEL
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.rules.visa import initials, typed_code, typed_number
from app.registration.visa_models import VisaLetter
from app.registration.visa_states import VisaLetterState


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One version of a letter; nothing of the passport but how long it is kept."""

    id: UUID
    registration_id: UUID
    number: str
    version: int
    check_code: str
    state: VisaLetterState
    name: str
    nationality: str
    consulate: str
    summit_version: int
    passport_until: datetime | None
    file_id: UUID | None
    issued_at: datetime
    ended_at: datetime | None
    ended_reason: str

    @property
    def pdf_id(self) -> UUID | None:
        """The file of the letter while it is kept, which is as long as the passport number."""
        return self.file_id if self.passport_until else None


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter in the organizers' list."""

    letter: LetterRow
    person: str
    organization: str


@dataclass(frozen=True, slots=True)
class LetterEvent:
    """One line in the log of a letter; `who` is None for the system."""

    at: datetime
    who: str | None
    action: str
    reason: str | None
    version: int | None


@dataclass(frozen=True, slots=True)
class LetterPage:
    """All versions of a person's letter, newest first, and what happened to them."""

    letter: LetterRow
    person: str
    organization: str
    application: int
    versions: list[LetterRow]
    log: list[LetterEvent]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What anybody with a letter in hand may learn about it."""

    number: str
    version: int
    state: VisaLetterState
    initials: str
    nationality: str
    issued_at: datetime
    ended_at: datetime | None
    summit_id: UUID


COLUMNS = (
    VisaLetter.id, VisaLetter.registration_id, VisaLetter.number, VisaLetter.version, VisaLetter.check_code,
    VisaLetter.state, VisaLetter.name, VisaLetter.nationality, VisaLetter.consulate, VisaLetter.summit_version,
    VisaLetter.passport_until, VisaLetter.file_id, VisaLetter.issued_at, VisaLetter.ended_at, VisaLetter.ended_reason,
)  # fmt: skip
WORDS = {
    "visa_letter.issued": "Issued", "visa_letter.replaced": "Replaced by a newer version",
    "visa_letter.revoked": "Revoked", "visa_letter.passport_forgotten": "Passport number and PDF removed",
    "file.downloaded": "Downloaded",
}  # fmt: skip


def letters_of(session: Session, *registration_ids: UUID) -> list[LetterRow]:
    """Return every version of the letter of these applications, newest first."""
    wanted: Select[*tuple[Any, ...]] = select(*COLUMNS).where(VisaLetter.registration_id.in_(registration_ids))
    return [LetterRow(*row) for row in session.execute(wanted.order_by(VisaLetter.version.desc()).limit(50))]


def letter_list(
    session: Session, summit_id: UUID, *, state: VisaLetterState | None = VisaLetterState.VALID, search: str = "",
    outdated_before: int = 0, number: int = 1,
) -> Page[ListedLetter]:  # fmt: skip
    """Return letters, the newest first; `outdated_before` asks for those of an earlier version of the settings."""
    wanted: Select[*tuple[Any, ...]] = (
        select(*COLUMNS, User.name, func.coalesce(Organization.name, ""))
        .join(Registration, Registration.id == VisaLetter.registration_id)
        .join(User, User.id == Registration.user_id)
        .outerjoin(Organization, Organization.id == Registration.organization_id)
        .where(VisaLetter.summit_id == summit_id)
    )
    if state is not None:
        wanted = wanted.where(VisaLetter.state == state)
    if outdated_before:
        wanted = wanted.where(VisaLetter.summit_version < outdated_before)
    if search:
        named = (VisaLetter.name, VisaLetter.number, User.name, Organization.name)
        wanted = wanted.where(or_(*(column.icontains(search, autoescape=True) for column in named)))
    ordered = wanted.order_by(VisaLetter.issued_at.desc(), VisaLetter.id)
    return paginate(
        session, ordered, lambda *row: ListedLetter(LetterRow(*row[:-2]), str(row[-2]), str(row[-1])), number=number
    )


def letter_page(session: Session, letter_id: UUID) -> LetterPage | None:
    """Return a letter with all its versions and its log, None when there is none."""
    wanted: Select[*tuple[Any, ...]] = (
        select(*COLUMNS, User.name, func.coalesce(Organization.name, ""), Registration.number)
        .join(Registration, Registration.id == VisaLetter.registration_id)
        .join(User, User.id == Registration.user_id)
        .outerjoin(Organization, Organization.id == Registration.organization_id)
        .where(VisaLetter.id == letter_id)
    )
    row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    letter = LetterRow(*row[:-3])
    versions = letters_of(session, letter.registration_id)
    return LetterPage(letter, row[-3], row[-2], row[-1], versions, _log(session, versions))


def _log(session: Session, versions: Sequence[LetterRow]) -> list[LetterEvent]:
    """Return who issued, opened, replaced and revoked the versions, newest first."""
    version_of = {str(letter.id): letter.version for letter in versions}
    issued = and_(AuditEntry.subject_kind == "visa_letter", AuditEntry.subject_id.in_(version_of))
    files = {str(letter.file_id): letter.version for letter in versions if letter.file_id}
    opened = and_(
        AuditEntry.subject_kind == "file", AuditEntry.subject_id.in_(files), AuditEntry.action == "file.downloaded"
    )
    wanted = (
        select(AuditEntry.at, User.name, AuditEntry.action, AuditDetail.reason, AuditEntry.subject_id)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(AuditDetail, AuditDetail.sequence == AuditEntry.sequence)
        .where(or_(issued, opened))
        .order_by(AuditEntry.sequence.desc())
        .limit(100)
    )
    return [
        LetterEvent(at, who, WORDS.get(action, action), reason, (version_of | files).get(subject))
        for at, who, action, reason, subject in session.execute(wanted)
    ]


def verdict(session: Session, number: str, code: str) -> Verdict | None:
    """Return what a number and its check code stand for; None for a wrong number and a wrong code alike."""
    wanted = (
        select(
            VisaLetter.number, VisaLetter.version, VisaLetter.state, VisaLetter.name, VisaLetter.nationality,
            VisaLetter.issued_at, VisaLetter.ended_at, VisaLetter.summit_id, VisaLetter.check_code,
        )
        .where(VisaLetter.number == typed_number(number))
        .limit(50)
    )  # fmt: skip
    given = typed_code(code).encode()
    found = [row for row in session.execute(wanted) if hmac.compare_digest(row.check_code.encode(), given)]
    if not found:
        return None
    row = found[0]
    return Verdict(
        row.number, row.version, row.state, initials(row.name), row.nationality, row.issued_at, row.ended_at,
        row.summit_id,
    )  # fmt: skip


def may_read_letter(session: Session, file: FileRow, reader: Principal) -> bool:
    """Tell whether somebody may open a paper because it is an invitation letter: organizers besides the person."""
    if Role.ORGANIZER not in reader.roles:
        return False
    return session.scalar(select(VisaLetter.id).where(VisaLetter.file_id == file.id)) is not None


def said_travel(session: Session, registration_id: UUID) -> dict[str, Any]:
    """Return what a person answered in the travel form, by key; empty before the first time."""
    kept = questionnaires.reply(session, TRAVEL, KIND, registration_id)
    return kept.answers if kept else {}
