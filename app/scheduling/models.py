"""Tables of scheduling: slots, meetings, who sits where, who cannot come when, calendar feeds, seatings.

Two unique constraints are the last judges of the timetable: a person sits in one meeting a slot, a table
holds one meeting a slot.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, json_list, text_enum, utc_datetime, uuid_pk
from app.matching.states import Side
from app.scheduling.states import MeetingState, Origin

IS_LIVE = text("state IN ('suggested', 'requested', 'countered', 'accepted', 'scheduled', 'held', 'no_show')")
IS_SEATED = text("state IN ('scheduled', 'held', 'no_show')")


class MeetingSlot(Base):
    """One time in which meetings are held. A slot that the summit dropped stays for what was held in it."""

    __tablename__ = "meeting_slots"
    __table_args__ = (
        UniqueConstraint("summit_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    starts_at: Mapped[utc_datetime]
    ends_at: Mapped[utc_datetime]
    is_open: Mapped[bool] = mapped_column(default=True)


class Meeting(Base):
    """One meeting of a partner with the company of a directory entry.

    `number` counts within the summit and orders meetings the same everywhere; `sequence` grows with every
    change that calendars must learn. `partner_agreed_at` and `company_agreed_at` are when each side said yes.
    `left_starts_at` and `left_ends_at` are the time it had when its table was taken away: calendars cancel that.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("summit_id", "number"),
        Index(
            "uq_meetings_live_pair", "registration_id", "entry_id", unique=True,
            sqlite_where=IS_LIVE, postgresql_where=IS_LIVE,
        ),
        Index(
            "uq_meetings_slot_table", "slot_id", "table_number", unique=True,
            sqlite_where=IS_SEATED, postgresql_where=IS_SEATED,
        ),
        CheckConstraint("(slot_id IS NULL) = (table_number IS NULL)", name="slot_and_table_together"),
        CheckConstraint(
            "state NOT IN ('scheduled', 'held', 'no_show') OR slot_id IS NOT NULL", name="seated_has_slot"
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'scheduled', 'held', 'no_show') "
            "OR (partner_agreed_at IS NOT NULL AND company_agreed_at IS NOT NULL)", name="agreed_by_both",
        ),
        CheckConstraint("(origin = 'request') = (asked_by IS NOT NULL)", name="request_has_side"),
        Index("ix_meetings_summit_id_state", "summit_id", "state"),
        Index("ix_meetings_entry_id", "entry_id"),
        Index("ix_meetings_registration_id", "registration_id"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    number: Mapped[int]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    origin: Mapped[Origin] = mapped_column(text_enum(Origin, check="origin_known"))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("match_runs.id"), index=True)
    asked_by: Mapped[Side | None] = mapped_column(text_enum(Side, check="side_known"))
    state: Mapped[MeetingState] = mapped_column(text_enum(MeetingState, check="state_known"))
    partner_agreed_at: Mapped[utc_datetime | None]
    company_agreed_at: Mapped[utc_datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    answer_note: Mapped[str] = mapped_column(Text, default="")
    end_reason: Mapped[str] = mapped_column(Text, default="")
    reasons_partner: Mapped[json_list]
    reasons_company: Mapped[json_list]
    slot_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting_slots.id"), index=True)
    table_number: Mapped[int | None]
    left_starts_at: Mapped[utc_datetime | None]
    left_ends_at: Mapped[utc_datetime | None]
    unseated_reason: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[utc_datetime]
    moved_at: Mapped[utc_datetime]
    expires_at: Mapped[utc_datetime | None]


class MeetingPerson(Base):
    """Somebody who takes part in a meeting, and on which side."""

    __tablename__ = "meeting_people"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    side: Mapped[Side] = mapped_column(text_enum(Side, check="side_known"))


class MeetingSeat(Base):
    """That a person sits in a meeting in a slot: once a slot, whatever the services think."""

    __tablename__ = "meeting_seats"
    __table_args__ = (UniqueConstraint("user_id", "slot_id"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    slot_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_slots.id"), index=True)


class MeetingAbsence(Base):
    """That a person cannot meet in a slot."""

    __tablename__ = "meeting_absences"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    slot_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_slots.id"), primary_key=True, index=True)


class MeetingStep(Base):
    """One thing that happened to a meeting: what, by which side (None is the platform or an organizer), why."""

    __tablename__ = "meeting_steps"
    __table_args__ = (Index("ix_meeting_steps_meeting_id_at", "meeting_id", "at"),)

    id: Mapped[uuid_pk]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    at: Mapped[utc_datetime]
    words: Mapped[str] = mapped_column(String(120))
    side: Mapped[Side | None] = mapped_column(text_enum(Side, check="side_known"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class Seating(Base):
    """One computation of the timetable: who asked for it, how good it came out."""

    __tablename__ = "seatings"
    __table_args__ = (UniqueConstraint("summit_id", "number"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    number: Mapped[int]
    job_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[utc_datetime]
    done_at: Mapped[utc_datetime | None]
    stopped_at: Mapped[utc_datetime | None]
    outcome: Mapped[json_dict]


class CalendarFeed(Base):
    """A person's calendar address; only a digest of its secret is kept, and one counts at a time."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        Index(
            "uq_calendar_feeds_live", "user_id", "summit_id", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[utc_datetime]
    revoked_at: Mapped[utc_datetime | None]
