"""Tables of this room: questionnaires, their versions, what was answered."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, text_enum, utc_datetime, uuid_pk
from app.questionnaires.states import VersionState

DRAFTS = text("state = 'draft'")


class Questionnaire(Base):
    """A set of questions for one purpose of one summit; `version` is the number in force, 0 before the first."""

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("summit_id", "key"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[utc_datetime]


class QuestionnaireVersion(Base):
    """What is asked, from one publication to the next; at most one draft, and a published version never changes.

    `edits` counts the changes of a draft, so that two editors notice each other.
    """

    __tablename__ = "questionnaire_versions"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "number"),
        Index(
            "uq_questionnaire_versions_draft", "questionnaire_id", unique=True, sqlite_where=DRAFTS,
            postgresql_where=DRAFTS,
        ),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_has_time"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaires.id"))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(text_enum(VersionState, check="state_known"))
    content: Mapped[json_dict]
    edits: Mapped[int] = mapped_column(default=0)
    edited_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    edited_at: Mapped[utc_datetime]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    published_at: Mapped[utc_datetime | None]


class QuestionnaireReply(Base):
    """What one subject (a registration, say) answered, and to which version."""

    __tablename__ = "questionnaire_replies"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "subject_kind", "subject_id"),
        Index("ix_questionnaire_replies_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[uuid_pk]
    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaires.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_versions.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    answers: Mapped[json_dict]
    edits: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[utc_datetime]
