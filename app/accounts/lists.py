"""Reads for this room's own pages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    EmailToken,
    JoinRequest,
    LoginSession,
    Membership,
    MergedOrganization,
    MergedPerson,
    Organization,
    RoleGrant,
    User,
)
from app.accounts.queries import MemberRow, OrganizationRow, token_digest
from app.accounts.rules import address_prefix, folded, session_lives
from app.accounts.states import AskState, LinkPurpose, OrganizationKind
from app.core.access import STAFF, Role
from app.core.paging import Page, paginate

PEOPLE_PER_PAGE = 20
MEMBERS_PER_PAGE = 50
SORTED_BY = {"name": User.name, "email": User.email, "joined": User.created_at}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One place where somebody is signed in; `place` is the part of the address that tells no line."""

    id: UUID
    device: str
    place: str
    started_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person in the administrators' list."""

    id: UUID
    name: str
    email: str
    created_at: datetime
    verified_at: datetime | None
    suspended_at: datetime | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class BelongsTo:
    """An organization somebody belongs to, and as what."""

    id: UUID
    name: str
    kind: OrganizationKind
    country: str
    role: Role


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that was not accepted yet."""

    id: UUID
    email: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Somebody who asks to belong to an organization."""

    id: UUID
    name: str
    email: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link that still works says before it is used."""

    email: str
    expires_at: datetime
    role: Role | None
    organization_name: str | None
    account_name: str | None
    account_confirmed: bool


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person whom the demonstration lets anybody be."""

    id: UUID
    name: str
    label: str


def sessions_of(session: Session, user_id: UUID, *, staff: bool, now: datetime) -> list[SessionRow]:
    """Return where somebody is signed in at `now`, last seen first."""
    wanted = (
        select(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now)
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.created_at.desc())
        .limit(100)
    )
    return [
        SessionRow(row.id, row.device, address_prefix(row.address), row.created_at, row.last_seen_at)
        for row in session.scalars(wanted)
        if session_lives(row.created_at, row.last_seen_at, staff=staff, now=now)
    ]


