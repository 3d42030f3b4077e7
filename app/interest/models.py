"""Tables of interest: who is interested in what, every step since, and what a company keeps for itself about it."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import ids
from app.core.db import Base, json_dict, json_list, text_enum, utc_datetime, uuid_pk
from app.core.money import AmountBand
from app.interest.states import (
    CountryRule,
    InterestEvent,
    InterestState,
    NamesAnswer,
    Off,
    PassReason,
    Side,
    Via,
    Visibility,
)
from app.regulatory.states import Participation

# The states of LIVE; a test holds the two together.
IS_LIVE = text("state IN ('watching', 'interested', 'in_discussion', 'diligence', 'term_sheet', 'committed')")
EARLY = "('watching', 'interested', 'in_discussion', 'diligence')"


class Interest(Base):
    """One partner organization's interest in one entry, in one kind of participation.

    `band`, in `currency`, is a non-binding hint, `amount_cents` an exact one, in the smallest unit of the currency.
    `visibility` is what the entry's company may learn about the partner. `revision` is the number of the last step;
    `stamp` is new with every change and says to whoever sends a form whether it is still the same, without telling a
    company how much went on before it was told. `reminded_at` is when the partner was asked whether it still holds,
    empty again once it said so.
    """

    __tablename__ = "interests"
    __table_args__ = (
        CheckConstraint("(state = 'passed') = (pass_reason IS NOT NULL)", name="passed_with_reason"),
        CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount_above_zero"),
        CheckConstraint(f"amount_cents IS NULL OR state NOT IN {EARLY}", name="amount_from_term_sheet"),
        CheckConstraint("(reconfirmed_count = 0) = (reconfirmed_at IS NULL)", name="reconfirmed_whole"),
        CheckConstraint("(names_answer IS NULL) = (names_answered_at IS NULL)", name="names_answered_whole"),
        CheckConstraint("names_answer IS NULL OR names_asked_at IS NOT NULL", name="names_asked_first"),
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
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    visibility: Mapped[Visibility] = mapped_column(text_enum(Visibility, check="visibility_known"))
    state: Mapped[InterestState] = mapped_column(text_enum(InterestState, check="state_known"))
    pass_reason: Mapped[PassReason | None] = mapped_column(text_enum(PassReason, check="pass_reason_known"))
    note: Mapped[str] = mapped_column(Text, default="")
    stated_at: Mapped[utc_datetime]
    moved_at: Mapped[utc_datetime]
    expires_at: Mapped[utc_datetime]
    revision: Mapped[int] = mapped_column(default=1)
    stamp: Mapped[UUID] = mapped_column(default=ids.new_id)
    reconfirmed_at: Mapped[utc_datetime | None]
    reconfirmed_count: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[utc_datetime | None]
    names_asked_at: Mapped[utc_datetime | None]
    names_answer: Mapped[NamesAnswer | None] = mapped_column(text_enum(NamesAnswer, check="names_answer_known"))
    names_answered_at: Mapped[utc_datetime | None]


class InterestStep(Base):
    """One step of an interest, or a change beside the ladder, kept for both sides to read."""

    __tablename__ = "interest_steps"
    __table_args__ = (
        UniqueConstraint("interest_id", "number"),
        Index("ix_interest_steps_interest_id_at", "interest_id", "at"),
    )

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


class InterestLead(Base):
    """What a company keeps for itself about an interest in its entry; no partner and no other company ever reads it.

    `told_at` is when somebody was reminded that the next step is overdue, once for each step.
    """

    __tablename__ = "interest_leads"
    __table_args__ = (
        UniqueConstraint("interest_id", "organization_id"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating_one_to_five"),
        CheckConstraint("next_on IS NULL OR next_step != ''", name="dated_step_has_words"),
        Index("ix_interest_leads_next_on", "next_on"),
    )

    id: Mapped[uuid_pk]
    interest_id: Mapped[UUID] = mapped_column(ForeignKey("interests.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    next_step: Mapped[str] = mapped_column(Text, default="")
    next_on: Mapped[date | None] = mapped_column(Date)
    rating: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, default="")
    told_at: Mapped[utc_datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[utc_datetime]


class StageWeight(Base):
    """How much of an interest at a stage counts in a company's weighted totals, where it differs from the default."""

    __tablename__ = "interest_stage_weights"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent_whole"),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    state: Mapped[InterestState] = mapped_column(text_enum(InterestState, check="state_known"), primary_key=True)
    percent: Mapped[int]


class EntryFilter(Base):
    """Which requests a company does not want to get for an entry; private to it, and gone when the entry changes hands.

    The lists hold values; `least` the smallest band by currency. Its meaning is rules.filters.
    """

    __tablename__ = "interest_filters"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kinds: Mapped[json_list]
    least: Mapped[json_dict]
    refuses_undisclosed: Mapped[bool]
    partner_kinds: Mapped[json_list]
    country_rule: Mapped[CountryRule] = mapped_column(text_enum(CountryRule, check="country_rule_known"))
    countries: Mapped[json_list]
    stages: Mapped[json_list]
    languages: Mapped[json_list]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[utc_datetime]


class FilterCount(Base):
    """How many requests a filter turned away in a week, by what was off; never whose."""

    __tablename__ = "interest_filter_counts"
    __table_args__ = (CheckConstraint("count > 0", name="counted"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True)
    week_on: Mapped[date] = mapped_column(Date, primary_key=True)
    off: Mapped[Off] = mapped_column(text_enum(Off, check="off_known"), primary_key=True)
    via: Mapped[Via] = mapped_column(text_enum(Via, check="via_known"), primary_key=True)
    count: Mapped[int]
