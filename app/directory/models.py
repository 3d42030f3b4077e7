"""Tables of the directory: entries, their versions, claims to them and newly reported facts."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, json_dict, json_list, text_enum, utc_datetime, uuid_pk
from app.core.money import AmountBand
from app.core.reference import VersionedRow
from app.directory.states import (
    Category,
    ClaimState,
    EntryState,
    ExportClass,
    Facet,
    Orbit,
    Platform,
    ProposalState,
    StageGroup,
    Verification,
    VersionKind,
)

# Bytes decide the order, not a language: the directory sorts alike on both databases.
SortText = String(300).with_variant(String(300, collation="C"), "postgresql")


class DestinationRow(VersionedRow, Base):
    """One row of the destinations file as it was loaded; entries are made and renewed from these."""

    __tablename__ = "destination_rows"


class Entry(Base):
    """One thing in the directory, and what is shown of it now; drafts of it are versions.

    `as_of` is a day, month or year as its source gives it ("2026-02-12", "2026-02", "2026") or empty.
    `shown_since` is empty while nobody but its company and reviewers may see the entry; `confirmed_at`
    is when the company last said that what is shown is right. `revision` grows with every change.
    Content is the columns named in rules.FIELD_NAMES; those from `sought_kinds` on are derived from it to find
    and to sort by, from what everyone may see unless their comment says otherwise.
    """

    __tablename__ = "directory_entries"
    __table_args__ = (
        CheckConstraint("state != 'unclaimed' OR organization_id IS NULL", name="unclaimed_has_no_company"),
        CheckConstraint("confirmed_at IS NULL OR organization_id IS NOT NULL", name="confirmed_by_a_company"),
        CheckConstraint("state NOT IN ('published', 'stale') OR confirmed_at IS NOT NULL", name="published_confirmed"),
        CheckConstraint("state NOT IN ('suspended', 'withdrawn') OR shown_since IS NULL", name="hidden_not_shown"),
        Index("ix_directory_entries_sort_name_key", "sort_name", "key"),
        # Counts by facet read this and not the long texts of the row.
        Index("ix_directory_entries_counted", "id", "shown_since", "category", "stage_group", "confirmed_at"),
    )

    id: Mapped[uuid_pk]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[EntryState] = mapped_column(text_enum(EntryState, check="state_known"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    shown_since: Mapped[utc_datetime | None]
    confirmed_at: Mapped[utc_datetime | None]
    created_at: Mapped[utc_datetime]
    changed_at: Mapped[utc_datetime]

    name: Mapped[str] = mapped_column(String(200))
    lead_company: Mapped[str] = mapped_column(String(200))
    us_state: Mapped[str] = mapped_column(String(2), default="")
    category: Mapped[Category] = mapped_column(text_enum(Category, check="category_known"), index=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[str] = mapped_column(Text, default="")
    stage_group: Mapped[StageGroup] = mapped_column(text_enum(StageGroup, check="stage_known"), index=True)
    orbit: Mapped[Orbit | None] = mapped_column(text_enum(Orbit, check="orbit_known"))
    altitude_km: Mapped[int | None]
    inclination_deg: Mapped[float | None]
    platform: Mapped[Platform | None] = mapped_column(text_enum(Platform, check="platform_known"))
    target_first_launch: Mapped[str] = mapped_column(Text, default="")
    milestones: Mapped[json_list]
    partners: Mapped[json_list]
    partner_countries: Mapped[json_list]
    funding_facts: Mapped[json_list]
    foreign_participation: Mapped[str] = mapped_column(Text, default="")
    openings: Mapped[json_list]
    topic_keys: Mapped[json_list]
    sources: Mapped[json_list]
    as_of: Mapped[str] = mapped_column(String(10).with_variant(String(10, collation="C"), "postgresql"), default="")
    verification: Mapped[Verification] = mapped_column(text_enum(Verification, check="verification_known"))
    unverified_parts: Mapped[str] = mapped_column(Text, default="")
    seeking: Mapped[json_list]
    export_class: Mapped[ExportClass | None] = mapped_column(text_enum(ExportClass, check="export_class_known"))
    export_words: Mapped[str] = mapped_column(Text, default="")
    export_review: Mapped[bool] = mapped_column(default=False)
    contacts: Mapped[json_list]
    tiers: Mapped[json_dict]

    sought_kinds: Mapped[json_list]
    # What admitted participants may see of the amount: pairs are weighed by it.
    sought_band: Mapped[AmountBand | None] = mapped_column(text_enum(AmountBand, check="band_known"))
    launch_from: Mapped[int | None]
    launch_to: Mapped[int | None]
    completeness: Mapped[int] = mapped_column(default=0)
    sort_name: Mapped[str] = mapped_column(SortText)
    sort_company: Mapped[str] = mapped_column(SortText)
    search_text: Mapped[str] = mapped_column(Text)


class EntryStage(Base):
    """That an entry came to a stage, as it was shown: the history that lets a reader judge whether a plan holds."""

    __tablename__ = "directory_entry_stages"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"))
    number: Mapped[int]
    stage_group: Mapped[StageGroup] = mapped_column(text_enum(StageGroup, check="stage_known"))
    stage: Mapped[str] = mapped_column(Text)
    as_of: Mapped[str] = mapped_column(String(10))
    is_confirmed: Mapped[bool]
    shown_at: Mapped[utc_datetime]


class EntryDocument(Base):
    """A document that belongs to an entry, and the least tier that may open it."""

    __tablename__ = "directory_entry_documents"
    __table_args__ = (CheckConstraint("tier BETWEEN 0 AND 4", name="tier_known"),)

    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), unique=True)
    label: Mapped[str] = mapped_column(String(200))
    tier: Mapped[int]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    added_at: Mapped[utc_datetime]


class EntryFacet(Base):
    """One value that an entry can be found by: a public field with several values, spread into rows."""

    __tablename__ = "directory_entry_facets"
    __table_args__ = (Index("ix_directory_entry_facets_facet_value", "facet", "value", "entry_id"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True)
    facet: Mapped[Facet] = mapped_column(text_enum(Facet, check="facet_known"), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)


class EntryVersion(Base):
    """What an entry said at one time, who wrote it, and who vouched for it; never changed afterwards.

    A draft meant for publication carries the attestation that it holds no controlled technical data:
    person, time and version of the text agreed to.
    """

    __tablename__ = "directory_entry_versions"
    __table_args__ = (
        UniqueConstraint("entry_id", "number"),
        CheckConstraint(
            "(attested_by IS NULL) = (attested_at IS NULL) AND (attested_by IS NULL) = (attestation = '')",
            name="attestation_whole",
        ),
        CheckConstraint("kind = 'reported' OR attested_by IS NOT NULL", name="written_attested"),
    )

    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[VersionKind] = mapped_column(text_enum(VersionKind, check="kind_known"))
    content: Mapped[json_dict]
    changed_fields: Mapped[json_list]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[utc_datetime]
    attested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    attested_at: Mapped[utc_datetime | None]
    attestation: Mapped[str] = mapped_column(String(40), default="")


class Claim(Base):
    """A company's statement that an entry is its own, and what a reviewer made of it."""

    __tablename__ = "directory_claims"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_closed"),
        Index(
            "uq_directory_claims_open",
            "entry_id",
            "organization_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    claimant_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[ClaimState] = mapped_column(text_enum(ClaimState, check="state_known"), index=True)
    proof: Mapped[str] = mapped_column(Text)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"), index=True)
    claimed_at: Mapped[utc_datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[utc_datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class Proposal(Base):
    """Facts newly reported about a claimed entry; its company takes them into its draft or dismisses them."""

    __tablename__ = "directory_proposals"
    __table_args__ = (
        Index(
            "uq_directory_proposals_open",
            "entry_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), index=True)
    state: Mapped[ProposalState] = mapped_column(text_enum(ProposalState, check="state_known"))
    content: Mapped[json_dict]
    reported_at: Mapped[utc_datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[utc_datetime | None]
