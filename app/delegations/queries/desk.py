"""What the vetting desk learns: whether an application is endorsed, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.delegations.models import Delegate, Nominated, Nomination
from app.delegations.states import Endorsement
from app.documents.queries import FileRow, file_rows
from app.registration.models import Registration


@dataclass(frozen=True, slots=True)
class EndorsementRow:
    """What the organization says about an application, and the letters that name the person."""

    delegation_id: UUID
    delegate_id: UUID
    endorsement: Endorsement
    by: str | None
    at: datetime | None
    reason: str
    submitted_by: str | None
    is_paid_for: bool
    letters: list[FileRow]


def delegate_of(session: Session, registration_id: UUID) -> Delegate | None:
    """Return the delegate whose application this is, None when nobody's."""
    wanted = select(Delegate).where(Delegate.registration_id == registration_id, Delegate.removed_at.is_(None))
    return session.scalars(wanted.order_by(Delegate.entered_at).limit(1)).first()


def endorsement_of(session: Session, registration_id: UUID) -> EndorsementRow | None:
    """Return what the organization says about an application, None where it is in no delegation."""
    decided_by, submitted_by = aliased(User), aliased(User)
    wanted = (
        select(Delegate, decided_by.name.label("by"), submitted_by.name.label("submitted_by"))
        .outerjoin(decided_by, decided_by.id == Delegate.decided_by_id)
        .outerjoin(submitted_by, submitted_by.id == Delegate.submitted_by_id)
        .where(Delegate.registration_id == registration_id, Delegate.removed_at.is_(None))
    )
    row = session.execute(wanted.order_by(Delegate.entered_at).limit(1)).first()
    if row is None:
        return None
    found: Delegate = row[0]
    files = file_rows(session, [nomination.file_id for nomination in letters_naming(session, found)])
    return EndorsementRow(
        found.delegation_id, found.id, found.endorsement, row.by, found.decided_at, found.reason, row.submitted_by,
        found.is_paid_for, list(files.values()),
    )  # fmt: skip


def letters_naming(session: Session, delegate: Delegate) -> list[Nomination]:
    """Return the nomination letters in force that cover a delegate, newest first."""
    named = select(Nominated.nomination_id).where(Nominated.delegate_id == delegate.id)
    wanted = select(Nomination).where(
        Nomination.delegation_id == delegate.delegation_id, Nomination.withdrawn_at.is_(None),
        Nomination.covers_all | Nomination.id.in_(named),
    )  # fmt: skip
    return list(session.scalars(wanted.order_by(Nomination.uploaded_at.desc(), Nomination.id)))


def is_endorsed() -> ColumnElement[bool]:
    """Return the condition that an application of the desk is endorsed by its organization."""
    return _has(Delegate.endorsement == Endorsement.ENDORSED)


def is_unendorsed() -> ColumnElement[bool]:
    """Return the condition that an application of the desk waits for its organization, or was not endorsed by it."""
    return _has(Delegate.endorsement != Endorsement.ENDORSED)


def _has(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Delegate.registration_id == Registration.id, Delegate.removed_at.is_(None), condition)
