"""Tables of the outbox and of the demo's mailbox."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import ids
from app.core.audit import BigKey
from app.core.db import Base, json_dict, text_enum, utc_datetime, uuid_pk
from app.notifications.states import MessageState


class OutboxMessage(Base):
    """Something that must happen after a transaction: a mail, a charge, a long job.

    `number` gives the order of queueing. `attempts` counts how often a worker took it, and is the fence
    that keeps a worker whose lease ran out from closing what another one has taken over.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="leased_while_sending"),
        CheckConstraint("(state IN ('done', 'cancelled')) = (finished_at IS NOT NULL)", name="finished_when_closed"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        Index("ix_outbox_messages_state_due", "state", "next_attempt_at"),
    )

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=ids.new_id)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    payload: Mapped[json_dict]
    state: Mapped[MessageState] = mapped_column(
        text_enum(MessageState, check="state_known"), default=MessageState.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[utc_datetime]
    lease_until: Mapped[utc_datetime | None]
    title: Mapped[str] = mapped_column(String(120), default="")
    return_to: Mapped[str] = mapped_column(String(300), default="")
    percent: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str | None] = mapped_column(String(255))
    starter_id: Mapped[UUID | None] = mapped_column(index=True)
    created_at: Mapped[utc_datetime]
    finished_at: Mapped[utc_datetime | None]


class MailboxMessage(Base):
    """A mail as the demo's mailbox received it. A repeated delivery counts as a copy, known by its Message-ID."""

    __tablename__ = "mailbox_messages"

    id: Mapped[uuid_pk]
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    request_id: Mapped[str] = mapped_column(String(64))
    sender: Mapped[str] = mapped_column(String(320))
    recipients: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    copies: Mapped[int] = mapped_column(default=1)
    received_at: Mapped[utc_datetime] = mapped_column(index=True)
