"""Tables of interest: who is interested in what, and every step since."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, text_enum, utc_datetime, uuid_pk
from app.core.money import AmountBand
from app.interest.states import InterestEvent, InterestState, PassReason, Side, Visibility
from app.regulatory.states import Participation

# The states of LIVE; a test holds the two together.
IS_LIVE = text("state IN ('watching', 'interested', 'in_discussion', 'diligence', 'term_sheet', 'committed')")


class Interest(Base):
    """One partner organization's interest in one entry, in one kind of participation.

    `band` is a non-binding hint. `visibility` is what the entry's company may learn about the partner.
    """

    __tablename__ = "interests"
    __table_args__ = (
        CheckConstraint("(state = 'passed') = (pass_reason IS NOT NULL)", name="passed_with_reason"),
        Index(
            "uq_interests_live",
            "organization_id",
            "entry_id",
            "kind",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
        Index("ix_interests_entry_id_state", "entry_id", "state"),
        Index("ix_interests_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id"))
    kind: Mapped[Participation] = mapped_column(text_enum(Participation, check="kind_known"))
    band: Mapped[AmountBand] = mapped_column(text_enum(AmountBand, check="band_known"))
    visibility: Mapped[Visibility] = mapped_column(text_enum(Visibility, check="visibility_known"))
    state: Mapped[InterestState] = mapped_column(text_enum(InterestState, check="state_known"))
    pass_reason: Mapped[PassReason | None] = mapped_column(text_enum(PassReason, check="pass_reason_known"))
    note: Mapped[str] = mapped_column(Text, default="")
    stated_at: Mapped[utc_datetime]
    moved_at: Mapped[utc_datetime]
    expires_at: Mapped[utc_datetime]


class InterestStep(Base):
    """One step of an interest, kept for both sides to read."""

    __tablename__ = "interest_steps"
    __table_args__ = (Index("ix_interest_steps_interest_id_at", "interest_id", "at"),)

    id: Mapped[uuid_pk]
    interest_id: Mapped[UUID] = mapped_column(ForeignKey("interests.id", ondelete="CASCADE"))
    at: Mapped[utc_datetime]
    number: Mapped[int]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    side: Mapped[Side] = mapped_column(text_enum(Side, check="side_known"))
    event: Mapped[InterestEvent | None] = mapped_column(text_enum(InterestEvent, check="event_known"))
    before: Mapped[InterestState | None] = mapped_column(text_enum(InterestState, check="before_known"))
    after: Mapped[InterestState] = mapped_column(text_enum(InterestState, check="after_known"))
    reason: Mapped[str] = mapped_column(Text, default="")
