"""Tables of this room: delegations, their delegates, nomination letters, imports, and who may act for whom."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, text_enum, utc_datetime, uuid_pk
from app.delegations.states import Endorsement, ImportState
from app.registration.states import ParticipantType

PRESENT = text("removed_at IS NULL")


class Delegation(Base):
    """The people whom one organization sends to one summit; locked by whoever counts them against the cap."""

    __tablename__ = "delegations"
    __table_args__ = (UniqueConstraint("summit_id", "organization_id"),)

    id: Mapped[uuid_pk]
    summit_id: Mapped[UUID] = mapped_column(ForeignKey("summits.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    opened_at: Mapped[utc_datetime]


class Delegate(Base):
    """One person of a delegation: entered by a focal point, or found by the application that names the organization.

    `entered_by_id` None means that the person came by themselves. `prepared` holds what a focal point filled in for
    the application before the person took it over. `rank` orders the reserve.
    """

    __tablename__ = "delegates"
    __table_args__ = (
        Index(
            "uq_delegates_present", "delegation_id", "email", unique=True,
            sqlite_where=PRESENT, postgresql_where=PRESENT,
        ),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("(endorsement = 'waiting') = (decided_at IS NULL)", name="decided_when_not_waiting"),
        CheckConstraint("endorsement <> 'refused' OR reason <> ''", name="refused_with_reason"),
        CheckConstraint("(endorsement = 'reserve') = (rank IS NOT NULL)", name="reserve_has_rank"),
        CheckConstraint("(submitted_by_id IS NULL) = (submitted_at IS NULL)", name="on_behalf_whole"),
        Index("ix_delegates_email", "email"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    job_title: Mapped[str] = mapped_column(String(120))
    citizenship: Mapped[str] = mapped_column(String(2))
    birth_year: Mapped[int | None]
    participant_type: Mapped[ParticipantType] = mapped_column(text_enum(ParticipantType, check="type_known"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    endorsement: Mapped[Endorsement] = mapped_column(text_enum(Endorsement, check="endorsement_known"))
    rank: Mapped[int | None]
    decided_at: Mapped[utc_datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    prepared: Mapped[json_dict]
    is_paid_for: Mapped[bool] = mapped_column(default=False, server_default=false())
    entered_at: Mapped[utc_datetime]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[utc_datetime | None]
    submitted_at: Mapped[utc_datetime | None]
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    removed_at: Mapped[utc_datetime | None]
    removed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class Nomination(Base):
    """A nomination letter or note verbale: for the whole delegation, or for the delegates it names."""

    __tablename__ = "nominations"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_whole"),
        Index("ix_nominations_delegation_id", "delegation_id", "uploaded_at"),
    )

    id: Mapped[uuid_pk]
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), unique=True)
    covers_all: Mapped[bool]
    uploaded_at: Mapped[utc_datetime]
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[utc_datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class Nominated(Base):
    """That a nomination letter names a delegate."""

    __tablename__ = "nominated_delegates"

    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nominations.id"), primary_key=True)
    delegate_id: Mapped[UUID] = mapped_column(ForeignKey("delegates.id"), primary_key=True, index=True)


class DelegationImport(Base):
    """A sheet of delegates: looked through when uploaded, run when somebody says so. `counts` is how it came out."""

    __tablename__ = "delegation_imports"
    __table_args__ = (Index("ix_delegation_imports_delegation_id", "delegation_id", "uploaded_at"),)

    id: Mapped[uuid_pk]
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), unique=True)
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState, check="state_known"))
    keeps_reserve: Mapped[bool]
    counts: Mapped[json_dict]
    uploaded_at: Mapped[utc_datetime]
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    job_id: Mapped[UUID | None]
    finished_at: Mapped[utc_datetime | None]


class FocalGrant(Base):
    """That somebody, such as a commercial officer of an embassy, acts for an organization or for all of a country."""

    __tablename__ = "focal_grants"
    __table_args__ = (
        CheckConstraint("(organization_id IS NULL) <> (country IS NULL)", name="for_one_of_two"),
        Index("ix_focal_grants_user_id", "user_id"),
        Index(
            "uq_focal_grants_organization", "user_id", "organization_id", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
        Index(
            "uq_focal_grants_country", "user_id", "country", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    country: Mapped[str | None] = mapped_column(String(2))
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[utc_datetime]
    granted_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[utc_datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
