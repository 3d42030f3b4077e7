"""The tables of files, what was found in them, who reviewed and who opened them; contents lie in the store."""

from uuid import UUID

from sqlalchemy import DDL, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, text_enum, utc_datetime, uuid_pk
from app.documents.states import FileState, Handling, Kind, MarkKind, Opened, Purpose, ReviewStep

APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER file_openings_no_update BEFORE UPDATE ON file_openings "
        "BEGIN SELECT RAISE(ABORT, 'Who opened a file is never changed.'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION file_openings_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE "
        "EXCEPTION 'Who opened a file is never changed.' USING ERRCODE = 'insufficient_privilege'; END $body$",
        "CREATE TRIGGER file_openings_no_update BEFORE UPDATE OR TRUNCATE ON file_openings "
        "FOR EACH STATEMENT EXECUTE FUNCTION file_openings_refuse()",
    ),
}
"""What the database itself refuses; the migration runs the same statements. Rows go only when their time is over."""


class File(Base):
    """A file somebody handed in, or a paper we issued. `name` is only a label and is blank once it is gone.

    `attested_by`, `attested_at`, `attestation` (the version of the text) and `handling` say who vouched that nothing
    controlled is in it. `removed` says which properties were taken off. `proposed_by` is the first of the two people
    whom the release of a held file takes.
    """

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('dropped', 'infected', 'condemned')) = (gone_at IS NOT NULL)", name="gone_has_time"
        ),
        CheckConstraint("size_bytes > 0", name="size_positive"),
        CheckConstraint(
            "(attested_by IS NULL) = (attested_at IS NULL) AND (attested_by IS NULL) = (attestation = '') "
            "AND (attested_by IS NULL) = (handling IS NULL)",
            name="attestation_whole",
        ),
        CheckConstraint(
            "attested_by IS NOT NULL OR purpose NOT IN ('room_document', 'entry_document', 'claim_proof')",
            name="attested_where_asked",
        ),
        CheckConstraint("handling IS NULL OR handling IN ('public', 'business_confidential')", name="may_enter"),
        CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="proposal_whole"),
        Index("ix_files_purpose_created_at", "purpose", "created_at"),
        Index("ix_files_state_created_at", "state", "created_at"),
    )

    id: Mapped[uuid_pk]
    purpose: Mapped[Purpose] = mapped_column(text_enum(Purpose, check="purpose_known"))
    kind: Mapped[Kind] = mapped_column(text_enum(Kind, check="kind_known"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[FileState] = mapped_column(text_enum(FileState, check="state_known"))
    finding: Mapped[str] = mapped_column(String(120), default="")
    removed: Mapped[str] = mapped_column(String(200), default="")
    attested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    attested_at: Mapped[utc_datetime | None]
    attestation: Mapped[str] = mapped_column(String(40), default="")
    handling: Mapped[Handling | None] = mapped_column(text_enum(Handling, check="handling_known"))
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[utc_datetime | None]
    scanned_at: Mapped[utc_datetime | None]
    created_at: Mapped[utc_datetime]
    gone_at: Mapped[utc_datetime | None]


class FileMark(Base):
    """A marking that the scan found in a file. `words` are erased with the content: they may be controlled too."""

    __tablename__ = "file_marks"

    id: Mapped[uuid_pk]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[MarkKind] = mapped_column(text_enum(MarkKind, check="kind_known"))
    place: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(String(300))


class FileReview(Base):
    """One step of what reviewers did to a file, with the reason."""

    __tablename__ = "file_reviews"

    id: Mapped[uuid_pk]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    step: Mapped[ReviewStep] = mapped_column(text_enum(ReviewStep, check="step_known"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[utc_datetime]


class FileOpening(Base):
    """That somebody opened a file: who, for which organization, when, from which address, which page, and how."""

    __tablename__ = "file_openings"
    __table_args__ = (
        CheckConstraint("page IS NULL OR page >= 1", name="page_from_one"),
        Index("ix_file_openings_file_id_at", "file_id", "at"),
        Index("ix_file_openings_at", "at"),
    )

    id: Mapped[uuid_pk]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    at: Mapped[utc_datetime]
    address: Mapped[str] = mapped_column(String(64))
    page: Mapped[int | None] = mapped_column(Integer)
    how: Mapped[Opened] = mapped_column(text_enum(Opened, check="how_known"))


for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(
            Base.metadata.tables["file_openings"], "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )  # fmt: skip
