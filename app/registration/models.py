"""Tables of this room: the summit, its pools of places, applications, what happened to them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, json_list, text_enum, utc_datetime, uuid_pk
from app.core.money import AmountBand
from app.registration.states import ParticipantType, PoolKind, RegistrationEvent, RegistrationState

LIVE = text("state NOT IN ('cancelled', 'declined', 'expired', 'substituted', 'withdrawn')")
HELD = text("released_at IS NULL")


class Summit(Base):
    """One summit; what is set about it lies in its newest version."""

    __tablename__ = "summits"

    id: Mapped[uuid_pk]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    applications: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[utc_datetime]


class SummitVersion(Base):
    """The settings of a summit as they stood from one edit to the next; never changed."""

    __tablename__ = "summit_versions"
    __table_args__ = (UniqueConstraint("summit_id", "version"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    version: Mapped[int]
    settings: Mapped[json_dict]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]


class Pool(Base):
    """Places of one kind: `taken` of `capacity`. The database itself refuses to go over.

    `target` is the soft limit, None without one: who goes over it says why.
    """

    __tablename__ = "pools"
    __table_args__ = (
        UniqueConstraint("summit_id", "kind", "key"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= capacity", name="taken_within_capacity"),
        CheckConstraint("target >= 0", name="target_not_negative"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    kind: Mapped[PoolKind] = mapped_column(text_enum(PoolKind, check="kind_known"))
    key: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[int]
    target: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)


class Registration(Base):
    """One person's application to one summit, with the terms in force when it was submitted.

    `letter_at` is when the letter about the newest decision leaves, empty when none waits; `second_eyes` that a
    second reviewer must agree before approval, whatever screening found.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        Index(
            "uq_registrations_live_person", "summit_id", "user_id", unique=True,
            sqlite_where=LIVE, postgresql_where=LIVE,
        ),
        UniqueConstraint("summit_id", "number"),
        # All that the queue filters, sorts and counts by, so that it never reads the answers of thousands.
        Index(
            "ix_registrations_desk", "summit_id", "state", "submitted_at", "decision_due_on", "number",
            "participant_type", "country", "organization_id", "assignee_id", "letter_at", "user_id", "id",
        ),
        Index("ix_registrations_balance", "summit_id", "country", "participant_type", "state"),
        CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted_has_time"),
        CheckConstraint("state <> 'offered' OR offer_until IS NOT NULL", name="offered_has_deadline"),
        CheckConstraint("state <> 'payment_due' OR pay_until IS NOT NULL", name="payment_due_has_deadline"),
        CheckConstraint("state <> 'confirmed' OR badge_code IS NOT NULL", name="confirmed_has_badge"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    number: Mapped[int]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(text_enum(RegistrationState, check="state_known"))
    participant_type: Mapped[ParticipantType | None] = mapped_column(text_enum(ParticipantType, check="type_known"))
    country: Mapped[str | None] = mapped_column(String(2))
    answers: Mapped[json_dict]
    offers: Mapped[json_list]
    seeks: Mapped[json_list]
    languages: Mapped[json_list]
    band: Mapped[AmountBand] = mapped_column(text_enum(AmountBand, check="band_known"))
    steps_saved: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[utc_datetime]
    submitted_at: Mapped[utc_datetime | None]
    terms: Mapped[json_dict | None]
    decision_due_on: Mapped[date | None] = mapped_column(Date)
    decided_at: Mapped[utc_datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decision_reason: Mapped[str] = mapped_column(String(40), default="")
    decision_words: Mapped[str] = mapped_column(Text, default="")
    letter_at: Mapped[utc_datetime | None]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    second_eyes: Mapped[bool] = mapped_column(default=False, server_default=false())
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[int] = mapped_column(default=0)
    waitlisted_at: Mapped[utc_datetime | None]
    offer_until: Mapped[utc_datetime | None]
    pay_until: Mapped[utc_datetime | None]
    confirmed_at: Mapped[utc_datetime | None]
    badge_code: Mapped[str | None] = mapped_column(String(32), unique=True)
    moves: Mapped[int] = mapped_column(default=0)


class RegistrationStep(Base):
    """One move of an application, or a note beside it: what, by whom (None is the system), why."""

    __tablename__ = "registration_steps"
    __table_args__ = (UniqueConstraint("registration_id", "number"),)

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    number: Mapped[int]
    event: Mapped[RegistrationEvent | None] = mapped_column(text_enum(RegistrationEvent, check="event_known"))
    before: Mapped[str] = mapped_column(String(40))
    after: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[utc_datetime]


class Place(Base):
    """A place a registration holds, or held, in one pool."""

    __tablename__ = "places"
    __table_args__ = (
        Index(
            "uq_places_held", "registration_id", "pool_id", unique=True,
            sqlite_where=HELD, postgresql_where=HELD,
        ),
        Index("ix_places_pool_id", "pool_id"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pools.id"))
    taken_at: Mapped[utc_datetime]
    released_at: Mapped[utc_datetime | None]
