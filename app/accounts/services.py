"""What makes a person, an organization, a member, a role and a session; everything else builds on these."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import LoginSession, Membership, Organization, RoleGrant, User
from app.accounts.queries import token_digest
from app.accounts.rules import LATEST_END, is_recent, normal_email, roles_in, time_zone_names
from app.accounts.states import KIND_LABELS, ROLE_LABELS, STAFF_ROLES, OrganizationKind
from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused, SignInRequired


class EmailTaken(Refused):
    """Somebody already signs in with that address. For commands and makers, never for a visitor's eyes."""

    code = "email_taken"


class RecentSignInRequired(SignInRequired):
    """Signed in, but too long ago for what is wanted."""

    code = "recent_sign_in_required"


def create_user(
    session: Session, *, email: str, name: str, password: str | None = None, verified: bool = False,
    time_zone: str = "UTC", now: datetime,
) -> User:  # fmt: skip
    """Add a person. Raises EmailTaken, or InvalidInput naming the field; the password is the caller's to judge."""
    email, name = normal_email(email), " ".join(name.split())
    if not name or len(name) > 200:
        raise InvalidInput("Enter a name of at most 200 characters.")
    if "@" not in email or len(email) > 254:
        raise InvalidInput("Enter an e-mail address like name@example.org.")
    if time_zone not in time_zone_names():
        raise InvalidInput(f"Choose a time zone from the list; {time_zone!r} is not one.")
    taken = EmailTaken("Somebody already signs in with that address.")
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise taken
    user = User(
        email=email, name=name, time_zone=time_zone, created_at=now, email_verified_at=now if verified else None,
        password_hash=passwords.hashed(password) if password is not None else None,
    )  # fmt: skip
    session.add(user)
    with explained({"uq_users_email": taken}):
        session.flush()
    audit.record(session, "user.created", ("user", user.id), actor_id=user.id, detail={"email": email, "name": name})
    return user


def create_organization(
    session: Session, *, name: str, kind: OrganizationKind, country: str, website: str = "",
    actor_id: UUID | None, now: datetime,
) -> Organization:  # fmt: skip
    """Add an organization; it has no members yet. Raises InvalidInput naming the field."""
    name, country = " ".join(name.split()), country.strip().upper()
    if not name or len(name) > 200:
        raise InvalidInput("Enter the organization's name, at most 200 characters.")
    if len(country) != 2 or not country.isalpha():
        raise InvalidInput("Choose the organization's country from the list.")
    if kind is OrganizationKind.US_COMPANY and country != "US":
        raise InvalidInput("A U.S. company has the country United States.")
    added = Organization(name=name, kind=kind, country=country, website=website.strip(), created_at=now)
    session.add(added)
    session.flush()
    audit.record(
        session, "organization.created", ("organization", added.id), actor_id=actor_id,
        detail={"name": name, "kind": kind, "country": country},
    )  # fmt: skip
    return added


def add_member(
    session: Session, organization_id: UUID, user_id: UUID, role: Role, *, actor_id: UUID | None, now: datetime
) -> Membership:
    """Let a person belong to an organization in a role that its kind has. Refuses who belongs already."""
    found = session.get(Organization, organization_id)
    if found is None:
        raise NotFound("That organization does not exist.")
    if role not in roles_in(found.kind):
        raise InvalidInput(f"{KIND_LABELS[found.kind]}: '{ROLE_LABELS[role]}' is not a role there.")
    taken = Refused("This person already belongs to the organization. Change their role instead.")
    wanted = select(Membership.id).where(Membership.organization_id == organization_id, Membership.user_id == user_id)
    if session.scalar(wanted) is not None:
        raise taken
    membership = Membership(organization_id=organization_id, user_id=user_id, role=role, created_at=now)
    session.add(membership)
    with explained({"uq_memberships_organization_id_user_id": taken}):
        session.flush()
    audit.record(
        session, "membership.added", ("organization", organization_id), actor_id=actor_id, after=role,
        detail={"user": str(user_id)},
    )  # fmt: skip
    return membership


def grant_role(
    session: Session, user_id: UUID, role: Role, *, actor_id: UUID | None, reason: str = "", now: datetime
) -> None:
    """Let a person work for the summit in a role, from their next request on. Granting twice changes nothing.

    Raises Refused when the role comes with a membership or when `actor_id` is the person.
    """
    if role not in STAFF_ROLES:
        raise Refused(f"'{ROLE_LABELS[role]}' comes with membership of an organization. Add the person there.")
    if actor_id == user_id:
        raise Refused("Nobody grants a role to themselves. Ask another administrator.")
    if session.get(User, user_id) is None:
        raise NotFound("That person does not exist.")
    held = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
    )
    if session.scalar(held) is not None:
        return
    session.add(RoleGrant(user_id=user_id, role=role, granted_at=now, granted_by_id=actor_id))
    with explained({"uq_role_grants_held": Refused("Somebody just granted that role. Reload the page to see it.")}):
        session.flush()
    audit.record(session, "role.granted", ("user", user_id), actor_id=actor_id, after=role, reason=reason)


def start_session(session: Session, user_id: UUID, *, device: str, address: str, now: datetime) -> str:
    """Sign a person in somewhere and return the token for the cookie; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    started = LoginSession(
        user_id=user_id, token_hash=token_digest(token), created_at=now, authenticated_at=now, last_seen_at=now,
        expires_at=now + LATEST_END, device=device[:120], address=address[:45],
    )  # fmt: skip
    session.add(started)
    session.flush()
    audit.record(
        session, "session.started", ("user", user_id), actor_id=user_id, detail={"device": device, "address": address}
    )
    return token


def require_recent_sign_in(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Refuse who did not prove within ten minutes who they are: before role grants, refunds, exports."""
    if not has_recent_sign_in(session, session_id, now=now):
        raise RecentSignInRequired("Enter your password again to do this.")


def has_recent_sign_in(session: Session, session_id: UUID, *, now: datetime) -> bool:
    """Tell whether somebody proved within ten minutes who they are, so that pages can ask before anything is typed."""
    at = session.scalar(select(LoginSession.authenticated_at).where(LoginSession.id == session_id))
    return at is not None and is_recent(at, now)
