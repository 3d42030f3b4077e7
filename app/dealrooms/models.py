"""Tables of deal rooms: rooms, agreements and who accepted them, folders and documents, grants, questions."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, text_enum, utc_datetime, uuid_pk
from app.dealrooms.states import (
    Audience,
    GrantEvent,
    GrantState,
    PersonStanding,
    QuestionState,
    RoomRole,
    RoomState,
)

# The states of LIVE_GRANTS; a test holds the two together.
IS_LIVE = text("state IN ('requested', 'approval_pending', 'nda_pending', 'granted')")
IS_OPEN = text("state = 'open'")


class Room(Base):
    """The deal room of an entry, kept by the company that opened it; another company never inherits it.

    `nda_number` is the version of the agreement that holds now. With `export_approval` the export officer approves
    each grant, document and answer; `export_locked` lets only that officer turn this off. `revision` counts changes.
    """

    __tablename__ = "deal_rooms"
    __table_args__ = (
        CheckConstraint("NOT export_locked OR export_approval", name="lock_means_approval"),
        CheckConstraint("question_quota BETWEEN 0 AND 200", name="quota_in_range"),
        CheckConstraint("nda_number >= 1", name="nda_from_one"),
        CheckConstraint("state = 'open' OR ended_at IS NOT NULL", name="ended_has_time"),
        Index("uq_deal_rooms_open", "entry_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_deal_rooms_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    state: Mapped[RoomState] = mapped_column(text_enum(RoomState, check="state_known"))
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[utc_datetime]
    expires_at: Mapped[utc_datetime | None]
    ended_at: Mapped[utc_datetime | None]
    downloads: Mapped[bool]
    export_approval: Mapped[bool]
    export_locked: Mapped[bool]
    question_quota: Mapped[int]
    nda_number: Mapped[int]
    revision: Mapped[int]


class NdaVersion(Base):
    """A text of a room's agreement, kept for good: who accepted it accepted exactly this."""

    __tablename__ = "deal_room_nda_versions"
    __table_args__ = (UniqueConstraint("room_id", "number"),)

    id: Mapped[uuid_pk]
    room_id: Mapped[UUID] = mapped_column(ForeignKey("deal_rooms.id"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[utc_datetime]


class RoomPerson(Base):
    """What somebody of the company does with questions in a room, where it is not what their role brings."""

    __tablename__ = "deal_room_people"
    __table_args__ = (UniqueConstraint("room_id", "user_id"),)

    id: Mapped[uuid_pk]
    room_id: Mapped[UUID] = mapped_column(ForeignKey("deal_rooms.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[RoomRole] = mapped_column(text_enum(RoomRole, check="role_known"))


class Folder(Base):
    """A folder of a room; `note` says for whom or for which stage it is meant."""

    __tablename__ = "deal_room_folders"
    __table_args__ = (Index("ix_deal_room_folders_room_id_position", "room_id", "position"),)

    id: Mapped[uuid_pk]
    room_id: Mapped[UUID] = mapped_column(ForeignKey("deal_rooms.id"))
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int]
    removed_at: Mapped[utc_datetime | None]


class Document(Base):
    """A document in a folder. What was removed keeps its row, so that the log of who read it stays readable."""

    __tablename__ = "deal_room_documents"
    __table_args__ = (Index("ix_deal_room_documents_room_id_folder_id", "room_id", "folder_id"),)

    id: Mapped[uuid_pk]
    room_id: Mapped[UUID] = mapped_column(ForeignKey("deal_rooms.id"))
    folder_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_folders.id"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    current: Mapped[int]
    added_at: Mapped[utc_datetime]
    removed_at: Mapped[utc_datetime | None]


class DocumentVersion(Base):
    """One file that a document was or is. In a room with export approval others see it once an officer cleared it."""

    __tablename__ = "deal_room_document_versions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        UniqueConstraint("file_id"),
        CheckConstraint("(cleared_by_id IS NULL) = (cleared_at IS NULL)", name="clearance_whole"),
        CheckConstraint("cleared_at IS NULL OR refused_at IS NULL", name="cleared_or_refused"),
    )

    id: Mapped[uuid_pk]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_documents.id"))
    number: Mapped[int]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"))
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[utc_datetime]
    cleared_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    cleared_at: Mapped[utc_datetime | None]
    refused_at: Mapped[utc_datetime | None]
    refusal: Mapped[str] = mapped_column(String(1000), default="")


class Grant(Base):
    """An organization's access to a room: to the whole of it or to chosen folders, for everybody or for named people.

    `requested_by_id` is the person on the partner's side who asked or was invited. `questions_asked` counts against
    the room's quota.
    """

    __tablename__ = "deal_room_grants"
    __table_args__ = (
        CheckConstraint("questions_asked >= 0", name="questions_not_negative"),
        CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approval_whole"),
        Index(
            "uq_deal_room_grants_live", "room_id", "organization_id", unique=True,
            sqlite_where=IS_LIVE, postgresql_where=IS_LIVE,
        ),
        Index("ix_deal_room_grants_state_expires_at", "state", "expires_at"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    room_id: Mapped[UUID] = mapped_column(ForeignKey("deal_rooms.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    interest_id: Mapped[UUID | None] = mapped_column(ForeignKey("interests.id"), index=True)
    state: Mapped[GrantState] = mapped_column(text_enum(GrantState, check="state_known"))
    requested_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    asked_at: Mapped[utc_datetime]
    moved_at: Mapped[utc_datetime]
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    whole_room: Mapped[bool]
    for_everybody: Mapped[bool]
    expires_at: Mapped[utc_datetime | None]
    warned_at: Mapped[utc_datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[utc_datetime | None]
    questions_asked: Mapped[int]


class GrantFolder(Base):
    """A folder that a grant for part of a room opens."""

    __tablename__ = "deal_room_grant_folders"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_grants.id", ondelete="CASCADE"), primary_key=True)
    folder_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_folders.id"), primary_key=True, index=True)


class GrantPerson(Base):
    """Somebody of an organization with access whom the company named or shut out."""

    __tablename__ = "deal_room_grant_people"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_grants.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    standing: Mapped[PersonStanding] = mapped_column(text_enum(PersonStanding, check="standing_known"))
    at: Mapped[utc_datetime]


class GrantStep(Base):
    """One step of an organization's access, kept for the company and the export officer to read."""

    __tablename__ = "deal_room_grant_steps"
    __table_args__ = (UniqueConstraint("grant_id", "number"),)

    id: Mapped[uuid_pk]
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_grants.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[utc_datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    event: Mapped[GrantEvent | None] = mapped_column(text_enum(GrantEvent, check="event_known"))
    before: Mapped[GrantState | None] = mapped_column(text_enum(GrantState, check="before_known"))
    after: Mapped[GrantState] = mapped_column(text_enum(GrantState, check="after_known"))
    reason: Mapped[str] = mapped_column(Text, default="")


class Acceptance(Base):
    """That a person accepted a room's agreement: the name they typed, for whom, when, from where, which text."""

    __tablename__ = "deal_room_acceptances"
    __table_args__ = (
        UniqueConstraint("room_id", "nda_number", "user_id", "organization_id", name="uq_deal_room_acceptances_once"),
    )

    id: Mapped[uuid_pk]
    room_id: Mapped[UUID] = mapped_column(ForeignKey("deal_rooms.id"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_grants.id"), index=True)
    nda_number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    typed_name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[utc_datetime]


class Question(Base):
    """A question of an organization with access, and its answer. Who asked is shown to the company only.

    `attestation` and `answer_attestation` are the versions of the statement that the writers agreed to.
    """

    __tablename__ = "deal_room_questions"
    __table_args__ = (
        CheckConstraint("(state = 'published') = (answered_at IS NOT NULL)", name="published_has_time"),
        CheckConstraint("state != 'published' OR answer != ''", name="published_has_answer"),
        Index("ix_deal_room_questions_room_id_state", "room_id", "state"),
        Index("ix_deal_room_questions_grant_id", "grant_id"),
    )

    id: Mapped[uuid_pk]
    room_id: Mapped[UUID] = mapped_column(ForeignKey("deal_rooms.id"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("deal_room_grants.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("deal_room_documents.id"), index=True)
    state: Mapped[QuestionState] = mapped_column(text_enum(QuestionState, check="state_known"))
    body: Mapped[str] = mapped_column(Text)
    attestation: Mapped[str] = mapped_column(String(40))
    drafted_at: Mapped[utc_datetime]
    moved_at: Mapped[utc_datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_attestation: Mapped[str] = mapped_column(String(40), default="")
    answer_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    audience: Mapped[Audience] = mapped_column(text_enum(Audience, check="audience_known"))
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    cleared_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[utc_datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
