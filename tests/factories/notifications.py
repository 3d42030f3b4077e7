"""Makers of messages, and ways to read the mail that a test caused."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.notifications import outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.notifications.states import MessageState


def message(session: Session, kind: str = "mail", **columns: Any) -> OutboxMessage:
    """Add a queued message that is due now."""
    now = clock.now()
    valid = {"payload": {}, "next_attempt_at": now, "created_at": now, "request_id": "request-of-a-test"}
    row = OutboxMessage(kind=kind, **{**valid, **columns})
    session.add(row)
    session.flush()
    return row


def received(session: Session, address: str = "reader@example.org", **columns: Any) -> MailboxMessage:
    """Add a mail to the mailbox."""
    count = len(list(session.scalars(select(MailboxMessage.id))))
    valid = {
        "message_id": f"<{count}@example.org>", "request_id": "request-of-a-test", "sender": "site@example.org",
        "recipients": address, "subject": "Hello", "text": "Hello.\n", "html": "<p>Hello.</p>",
        "received_at": clock.now(),
    }  # fmt: skip
    row = MailboxMessage(**{**valid, **columns})
    session.add(row)
    session.flush()
    return row


def deliver(session: Session) -> int:
    """Deliver all that is due and fail the test for whatever could not be; what `session` holds is read anew."""
    session.flush()
    delivered = outbox.deliver_due(clock.now())
    session.expire_all()
    failed = select(OutboxMessage).where(OutboxMessage.last_error != "", OutboxMessage.state != MessageState.DONE)
    assert [(row.kind, row.last_error) for row in session.scalars(failed)] == []
    return delivered


def mails_to(session: Session, address: str) -> list[MailboxMessage]:
    """Return the mails that address received, oldest first."""
    every = session.scalars(select(MailboxMessage).order_by(MailboxMessage.received_at))
    return [mail for mail in every if address in mail.recipients.split(", ")]


def link_in(mail: MailboxMessage, containing: str = "/") -> str:
    """Return the path of the mail's first link whose address contains the words."""
    found = re.search(rf"https?://[^\s/]+(/\S*{re.escape(containing)}\S*)", mail.text)
    assert found, f"no link with {containing!r} in: {mail.text}"
    return found[1]


def queued(session: Session, kind: str) -> list[dict[str, Any]]:
    """Return the payloads waiting under `kind`, in the order they were queued."""
    wanted = select(OutboxMessage.payload).where(OutboxMessage.kind == kind, OutboxMessage.state == MessageState.QUEUED)
    return list(session.scalars(wanted.order_by(OutboxMessage.number)))


def state_of(session: Session, message_id: UUID) -> OutboxMessage:
    """Return the message as the database has it now."""
    session.expire_all()
    return session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()
