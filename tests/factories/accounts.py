"""Makers of people, organizations, members and staff."""

from itertools import count
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts import duplicates, services
from app.accounts.models import DuplicatePair, Membership, Organization, User
from app.accounts.rules import lead_role
from app.accounts.states import OrganizationKind, RecordKind
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


def duplicate_people(session: Session) -> DuplicatePair:
    """Two records of one person, found as such: the same mailbox written in two ways."""
    number = next(_numbers)
    user(session, name="Noor Haddad", email=f"noor{number}@example.org")
    second = user(session, name="Haddad Noor", email=f"noor{number}+leo@example.org")
    return _pair_of(session, RecordKind.PERSON, second.id)


def duplicate_organizations(session: Session) -> DuplicatePair:
    """Two records of one organization, found as such: one name with and without its legal form."""
    number = next(_numbers)
    organization(session, name=f"Mirai Orbital {number}", website="")
    second = organization(session, name=f"Mirai Orbital {number} Co., Ltd.", website="")
    return _pair_of(session, RecordKind.ORGANIZATION, second.id)


def _pair_of(session: Session, kind: RecordKind, second_id: UUID) -> DuplicatePair:
    """Return the one pair of a record, after both of its records were looked at."""
    session.flush()
    compared = duplicates.compare_all(session, kind)
    duplicates.keep_compared(session, compared, now=clock.now())
    either = or_(DuplicatePair.first_id == second_id, DuplicatePair.second_id == second_id)
    return session.scalars(select(DuplicatePair).where(DuplicatePair.kind == kind, either)).one()
