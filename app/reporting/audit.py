"""The record as organizers read it: entries with the names of those who acted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.audit import AuditDetail, AuditEntry
from app.core.paging import Page, paginate

SYSTEM = "the system"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry: `actor` is None for the system, `reason` is None when the details were erased."""

    sequence: int
    at: datetime
    actor_id: UUID | None
    actor: str | None
    action: str
    subject_kind: str
    subject_id: str
    before: str | None
    after: str | None
    request_id: str
    reason: str | None

    @property
    def who(self) -> str:
        return SYSTEM.capitalize() if self.actor_id is None else self.actor or "Somebody who is gone"


def entries(
    session: Session, *, subject: str = "", action: str = "", actor: str = "", request: str = "", number: int = 1
) -> Page[AuditRow]:
    """Return entries, newest first.

    `subject` is a kind or an id, `action` words in it, `actor` words of a name or address (or "the system"),
    `request` the id that ties together what one request caused.
    """
    wanted: Select[*tuple[Any, ...]] = select(
        AuditEntry.sequence, AuditEntry.at, AuditEntry.actor_id, User.name, AuditEntry.action, AuditEntry.subject_kind,
        AuditEntry.subject_id, AuditEntry.before, AuditEntry.after, AuditEntry.request_id, AuditDetail.reason,
    )  # fmt: skip
    wanted = wanted.outerjoin(User, User.id == AuditEntry.actor_id)
    wanted = wanted.outerjoin(AuditDetail, AuditDetail.sequence == AuditEntry.sequence)
    if subject:
        wanted = wanted.where(or_(AuditEntry.subject_id == subject, AuditEntry.subject_kind == subject))
    if action:
        wanted = wanted.where(AuditEntry.action.icontains(action, autoescape=True))
    if actor:
        wanted = wanted.where(_acted(actor))
    if request:
        wanted = wanted.where(AuditEntry.request_id == request)
    return paginate(session, wanted.order_by(AuditEntry.sequence.desc()), AuditRow, number=number)


def _acted(words: str) -> ColumnElement[bool]:
    if words.lower() in (SYSTEM, "system"):
        return AuditEntry.actor_id.is_(None)
    return or_(User.name.icontains(words, autoescape=True), User.email.icontains(words, autoescape=True))
