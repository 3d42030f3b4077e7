"""Tables of the vetting desk: letters, questions and answers, proposals, reasons, scopes, views, bulk decisions."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, json_list, text_enum, utc_datetime, uuid_pk
from app.registration.states import (
    BulkState,
    LetterKind,
    LetterState,
    Outcome,
    ParticipantType,
    ProposalState,
    Speaker,
)

WAITING = text("state = 'waiting'")
OPEN = text("state = 'open'")
DEFAULT = text("is_default")


class DecisionLetter(Base):
    """The letter about one decision, which waits until `leaves_at` and can be written anew until then.

    `facts` are what its words are filled with. An empty `body` is the template in force when it leaves; once it
    has left, subject and body are what was sent.
    """

    __tablename__ = "decision_letters"
    __table_args__ = (
        Index(
            "uq_decision_letters_waiting", "registration_id", unique=True,
            sqlite_where=WAITING, postgresql_where=WAITING,
        ),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed_has_time"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    kind: Mapped[LetterKind] = mapped_column(text_enum(LetterKind, check="kind_known"))
    state: Mapped[LetterState] = mapped_column(text_enum(LetterState, check="state_known"))
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[json_dict]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]
    leaves_at: Mapped[utc_datetime]
    closed_at: Mapped[utc_datetime | None]


class LetterTemplate(Base):
    """One version of the organizers' words for one kind of letter; an empty body is the words we ship."""

    __tablename__ = "letter_templates"
    __table_args__ = (UniqueConstraint("summit_id", "kind", "version"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    kind: Mapped[LetterKind] = mapped_column(text_enum(LetterKind, check="kind_known"))
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]


class ReasonList(Base):
    """One version of the reasons for which applications are declined: key, label for the desk, public words."""

    __tablename__ = "reason_lists"
    __table_args__ = (UniqueConstraint("summit_id", "version"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    version: Mapped[int]
    reasons: Mapped[json_list]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]


class RegistrationMessage(Base):
    """A question of the desk or an answer of the applicant.

    The applicant sees a question from `told_at`, when its letter left. `files` are ids of documents sent along.
    """

    __tablename__ = "registration_messages"
    __table_args__ = (UniqueConstraint("registration_id", "number"),)

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    number: Mapped[int]
    speaker: Mapped[Speaker] = mapped_column(text_enum(Speaker, check="speaker_known"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    files: Mapped[json_list]
    at: Mapped[utc_datetime]
    told_at: Mapped[utc_datetime | None]
    closed_at: Mapped[utc_datetime | None]


class ApprovalProposal(Base):
    """That one reviewer proposes to approve; another one confirms it. The database refuses the same person."""

    __tablename__ = "approval_proposals"
    __table_args__ = (
        Index(
            "uq_approval_proposals_open", "registration_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
        ),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_time"),
        CheckConstraint(
            "state <> 'confirmed' OR (closed_by IS NOT NULL AND closed_by <> proposed_by)", name="two_people"
        ),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    state: Mapped[ProposalState] = mapped_column(text_enum(ProposalState, check="state_known"))
    words: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[utc_datetime]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    closed_at: Mapped[utc_datetime | None]


class ReviewerScope(Base):
    """That a reviewer works only on one participant type, one market, or one of both; without a row on all."""

    __tablename__ = "reviewer_scopes"
    __table_args__ = (
        CheckConstraint("participant_type IS NOT NULL OR market IS NOT NULL", name="narrows"),
        Index("ix_reviewer_scopes_user", "user_id", "summit_id"),
    )

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    participant_type: Mapped[ParticipantType | None] = mapped_column(text_enum(ParticipantType, check="type_known"))
    market: Mapped[str | None] = mapped_column(String(2))


class DeskView(Base):
    """A view of the desk that somebody saved: what it shows, in which order."""

    __tablename__ = "desk_views"
    __table_args__ = (
        UniqueConstraint("summit_id", "owner_id", "name"),
        Index(
            "uq_desk_views_default", "summit_id", "owner_id", unique=True,
            sqlite_where=DEFAULT, postgresql_where=DEFAULT,
        ),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    shown: Mapped[json_dict]
    is_shared: Mapped[bool]
    is_default: Mapped[bool]
    made_at: Mapped[utc_datetime]


class BulkDecision(Base):
    """One decision about many applications: previewed, then run as a job, one transaction for each."""

    __tablename__ = "bulk_decisions"

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    state: Mapped[BulkState] = mapped_column(text_enum(BulkState, check="state_known"))
    decision: Mapped[str] = mapped_column(String(20), default="")
    particulars: Mapped[json_dict]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]
    job_id: Mapped[UUID | None]
    finished_at: Mapped[utc_datetime | None]


class BulkItem(Base):
    """One application of a bulk decision: as it was seen, and how it came out."""

    __tablename__ = "bulk_items"
    __table_args__ = (UniqueConstraint("bulk_id", "position"), UniqueConstraint("bulk_id", "registration_id"))

    id: Mapped[uuid_pk]
    bulk_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_decisions.id"))
    position: Mapped[int]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    seen_moves: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome, check="outcome_known"))
    words: Mapped[str] = mapped_column(Text, default="")
