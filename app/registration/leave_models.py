"""Tables of ways to leave that somebody decides on: a successor named, a visa denied."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, cents, text_enum, utc_datetime, uuid_pk
from app.registration.states import SubstitutionState, VisaClaimState

OPEN = text("state IN ('proposed', 'invited', 'applied')")
UNDECIDED = text("state = 'claimed'")


class Substitution(Base):
    """That somebody is to take the place of a confirmed person, who keeps it until the successor is approved.

    PROPOSED by a focal point it waits for the consent of whose place it is; `successor_id` is the application with
    which the named person answered.
    """

    __tablename__ = "substitutions"
    __table_args__ = (
        Index("uq_substitutions_open", "predecessor_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("uq_substitutions_successor", "successor_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("state <> 'passed' OR successor_id IS NOT NULL", name="passed_has_successor"),
        Index("ix_substitutions_email", "summit_id", "email"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    predecessor_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    state: Mapped[SubstitutionState] = mapped_column(text_enum(SubstitutionState, check="state_known"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    reason: Mapped[str] = mapped_column(Text, default="")
    named_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    named_at: Mapped[utc_datetime]
    closed_at: Mapped[utc_datetime | None]


class VisaClaim(Base):
    """A person's word, with proof, that their visa was denied; finance decides whether the special rule holds."""

    __tablename__ = "visa_claims"
    __table_args__ = (
        Index(
            "uq_visa_claims_undecided", "registration_id", unique=True, sqlite_where=UNDECIDED,
            postgresql_where=UNDECIDED,
        ),
        Index("ix_visa_claims_state_claimed_at", "state", "claimed_at"),
        CheckConstraint("(state = 'claimed') = (decided_at IS NULL)", name="decided_has_time"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), index=True)
    state: Mapped[VisaClaimState] = mapped_column(text_enum(VisaClaimState, check="state_known"))
    words: Mapped[str] = mapped_column(Text, default="")
    claimed_at: Mapped[utc_datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[utc_datetime | None]
    decision_words: Mapped[str] = mapped_column(Text, default="")
    refund_cents: Mapped[cents] = mapped_column(default=0)
