"""Tables of this room: questions, what was said about each, and what is public of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_list, text_enum, utc_datetime, uuid_pk
from app.enquiries.states import EnquiryEvent, EnquiryState, NoteKind
from app.regulatory.states import Participation


class Enquiry(Base):
    """One question to the export desk.

    `country` is the partner's, two letters; `topic_key` "" asks about no one topic. Days are the venue's. `due_on`
    moves while the asker is asked back (`waiting_since`). `first_answered_on` stays when an answer did not help.
    `shows_asker` lets the company's export officer see who asks.
    """

    __tablename__ = "enquiries"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'withdrawn') OR owner_id IS NOT NULL", name="owned_when_worked_on"),
        CheckConstraint("state NOT IN ('answered', 'closed') OR first_answered_on IS NOT NULL", name="answered_dated"),
        CheckConstraint("(state = 'needs_information') = (waiting_since IS NOT NULL)", name="waiting_dated"),
        CheckConstraint("(first_answered_on IS NULL) = (first_due_on IS NULL)", name="first_answer_whole"),
        CheckConstraint("contribution_asked_at IS NULL OR entry_id IS NOT NULL", name="contribution_of_an_entry"),
        Index("ix_enquiries_state_due_on", "state", "due_on"),
        Index("ix_enquiries_asker_id_asked_at", "asker_id", "asked_at"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("directory_entries.id"), index=True)
    topic_key: Mapped[str] = mapped_column(String(60), default="")
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[Participation | None] = mapped_column(text_enum(Participation, check="kind_known"))
    question: Mapped[str] = mapped_column(Text)
    attestation: Mapped[str] = mapped_column(String(20))
    shows_asker: Mapped[bool] = mapped_column(default=False)
    state: Mapped[EnquiryState] = mapped_column(text_enum(EnquiryState, check="state_known"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    asked_at: Mapped[utc_datetime]
    asked_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    waiting_since: Mapped[date | None] = mapped_column(Date)
    first_answered_on: Mapped[date | None] = mapped_column(Date)
    first_due_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_sources: Mapped[json_list]
    helped: Mapped[bool | None]
    contribution_asked_at: Mapped[utc_datetime | None]
    reminded_on: Mapped[date | None] = mapped_column(Date)


class EnquiryNote(Base):
    """One line of a question's history: a step, or words of the asker, the desk or the company's export officer."""

    __tablename__ = "enquiry_notes"
    __table_args__ = (
        UniqueConstraint("enquiry_id", "number"),
        CheckConstraint("(kind = 'reply') = (attestation <> '')", name="reply_attested"),
    )

    id: Mapped[uuid_pk]
    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[utc_datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[NoteKind] = mapped_column(text_enum(NoteKind, check="kind_known"))
    event: Mapped[EnquiryEvent | None] = mapped_column(text_enum(EnquiryEvent, check="event_known"))
    after: Mapped[EnquiryState] = mapped_column(text_enum(EnquiryState, check="after_known"))
    words: Mapped[str] = mapped_column(Text, default="")
    attestation: Mapped[str] = mapped_column(String(20), default="")


class PublicAnswer(Base):
    """A question and its answer, reworded for everyone, without who asked; shown with an entry, country or topic."""

    __tablename__ = "public_answers"
    __table_args__ = (
        CheckConstraint("entry_id IS NOT NULL OR country <> '' OR topic_key <> ''", name="shown_somewhere"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_whole"),
        Index(
            "uq_public_answers_shown", "enquiry_id", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"), index=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("directory_entries.id"), index=True)
    country: Mapped[str] = mapped_column(String(2), default="", index=True)
    topic_key: Mapped[str] = mapped_column(String(60), default="", index=True)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    sources: Mapped[json_list]
    published_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[utc_datetime]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[utc_datetime | None]
