"""Reads about people and organizations."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CompoundSelect, literal, null, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import LoginSession, Membership, Organization, RoleGrant, User
from app.accounts.rules import session_lives
from app.accounts.states import OrganizationKind
from app.core.access import STAFF, MembershipOf, Principal, Role


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as other rooms name and reach them."""

    id: UUID
    name: str
    email: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization as other rooms name it; `country` is ISO 3166-1 alpha-2."""

    id: UUID
    name: str
    kind: OrganizationKind
    country: str
    website: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who belongs to an organization, and as what."""

    user_id: UUID
    name: str
    email: str
    role: Role


def token_digest(token: str) -> str:
    """Return what is stored of a secret we handed out."""
    return hashlib.sha256(token.encode()).hexdigest()


def load_principal(
    session: Session, token: str, *, now: datetime, demo_people: bool = True
) -> tuple[Principal, datetime] | None:
    """Return who holds a session's token and when they were last seen, or None if it no longer counts.

    Two reads. Ended, idle, too old, suspended: all None; so are demo people when `demo_people` is False.
    """
    found = session.execute(
        select(LoginSession.id, LoginSession.created_at, LoginSession.last_seen_at, User.id, User.email, User.name,
               User.time_zone, User.is_demo)
        .join(User, User.id == LoginSession.user_id)
        .where(LoginSession.token_hash == token_digest(token), LoginSession.ended_at.is_(None))
        .where(User.suspended_at.is_(None))
    ).one_or_none()  # fmt: skip
    if found is None or (found.is_demo and not demo_people):
        return None
    session_id, created_at, last_seen_at, user_id, email, name, time_zone, _ = found
    roles, memberships = _held(session, user_id)
    if not session_lives(created_at, last_seen_at, staff=bool(roles & STAFF), now=now):
        return None
    person = Principal(user_id, email, name, time_zone, session_id, token, roles, memberships)
    return person, last_seen_at


def _held(session: Session, user_id: UUID) -> tuple[frozenset[Role], tuple[MembershipOf, ...]]:
    granted = select(RoleGrant.role, null().label("organization_id"), literal("").label("name")).where(
        RoleGrant.user_id == user_id, RoleGrant.revoked_at.is_(None)
    )
    member = (
        select(Membership.role, Membership.organization_id, Organization.name)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id == user_id)
    )
    both: CompoundSelect[Role, UUID | None, str] = union_all(member, granted)
    held = session.execute(both).all()
    memberships = sorted(
        (MembershipOf(organization_id, name, role) for role, organization_id, name in held if organization_id),
        key=lambda of: (of.organization_name, of.role),
    )
    return frozenset(row[0] for row in held), tuple(memberships)


def people(session: Session, ids: Iterable[UUID]) -> dict[UUID, PersonRow]:
    """Return the people with those ids, by id; unknown ids are left out."""
    wanted = select(User.id, User.name, User.email, User.time_zone).where(User.id.in_(set(ids)))
    return {row.id: PersonRow(*row) for row in session.execute(wanted)}


def organization(session: Session, organization_id: UUID) -> OrganizationRow | None:
    """Return one organization, None when there is none with that id."""
    return organizations(session, [organization_id]).get(organization_id)


def organizations(session: Session, ids: Iterable[UUID]) -> dict[UUID, OrganizationRow]:
    """Return the organizations with those ids, by id; unknown ids are left out."""
    wanted = select(Organization.id, Organization.name, Organization.kind, Organization.country, Organization.website)
    return {row.id: OrganizationRow(*row) for row in session.execute(wanted.where(Organization.id.in_(set(ids))))}


def country_abroad(session: Session, person: Principal) -> str:
    """Return the country of the person's first organization outside the United States; "" when there is none."""
    if not person.memberships:
        return ""
    homes = organizations(session, [m.organization_id for m in person.memberships])
    found = (homes[m.organization_id].country for m in person.memberships if m.organization_id in homes)
    return next((country for country in found if country != "US"), "")


def members(session: Session, organization_id: UUID) -> list[MemberRow]:
    """Return who belongs to an organization and may act for it, longest first; whoever is suspended is not among them.

    Who is asked here is also written to: nobody who is suspended hears of what goes on.
    """
    wanted = (
        select(User.id, User.name, User.email, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organization_id == organization_id, User.suspended_at.is_(None))
        .order_by(Membership.created_at, User.email)
    )
    return [MemberRow(*row) for row in session.execute(wanted)]
