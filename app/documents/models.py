"""The table of files; their content lies in the store, under a key of ours."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, text_enum, utc_datetime, uuid_pk
from app.documents.states import FileState, Kind, Purpose


class File(Base):
    """A file somebody handed in, or a paper we issued. `name` is only a label and is blank once it is gone."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint("(state IN ('dropped', 'infected')) = (gone_at IS NOT NULL)", name="gone_has_time"),
        CheckConstraint("size_bytes > 0", name="size_positive"),
        Index("ix_files_purpose_created_at", "purpose", "created_at"),
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
    scanned_at: Mapped[utc_datetime | None]
    created_at: Mapped[utc_datetime]
    gone_at: Mapped[utc_datetime | None]
