"""Tables of this room: the list itself, cases, the names they are about, possible hits and every step taken."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_list, text_enum, utc_datetime, uuid_pk
from app.core.reference import VersionedRow
from app.screening.states import CaseEvent, CaseState, NameKind


class ListEntry(VersionedRow, Base):
    """A party on the restricted-party list (`key` is its id there), as one version of the list published it."""

    __tablename__ = "screening_list_entries"

    list_code: Mapped[str] = mapped_column(String(10), index=True)
    name: Mapped[str] = mapped_column(Text)


class Case(Base):
    """One vetting question about one subject. `revision` counts the sets of names it was asked about.

    `list_version` is the version its names were last compared with, null until then. A first recommendation
    waits in `proposed_*`.
    """

    __tablename__ = "screening_cases"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id"),
        CheckConstraint(
            "(state IN ('cleared', 'confirmed_match')) = (decided_at IS NOT NULL)", name="decided_if_closed"
        ),
        CheckConstraint("(list_version IS NULL) = (screened_at IS NULL)", name="screened_with_a_list"),
        CheckConstraint("state != 'cleared' OR list_version IS NOT NULL", name="cleared_after_screening"),
        CheckConstraint("hit_count >= 0 AND top_score BETWEEN 0 AND 100", name="figures_in_range"),
        CheckConstraint(
            "(proposed_event IS NULL) = (proposed_by_id IS NULL) AND (proposed_event IS NULL) = (proposed_at IS NULL)",
            name="proposal_whole",
        ),
        Index("ix_screening_cases_state_opened", "state", "opened_at"),
    )

    id: Mapped[uuid_pk]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[CaseState] = mapped_column(text_enum(CaseState, check="state_known"))
    revision: Mapped[int]
    opened_at: Mapped[utc_datetime]
    screened_at: Mapped[utc_datetime | None]
    list_version: Mapped[int | None]
    hit_count: Mapped[int]
    top_score: Mapped[int]
    assigned_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_event: Mapped[CaseEvent | None] = mapped_column(text_enum(CaseEvent, check="proposed_event_known"))
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[utc_datetime | None]
    decided_at: Mapped[utc_datetime | None]


class CasePerson(Base):
    """That a case concerns a person: they may neither read nor decide it."""

    __tablename__ = "screening_case_people"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("screening_cases.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)


class CaseName(Base):
    """A name that a case is about, with the facts given beside it; kept for each revision."""

    __tablename__ = "screening_case_names"
    __table_args__ = (
        UniqueConstraint("case_id", "revision", "position"),
        CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year_plausible"),
    )

    id: Mapped[uuid_pk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("screening_cases.id"))
    revision: Mapped[int]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[NameKind] = mapped_column(text_enum(NameKind, check="kind_known"))
    country: Mapped[str] = mapped_column(String(2))
    birth_year: Mapped[int | None]


class Hit(Base):
    """A listed party that a name resembles, with what was compared; a record of its day, never rewritten.

    `score` is 0 to 100; `explanation` says in words which parts matched and how.
    """

    __tablename__ = "screening_hits"
    __table_args__ = (
        UniqueConstraint("name_id", "list_version", "entry_key"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        Index("ix_screening_hits_case_version", "case_id", "list_version"),
    )

    id: Mapped[uuid_pk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("screening_cases.id"))
    name_id: Mapped[UUID] = mapped_column(ForeignKey("screening_case_names.id"))
    list_version: Mapped[int]
    entry_key: Mapped[str] = mapped_column(String(120))
    list_code: Mapped[str] = mapped_column(String(10))
    listed_name: Mapped[str] = mapped_column(Text)
    matched_name: Mapped[str] = mapped_column(Text)
    score: Mapped[int]
    explanation: Mapped[json_list]
    agreeing: Mapped[json_list]
    disagreeing: Mapped[json_list]


class CaseStep(Base):
    """What somebody (null: the system) did to a case and why; `event` is a move or a word like 'recommend_clear'."""

    __tablename__ = "screening_case_steps"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    id: Mapped[uuid_pk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("screening_cases.id"))
    sequence: Mapped[int]
    at: Mapped[utc_datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    event: Mapped[str] = mapped_column(String(40))
    before: Mapped[CaseState] = mapped_column(text_enum(CaseState, check="before_known"))
    after: Mapped[CaseState] = mapped_column(text_enum(CaseState, check="after_known"))
    reason: Mapped[str] = mapped_column(Text)