def users(
    session: Session, *, search: str = "", role: Role | None = None, sort: str = "name", number: int = 1
) -> Page[UserRow]:
    """Return a page of people whose name or address holds `search`, by name, address or newest first."""
    column = SORTED_BY.get(sort, User.name)
    wanted = select(User).where(User.search_text.contains(folded(search), autoescape=True))
    wanted = wanted.where(User.id.not_in(select(MergedPerson.gone_id)))
    if role is not None:
        held = exists().where(RoleGrant.user_id == User.id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
        wanted = wanted.where(held)
    order = column.desc() if sort == "joined" else func.lower(column)
    page = paginate(session, wanted.order_by(order, User.id), lambda user: user, number=number, size=PEOPLE_PER_PAGE)
    roles = roles_of(session, [user.id for user in page.items])
    return Page([_user_row(user, roles) for user in page.items], page.total, page.number, page.size)


def user(session: Session, user_id: UUID) -> UserRow | None:
    """Return one person as administrators see them."""
    found = session.get(User, user_id)
    return _user_row(found, roles_of(session, [user_id])) if found else None


def _user_row(found: User, roles: dict[UUID, list[Role]]) -> UserRow:
    return UserRow(found.id, found.name, found.email, found.created_at, found.email_verified_at, found.suspended_at,
                   tuple(roles.get(found.id, [])))  # fmt: skip


def user_with(session: Session, email: str) -> UUID | None:
    """Return whose address that is, in the form it is stored in."""
    return session.scalar(select(User.id).where(User.email == email))


def someone_holds(session: Session, role: Role) -> bool:
    """Tell whether anybody works for the summit in a role."""
    held = select(RoleGrant.id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
    return session.scalars(held.limit(1)).first() is not None


def roles_of(session: Session, ids: list[UUID]) -> dict[UUID, list[Role]]:
    """Return the staff roles that people hold, by person."""
    wanted = select(RoleGrant.user_id, RoleGrant.role).where(RoleGrant.user_id.in_(ids), RoleGrant.revoked_at.is_(None))
    roles: dict[UUID, list[Role]] = {}
    for user_id, role in session.execute(wanted.order_by(RoleGrant.role)):
        roles.setdefault(user_id, []).append(role)
    return roles


def works_for_summit(roles: tuple[Role, ...]) -> bool:
    """Tell whether somebody with these roles counts as staff."""
    return bool(STAFF & set(roles))


def belongs_to(session: Session, user_id: UUID) -> list[BelongsTo]:
    """Return the organizations somebody belongs to, by name."""
    wanted = (
        select(Organization.id, Organization.name, Organization.kind, Organization.country, Membership.role)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user_id)
        .order_by(Organization.name, Organization.id)
        .limit(100)
    )
    return [BelongsTo(*row) for row in session.execute(wanted)]


def members_of(session: Session, organization_id: UUID, *, number: int = 1) -> Page[MemberRow]:
    """Return a page of an organization's members, longest first."""
    wanted = (
        select(User.id, User.name, User.email, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organization_id == organization_id)
        .order_by(Membership.created_at, User.email)
    )
    return paginate(session, wanted, MemberRow, number=number, size=MEMBERS_PER_PAGE)


def organizations_found(session: Session, *, search: str = "", number: int = 1) -> Page[OrganizationRow]:
    """Return a page of organizations whose name holds `search`, by name."""
    wanted = select(
        Organization.id, Organization.name, Organization.kind, Organization.country, Organization.website
    ).where(Organization.search_name.contains(folded(search), autoescape=True))
    wanted = wanted.where(Organization.id.not_in(select(MergedOrganization.gone_id)))
    ordered = wanted.order_by(Organization.search_name, Organization.id)
    return paginate(session, ordered, OrganizationRow, number=number)


def invitations(session: Session, organization_id: UUID, *, now: datetime) -> list[InvitationRow]:
    """Return the invitations of an organization that can still be accepted, oldest first."""
    wanted = (
        select(EmailToken.id, EmailToken.email, EmailToken.role, EmailToken.expires_at)
        .where(EmailToken.organization_id == organization_id, EmailToken.purpose == LinkPurpose.INVITE)
        .where(EmailToken.used_at.is_(None), EmailToken.expires_at > now)
        .order_by(EmailToken.created_at, EmailToken.email)
        .limit(100)
    )
    return [InvitationRow(id, email, role, ends) for id, email, role, ends in session.execute(wanted) if role]  # noqa: A001


def join_requests(session: Session, organization_id: UUID) -> list[RequestRow]:
    """Return who asks to belong to an organization, longest first."""
    wanted = (
        select(JoinRequest.id, User.name, User.email, JoinRequest.asked_at)
        .join(User, User.id == JoinRequest.user_id)
        .where(JoinRequest.organization_id == organization_id, JoinRequest.state == AskState.WAITING)
        .order_by(JoinRequest.asked_at, JoinRequest.id)
        .limit(100)
    )
    return [RequestRow(*row) for row in session.execute(wanted)]


def asked_by(session: Session, user_id: UUID) -> dict[UUID, str]:
    """Return the organizations that a person asks to belong to and that have not answered, by id, oldest first."""
    wanted = (
        select(Organization.id, Organization.name)
        .join(JoinRequest, JoinRequest.organization_id == Organization.id)
        .where(JoinRequest.user_id == user_id, JoinRequest.state == AskState.WAITING)
        .order_by(JoinRequest.asked_at, JoinRequest.id)
        .limit(20)
    )
    return {row.id: row.name for row in session.execute(wanted)}


def asks_to_join(session: Session, organization_id: UUID, request_id: UUID) -> bool:
    """Tell whether a request to join is one of this organization's."""
    wanted = select(JoinRequest.id).where(JoinRequest.id == request_id, JoinRequest.organization_id == organization_id)
    return session.scalar(wanted) is not None


def opened_link(session: Session, purpose: LinkPurpose, secret: str, *, now: datetime) -> OpenedLink | None:
    """Return what a link says without using it; None when it no longer works."""
    wanted = (
        select(EmailToken.email, EmailToken.expires_at, EmailToken.role, Organization.name, User.name,
               User.email_verified_at)
        .outerjoin(Organization, Organization.id == EmailToken.organization_id)
        .outerjoin(User, User.email == EmailToken.email)
        .where(EmailToken.token_hash == token_digest(secret), EmailToken.purpose == purpose)
        .where(EmailToken.used_at.is_(None), EmailToken.expires_at > now)
    )  # fmt: skip
    row = session.execute(wanted).one_or_none()
    return OpenedLink(*row[:5], row[5] is not None) if row else None


def demo_people(session: Session) -> list[DemoPerson]:
    """Return whom the demonstration lets anybody be, in the order they were made."""
    wanted = select(User.id, User.name, User.demo_label).where(User.is_demo, User.suspended_at.is_(None))
    return [DemoPerson(*row) for row in session.execute(wanted.order_by(User.created_at, User.email).limit(50))]
