"""Tables of this room: badges and their prints, devices, scans, who was admitted by them, and conflicts."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, text_enum, utc_datetime, uuid_pk
from app.door.states import BadgeReason, ConflictState, Direction, Layout, ScanResult, Standing

INSIDE = text("left_at IS NULL")
COUNTS = text("stopped_at IS NULL")


class Badge(Base):
    """One badge of a person: the first is theirs from confirmation on, and has a row once it is stopped or replaced.

    A new number is a new code; at most one badge of a person counts.
    """

    __tablename__ = "badges"
    __table_args__ = (
        UniqueConstraint("registration_id", "number"),
        Index(
            "uq_badges_counts", "registration_id", unique=True, sqlite_where=COUNTS, postgresql_where=COUNTS,
        ),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("(stopped_at IS NULL) = (reason IS NULL)", name="stopped_has_reason"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    issued_at: Mapped[utc_datetime]
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    stopped_at: Mapped[utc_datetime | None]
    stopped_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[BadgeReason | None] = mapped_column(text_enum(BadgeReason, check="reason_known"))
    words: Mapped[str] = mapped_column(String(300), default="")


class BadgeName(Base):
    """How somebody wants to be called on their badge, and their name in its own script."""

    __tablename__ = "badge_names"

    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    preferred: Mapped[str] = mapped_column(String(60), default="")
    native: Mapped[str] = mapped_column(String(80), default="")
    changed_at: Mapped[utc_datetime]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)


class BadgeRun(Base):
    """Badges printed together: who, when, how many, chosen how; `file_id` is the sheet while it is kept."""

    __tablename__ = "badge_runs"
    __table_args__ = (Index("ix_badge_runs_newest", "summit_id", "made_at"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    layout: Mapped[Layout] = mapped_column(text_enum(Layout, check="layout_known"))
    chosen: Mapped[json_dict]
    badges: Mapped[int]
    reprint: Mapped[BadgeReason | None] = mapped_column(text_enum(BadgeReason, check="reprint_known"))
    job_id: Mapped[UUID | None]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"), index=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]
    finished_at: Mapped[utc_datetime | None]


class BadgePrint(Base):
    """That the badge of one person was in a run; `position` is its place on the paper."""

    __tablename__ = "badge_prints"
    __table_args__ = (UniqueConstraint("run_id", "registration_id"),)

    id: Mapped[uuid_pk]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("badge_runs.id"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    number: Mapped[int]
    position: Mapped[int]


class Device(Base):
    """A phone or scanner at a gate. It enrols with a code shown once and then holds a token; both are kept hashed."""

    __tablename__ = "door_devices"
    __table_args__ = (
        CheckConstraint("code_hash IS NULL OR code_until IS NOT NULL", name="code_has_end"),
        CheckConstraint("token_hash IS NULL OR enrolled_at IS NOT NULL", name="enrolled_has_time"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    gate: Mapped[str] = mapped_column(String(40))
    help: Mapped[str] = mapped_column(String(80), default="")
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_until: Mapped[utc_datetime | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    enrolled_at: Mapped[utc_datetime | None]
    expires_at: Mapped[utc_datetime]
    ended_at: Mapped[utc_datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    last_seen_at: Mapped[utc_datetime | None]
    waiting: Mapped[int] = mapped_column(default=0)
    skew_ms: Mapped[int] = mapped_column(default=0)


class Admission(Base):
    """That somebody is inside, or was; the partial unique index keeps anybody from being inside twice."""

    __tablename__ = "admissions"
    __table_args__ = (
        Index(
            "uq_admissions_inside", "registration_id", unique=True,
            sqlite_where=INSIDE, postgresql_where=INSIDE,
        ),
        Index("ix_admissions_arrivals", "summit_id", "admitted_at"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"), index=True)
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scans.id"), unique=True)
    gate: Mapped[str] = mapped_column(String(40))
    admitted_at: Mapped[utc_datetime]
    admitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    left_at: Mapped[utc_datetime | None]


class Scan(Base):
    """One scan at a gate; the nonce makes sending it again harmless.

    `told` is what the gate showed at that moment, `result` what the record says now that every gate has reported.
    `at` is the time of the scan by our clock, `device_at` by the device's.
    """

    __tablename__ = "scans"
    __table_args__ = (
        Index("ix_scans_recent", "summit_id", "at"),
        CheckConstraint("scanned_by IS NOT NULL OR device_id IS NOT NULL", name="made_by_somebody"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    nonce: Mapped[UUID] = mapped_column(unique=True)
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    badge_number: Mapped[int | None]
    gate: Mapped[str] = mapped_column(String(40))
    direction: Mapped[Direction] = mapped_column(text_enum(Direction, check="direction_known"))
    standing: Mapped[Standing] = mapped_column(text_enum(Standing, check="standing_known"))
    result: Mapped[ScanResult] = mapped_column(text_enum(ScanResult, check="result_known"))
    told: Mapped[ScanResult | None] = mapped_column(text_enum(ScanResult, check="told_known"))
    earlier_at: Mapped[utc_datetime | None]
    earlier_gate: Mapped[str] = mapped_column(String(40), default="")
    scanned_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("door_devices.id"), index=True)
    at: Mapped[utc_datetime]
    device_at: Mapped[utc_datetime | None]
    received_at: Mapped[utc_datetime]


class Conflict(Base):
    """That a gate let somebody in whom the record does not: a task for a person."""

    __tablename__ = "door_conflicts"
    __table_args__ = (
        Index("ix_door_conflicts_open", "summit_id", "state", "found_at"),
        CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL)", name="closed_by_somebody"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    scan_id: Mapped[UUID] = mapped_column(ForeignKey("scans.id"), unique=True)
    state: Mapped[ConflictState] = mapped_column(
        text_enum(ConflictState, check="state_known"), default=ConflictState.OPEN
    )
    found_at: Mapped[utc_datetime]
    closed_at: Mapped[utc_datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
