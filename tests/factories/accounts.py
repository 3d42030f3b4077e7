"""Makers of people, organizations, members and staff."""

from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import services
from app.accounts.models import Membership, Organization, User
from app.accounts.rules import lead_role
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.access import Role

_numbers = count(1)


def user(
    session: Session, *, name: str = "Aiko Tanaka", email: str | None = None, password: str | None = None,
    verified: bool = True, time_zone: str = "Asia/Tokyo",
) -> User:  # fmt: skip
    """A person with a confirmed address; without `password` they cannot sign in by the form."""
    return services.create_user(
        session, email=email or f"person{next(_numbers)}@example.org", name=name, password=password,
        verified=verified, time_zone=time_zone, now=clock.now(),
    )  # fmt: skip


def organization(
    session: Session, *, name: str = "Kibo Trading", kind: OrganizationKind = OrganizationKind.TRADING_HOUSE,
    country: str = "JP", website: str = "https://kibo.example",
) -> Organization:  # fmt: skip
    """A Japanese trading house, unless told otherwise; it has no members yet."""
    return services.create_organization(
        session, name=name, kind=kind, country=country, website=website, actor_id=None, now=clock.now()
    )


def company(session: Session, *, name: str = "Orbital Works") -> Organization:
    """A U.S. company."""
    return organization(session, name=name, kind=OrganizationKind.US_COMPANY, country="US", website="")


def member(
    session: Session, *, organization: Organization | None = None, person: User | None = None, role: Role | None = None
) -> Membership:
    """Somebody who belongs to an organization, by default as the one who manages it."""
    organization = organization or globals()["organization"](session)
    person = person or user(session)
    role = role or lead_role(organization.kind)
    return services.add_member(session, organization.id, person.id, role, actor_id=person.id, now=clock.now())


def staff(session: Session, *roles: Role, name: str = "Riley Stone", **person: str) -> User:
    """A person who works for the summit in `roles`."""
    found = user(session, name=name, time_zone="America/New_York", **person)
    for role in roles:
        services.grant_role(session, found.id, role, actor_id=None, now=clock.now())
    return found


def person_with(session: Session, role: Role) -> UUID:
    """The id of a person holding `role`, by a membership or by a grant."""
    if role in services.STAFF_ROLES:
        return staff(session, role).id
    of_company = role in (Role.COMPANY_OWNER, Role.COMPANY_DELEGATE, Role.EXPORT_OFFICER)
    place = company(session) if of_company else organization(session)
    return member(session, organization=place, role=role).user_id
