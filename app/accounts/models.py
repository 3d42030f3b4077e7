"""Tables of people, organizations, what people may do, and where they are signed in."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.rules import folded
from app.accounts.states import (
    MEMBER_ROLES,
    STAFF_ROLES,
    AskState,
    LinkPurpose,
    OrganizationKind,
    PairState,
    RecordKind,
)
from app.core.access import Role
from app.core.db import Base, json_list, text_enum, utc_datetime, uuid_pk


def _one_of(column: str, roles: frozenset[Role]) -> str:
    return f"{column} IN ({', '.join(repr(role.value) for role in sorted(roles))})"


def _person_search_text(context: Any) -> str:
    values = context.get_current_parameters()
    return folded(f"{values['name']} {values['email']}")


def _organization_search_name(context: Any) -> str:
    return folded(context.get_current_parameters()["name"])


class User(Base):
    """A person who may sign in; one row per e-mail address, which is kept in lower case.

    A person without `password_hash` cannot sign in by password: that is how somebody who only uses a
    passkey or an identity provider will look. Those come as tables of their own that point here (one row
    per credential or per issuer and subject); nothing in this table has to change for them.
    """

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[uuid_pk]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(Text, default=_person_search_text)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[utc_datetime]
    email_verified_at: Mapped[utc_datetime | None]
    suspended_at: Mapped[utc_datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())
    demo_label: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Organization(Base):
    """A fund, company, agency or ministry that takes part; `country` is ISO 3166-1 alpha-2."""

    __tablename__ = "organizations"
    __table_args__ = (CheckConstraint("length(country) = 2 AND country = upper(country)", name="country_iso2"),)

    id: Mapped[uuid_pk]
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(600), default=_organization_search_name, index=True)
    kind: Mapped[OrganizationKind] = mapped_column(text_enum(OrganizationKind, check="kind_known"))
    country: Mapped[str] = mapped_column(String(2))
    website: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[utc_datetime]


class Membership(Base):
    """That a person belongs to an organization, in one role."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        CheckConstraint(_one_of("role", MEMBER_ROLES), name="role_of_members"),
    )

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role, check="role_known"))
    created_at: Mapped[utc_datetime]


class RoleGrant(Base):
    """That a person works for the summit in a role; a revoked grant stays as a record."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(_one_of("role", STAFF_ROLES), name="role_of_staff"),
        Index(
            "uq_role_grants_held",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[uuid_pk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role, check="role_known"))
    granted_at: Mapped[utc_datetime]
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[utc_datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class LoginSession(Base):
    """One place where a person is signed in, found by the SHA-256 of the token in the cookie.

    `authenticated_at` is when the person last proved who they are; `expires_at` is the latest end for
    anyone, and the rules end it sooner for staff and for the idle.
    """

    __tablename__ = "login_sessions"

    id: Mapped[uuid_pk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[utc_datetime]
    authenticated_at: Mapped[utc_datetime]
    last_seen_at: Mapped[utc_datetime]
    expires_at: Mapped[utc_datetime]
    device: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(45))
    ended_at: Mapped[utc_datetime | None]


class EmailToken(Base):
    """A link we mailed, found by the SHA-256 of its secret; good once and until it expires.

    `email` is the address it went to. VERIFY makes that address the person's own; RESET lets them choose
    a password; INVITE lets whoever owns the address join an organization in a role.
    """

    __tablename__ = "email_tokens"
    __table_args__ = (
        CheckConstraint("(purpose = 'invite') = (organization_id IS NOT NULL)", name="invite_names_organization"),
        CheckConstraint("(purpose = 'invite') = (role IS NOT NULL)", name="invite_names_role"),
        CheckConstraint("(purpose = 'invite') = (user_id IS NULL)", name="others_name_person"),
    )

    id: Mapped[uuid_pk]
    purpose: Mapped[LinkPurpose] = mapped_column(text_enum(LinkPurpose, check="purpose_known"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    role: Mapped[Role | None] = mapped_column(text_enum(Role, check="role_known"))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[utc_datetime]
    expires_at: Mapped[utc_datetime]
    used_at: Mapped[utc_datetime | None]


class JoinRequest(Base):
    """That somebody asks to belong to an organization; whoever manages its members answers."""

    __tablename__ = "join_requests"
    __table_args__ = (
        Index(
            "uq_join_requests_waiting", "organization_id", "user_id", unique=True,
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_when_answered"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[AskState] = mapped_column(text_enum(AskState, check="state_known"))
    asked_at: Mapped[utc_datetime]
    decided_at: Mapped[utc_datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class MergedPerson(Base):
    """The tombstone of a person's second record: it leads to the one that was kept."""

    __tablename__ = "merged_people"
    __table_args__ = (CheckConstraint("gone_id <> kept_id", name="two_records"),)

    gone_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    merged_at: Mapped[utc_datetime]
    merged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class MergedOrganization(Base):
    """The tombstone of an organization's second record: it leads to the one that was kept."""

    __tablename__ = "merged_organizations"
    __table_args__ = (CheckConstraint("gone_id <> kept_id", name="two_records"),)

    gone_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    merged_at: Mapped[utc_datetime]
    merged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class LikenessKey(Base):
    """A short text that records which may be the same have in common; only those are compared."""

    __tablename__ = "likeness_keys"
    __table_args__ = (Index("ix_likeness_keys_subject", "kind", "subject_id"),)

    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind, check="kind_known"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)


class DuplicatePair(Base):
    """Two records that may be one; `reasons` says why, `facts_digest` what was known when it was judged last."""

    __tablename__ = "duplicate_pairs"
    __table_args__ = (
        UniqueConstraint("kind", "first_id", "second_id"),
        CheckConstraint("first_id <> second_id", name="two_records"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        Index("ix_duplicate_pairs_list", "state", "kind", "score"),
        Index("ix_duplicate_pairs_second_id", "second_id"),
    )

    id: Mapped[uuid_pk]
    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind, check="kind_known"))
    first_id: Mapped[UUID]
    second_id: Mapped[UUID]
    score: Mapped[int]
    reasons: Mapped[json_list]
    facts_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[PairState] = mapped_column(text_enum(PairState, check="state_known"))
    found_at: Mapped[utc_datetime]
    decided_at: Mapped[utc_datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decision_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
