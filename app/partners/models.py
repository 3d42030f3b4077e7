"""Tables of partners: the profile of an organization, its mandates, their versions, whom it marked in private."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, json_list, text_enum, utc_datetime, uuid_pk
from app.core.money import AmountBand
from app.partners.states import MandateState, MarkKind


class Profile(Base):
    """What a partner says about itself beyond its application, and who may read which field.

    `audiences` maps a field's name to the number of an Audience; `is_listed` is that the name's is the widest.
    """

    __tablename__ = "partner_profiles"
    __table_args__ = (UniqueConstraint("organization_id"),)

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[json_list]
    audiences: Mapped[json_dict]
    is_listed: Mapped[bool] = mapped_column(default=False, index=True)
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[utc_datetime]
    confirmed_at: Mapped[utc_datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class Mandate(Base):
    """What an organization may do: what it brings, looks for, how much, at which stage, until when, what it cannot.

    `audience` and `ticket_audience` are numbers of an Audience. `due_at` is when somebody should confirm it again;
    `nagged_at` is when a mail asked for that since.
    """

    __tablename__ = "mandates"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("ticket_audience <= audience", name="ticket_not_wider"),
        CheckConstraint("state <> 'active' OR confirmed_at IS NOT NULL", name="active_is_confirmed"),
        Index("ix_mandates_state_audience", "state", "audience", "organization_id"),
        Index("ix_mandates_state_due_at", "state", "due_at"),
    )

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[MandateState] = mapped_column(text_enum(MandateState, check="state_known"))
    offers: Mapped[json_list]
    seeks: Mapped[json_list]
    least: Mapped[AmountBand] = mapped_column(text_enum(AmountBand, check="least_known"))
    most: Mapped[AmountBand] = mapped_column(text_enum(AmountBand, check="most_known"))
    currency: Mapped[str] = mapped_column(String(3))
    stages: Mapped[json_list]
    instruments: Mapped[json_list]
    aims: Mapped[json_list]
    aims_words: Mapped[str] = mapped_column(Text, default="")
    us_states: Mapped[json_list]
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    restrictions: Mapped[json_list]
    restrictions_words: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[int]
    ticket_audience: Mapped[int]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[utc_datetime]
    updated_at: Mapped[utc_datetime]
    confirmed_at: Mapped[utc_datetime | None]
    due_at: Mapped[utc_datetime | None]
    nagged_at: Mapped[utc_datetime | None]


class PartnerVersion(Base):
    """A profile, or with `mandate_id` a mandate, as it was saved: nothing that was said is lost."""

    __tablename__ = "partner_versions"
    __table_args__ = (Index("ix_partner_versions_organization_id", "organization_id", "mandate_id", "number"),)

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey("mandates.id"), index=True)
    number: Mapped[int]
    content: Mapped[json_dict]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[utc_datetime]


class PartnerMark(Base):
    """That an organization keeps apart from another, or knows it already. Private to the one that said so.

    The other is named, and is found by that name when it comes later; `other_id` once it is known here.
    """

    __tablename__ = "partner_marks"
    __table_args__ = (UniqueConstraint("organization_id", "search_name"),)

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    other_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(600), index=True)
    kind: Mapped[MarkKind] = mapped_column(text_enum(MarkKind, check="kind_known"))
    note: Mapped[str] = mapped_column(Text, default="")
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[utc_datetime]
