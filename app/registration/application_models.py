"""Tables around an application: what is typed and not saved yet, what was declared, what was changed afterwards."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, text_enum, utc_datetime, uuid_pk
from app.registration.change_states import ChangeState

WAITING = text("state = 'proposed'")


class RegistrationDraft(Base):
    """What stands in the inputs of one page of an application, saved as the person types, fit or not.

    `inputs` is empty once the page was saved in earnest; `edits` counts every save of the page, so that two devices
    notice each other.
    """

    __tablename__ = "registration_drafts"
    __table_args__ = (UniqueConstraint("registration_id", "page"),)

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    page: Mapped[str] = mapped_column(String(40))
    inputs: Mapped[json_dict]
    edits: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[utc_datetime]


class RegistrationDeclaration(Base):
    """That a person declared what a questionnaire asked them to: its words, under which name, when."""

    __tablename__ = "registration_declarations"

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    version: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(200))
    declared_at: Mapped[utc_datetime]


class RegistrationChange(Base):
    """A change of a submitted application: applied at once, or proposed until the desk decides.

    `before` and `after` hold the changed fields of `part` only; the part "withdrawal" has none.
    """

    __tablename__ = "registration_changes"
    __table_args__ = (
        UniqueConstraint("registration_id", "number"),
        Index(
            "uq_registration_changes_waiting", "registration_id", "part", unique=True, sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_registration_changes_state", "state", "proposed_at"),
        CheckConstraint(
            "(state IN ('proposed', 'applied')) = (decided_at IS NULL)", name="decided_when_closed"
        ),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    number: Mapped[int]
    part: Mapped[str] = mapped_column(String(40))
    state: Mapped[ChangeState] = mapped_column(text_enum(ChangeState, check="state_known"))
    before: Mapped[json_dict]
    after: Mapped[json_dict]
    why: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[utc_datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[utc_datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
