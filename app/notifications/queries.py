"""What the mailbox and the outbox pages show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.notifications.models import MailboxMessage, OutboxMessage
from app.notifications.states import CLOSED, MessageState

JOB_COLUMNS = (
    OutboxMessage.id, OutboxMessage.kind, OutboxMessage.title, OutboxMessage.state, OutboxMessage.percent,
    OutboxMessage.note, OutboxMessage.cancel_requested, OutboxMessage.attempts, OutboxMessage.next_attempt_at,
    OutboxMessage.last_error, OutboxMessage.return_to, OutboxMessage.starter_id, OutboxMessage.created_at,
    OutboxMessage.finished_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JobRow:
    """A message or job as people see it; the payload is not shown to anyone."""

    id: UUID
    kind: str
    title: str
    state: MessageState
    percent: int
    note: str
    cancel_requested: bool
    attempts: int
    next_attempt_at: datetime
    last_error: str
    return_to: str
    starter_id: UUID | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def name(self) -> str:
        return self.title or self.kind.replace("_", " ").capitalize()

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED and self.state is not MessageState.PARKED

    @property
    def can_be_cancelled(self) -> bool:
        return self.state not in CLOSED and not self.cancel_requested


@dataclass(frozen=True, slots=True)
class Standing:
    """How the outbox stands: messages by state, the longest a due one has waited, parked ones by kind."""

    counts: Mapping[MessageState, int]
    oldest_wait: timedelta | None
    parked_kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MailRow:
    """One line of the mailbox."""

    id: UUID
    recipients: str
    subject: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail with all its words."""

    id: UUID
    recipients: str
    subject: str
    received_at: datetime
    sender: str
    message_id: str
    request_id: str
    text: str
    html: str
    copies: int


def standing(session: Session, *, now: datetime) -> Standing:
    """Return how the outbox stands at `now`."""
    by_state = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    counted = {row[0]: row[1] for row in session.execute(by_state)}
    waiting = select(func.min(OutboxMessage.next_attempt_at)).where(OutboxMessage.state == MessageState.QUEUED)
    oldest = session.scalar(waiting.where(OutboxMessage.next_attempt_at <= now))
    by_kind = select(OutboxMessage.kind, func.count()).where(OutboxMessage.state == MessageState.PARKED)
    kinds = session.execute(by_kind.group_by(OutboxMessage.kind).order_by(OutboxMessage.kind))
    return Standing(
        counts={state: counted.get(state, 0) for state in MessageState},
        oldest_wait=now - oldest if oldest else None,
        parked_kinds={row[0]: row[1] for row in kinds},
    )


def messages(session: Session, *, state: MessageState | None, kind: str = "", number: int = 1) -> Page[JobRow]:
    """Return messages in one state (all when None) whose kind or title holds the words, newest first."""
    wanted: Select[*tuple[Any, ...]] = select(*JOB_COLUMNS).order_by(OutboxMessage.number.desc())
    if state is not None:
        wanted = wanted.where(OutboxMessage.state == state)
    if kind:
        wanted = wanted.where(or_(_holds(OutboxMessage.kind, kind), _holds(OutboxMessage.title, kind)))
    return paginate(session, wanted, JobRow, number=number)


def _holds(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    return column.icontains(words, autoescape=True)


def job(session: Session, job_id: UUID) -> JobRow:
    """Return one message or job. Raises NotFound."""
    wanted: Select[*tuple[Any, ...]] = select(*JOB_COLUMNS).where(OutboxMessage.id == job_id)
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound("That job does not exist, or it is over and was removed.")
    return JobRow(*found)


def mailbox(session: Session, *, words: str = "", number: int = 1) -> Page[MailRow]:
    """Return the mails whose subject, text or recipients hold the words, newest first."""
    mail = MailboxMessage
    wanted = select(mail.id, mail.recipients, mail.subject, mail.received_at)
    if words:
        wanted = wanted.where(or_(*(_holds(column, words) for column in (mail.subject, mail.text, mail.recipients))))
    return paginate(session, wanted.order_by(mail.received_at.desc(), mail.id), MailRow, number=number)


def mail(session: Session, mail_id: UUID) -> MailView:
    """Return one mail. Raises NotFound."""
    row = session.get(MailboxMessage, mail_id)
    if row is None:
        raise NotFound("That mail is not in the mailbox. It may have been removed; go back to the list.")
    return MailView(
        row.id, row.recipients, row.subject, row.received_at, row.sender, row.message_id, row.request_id,
        row.text, row.html, row.copies,
    )  # fmt: skip
