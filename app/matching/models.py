"""Tables of matching: what both sides wish, whom they keep away from, runs and the pairs they propose."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, json_list, text_enum, utc_datetime, uuid_pk
from app.matching.states import BlockKind, Ruling, RunState, Side, Wish, Work


class MatchWish(Base):
    """How much one side of a pair wants the meeting; saying it again replaces it."""

    __tablename__ = "match_wishes"
    __table_args__ = (
        UniqueConstraint("summit_id", "side", "registration_id", "entry_id"),
        Index("ix_match_wishes_entry_id", "entry_id", "side"),
        Index("ix_match_wishes_registration_id", "registration_id", "side"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    side: Mapped[Side] = mapped_column(text_enum(Side, check="side_known"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id"))
    wish: Mapped[Wish] = mapped_column(text_enum(Wish, check="wish_known"))
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    said_at: Mapped[utc_datetime]


class MatchBlock(Base):
    """That one side keeps a pair apart. Private to that side; matching and seating obey it without a word."""

    __tablename__ = "match_blocks"
    __table_args__ = (
        UniqueConstraint("summit_id", "side", "registration_id", "entry_id"),
        Index("ix_match_blocks_pair", "registration_id", "entry_id"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    side: Mapped[Side] = mapped_column(text_enum(Side, check="side_known"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id"), index=True)
    kind: Mapped[BlockKind] = mapped_column(text_enum(BlockKind, check="kind_known"))
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[utc_datetime]


class MatchRuling(Base):
    """That organizers pinned a pair, or left it out, from the next run on, and why."""

    __tablename__ = "match_rulings"
    __table_args__ = (UniqueConstraint("summit_id", "registration_id", "entry_id"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id"))
    ruling: Mapped[Ruling] = mapped_column(text_enum(Ruling, check="ruling_known"))
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[utc_datetime]


class MatchRun(Base):
    """One computation of who should meet whom, from draft to published, with its settings and measures."""

    __tablename__ = "match_runs"
    __table_args__ = (
        UniqueConstraint("summit_id", "number"),
        Index(
            "uq_match_runs_published", "summit_id", unique=True,
            sqlite_where=text("state = 'published'"), postgresql_where=text("state = 'published'"),
        ),
        CheckConstraint("state = 'draft' OR work = 'done'", name="only_computed_moves"),
        CheckConstraint("(work = 'done') = (computed_at IS NOT NULL)", name="computed_when_done"),
        CheckConstraint("partner_capacity > 0 AND entry_capacity > 0 AND floor >= 0", name="settings_sane"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    number: Mapped[int]
    state: Mapped[RunState] = mapped_column(text_enum(RunState, check="state_known"))
    work: Mapped[Work] = mapped_column(text_enum(Work, check="work_known"))
    partner_capacity: Mapped[int]
    entry_capacity: Mapped[int]
    floor: Mapped[int]
    job_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[utc_datetime]
    computed_at: Mapped[utc_datetime | None]
    published_at: Mapped[utc_datetime | None]
    metrics: Mapped[json_dict]


class MatchPair(Base):
    """One proposed pair of a run: its value, both fits with their parts, and why in words for each side.

    `place` is the pair's place in the run's order, which does not depend on identifiers.
    """

    __tablename__ = "match_pairs"
    __table_args__ = (
        UniqueConstraint("run_id", "registration_id", "entry_id"),
        UniqueConstraint("run_id", "place"),
    )

    id: Mapped[uuid_pk]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_runs.id", ondelete="CASCADE"))
    place: Mapped[int]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id"))
    value: Mapped[int]
    partner_fit: Mapped[int]
    company_fit: Mapped[int]
    partner_parts: Mapped[json_list]
    company_parts: Mapped[json_list]
    reasons_partner: Mapped[json_list]
    reasons_company: Mapped[json_list]
    unknown: Mapped[json_list]
    is_pinned: Mapped[bool] = mapped_column(default=False)
