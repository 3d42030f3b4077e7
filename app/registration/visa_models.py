"""Tables of what follows an approval: invitation letters for a visa, reminders of the travel form."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, text_enum, utc_datetime, uuid_pk
from app.registration.visa_states import VisaLetterState

VALID = text("state = 'valid'")


class VisaLetter(Base):
    """One version of a person's invitation letter, as it was issued.

    `passport` is sealed, and gone with the PDF when `passport_until` has passed; `issued_by` is the person themself or
    an organizer. A number belongs to one application; each version has a check code of its own.
    """

    __tablename__ = "visa_letters"
    __table_args__ = (
        UniqueConstraint("number", "version"),
        Index("uq_visa_letters_valid", "registration_id", unique=True, sqlite_where=VALID, postgresql_where=VALID),
        Index("ix_visa_letters_summit_issued", "summit_id", "issued_at"),
        CheckConstraint("(state = 'valid') = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint("(passport IS NULL) = (passport_until IS NULL)", name="passport_has_end"),
        CheckConstraint("version >= 1", name="version_positive"),
    )

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    check_code: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[VisaLetterState] = mapped_column(text_enum(VisaLetterState, check="state_known"))
    name: Mapped[str] = mapped_column(String(200))
    nationality: Mapped[str] = mapped_column(String(2))
    consulate: Mapped[str] = mapped_column(String(100))
    summit_version: Mapped[int]
    passport: Mapped[str | None] = mapped_column(Text)
    passport_until: Mapped[utc_datetime | None] = mapped_column(index=True)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"), index=True)
    issued_at: Mapped[utc_datetime]
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    ended_at: Mapped[utc_datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    ended_reason: Mapped[str] = mapped_column(String(300), default="")


class TravelReminder(Base):
    """That somebody was reminded of the empty travel form, at one of the times at which that is done."""

    __tablename__ = "travel_reminders"
    __table_args__ = (UniqueConstraint("registration_id", "stage"),)

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    stage: Mapped[str] = mapped_column(String(20))
    sent_at: Mapped[utc_datetime]
