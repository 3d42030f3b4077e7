"""What is known of people and organizations that tells whether two records are one; rooms above add what they know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.likeness import OrganizationFacts, PersonFacts
from app.accounts.models import Membership, MergedOrganization, MergedPerson, Organization, User

Ids = Collection[UUID] | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of themselves in another room; empty where they said nothing."""

    name: str = ""
    birth_year: int | None = None
    citizenship: str = ""
    phone: str = ""


more_about_people: list[Callable[[Session, Ids], dict[UUID, list[Said]]]] = []
"""Filled where the rooms are put together; ids None means everybody."""


def people_facts(session: Session, ids: Ids = None) -> dict[UUID, PersonFacts]:
    """Return what is known of people (of everybody when `ids` is None), without those who were merged away."""
    gone = select(MergedPerson.gone_id)
    wanted = select(User.id, User.name, User.email).where(User.id.not_in(gone))
    belongs = select(Membership.user_id, Membership.organization_id)
    if ids is not None:
        wanted, belongs = wanted.where(User.id.in_(ids)), belongs.where(Membership.user_id.in_(ids))
    houses: dict[UUID, list[str]] = {}
    for user_id, organization_id in session.execute(belongs):
        houses.setdefault(user_id, []).append(str(organization_id))
    said: dict[UUID, list[Said]] = {}
    for more in more_about_people:
        for user_id, found in more(session, ids).items():
            said.setdefault(user_id, []).extend(found)
    return {
        user_id: _person(user_id, name, email, houses.get(user_id, []), said.get(user_id, []))
        for user_id, name, email in session.execute(wanted)
    }


def _person(user_id: UUID, name: str, email: str, houses: list[str], said: list[Said]) -> PersonFacts:
    return PersonFacts(
        id=user_id,
        names=tuple(dict.fromkeys([name, *(one.name for one in said if one.name)])),
        email=email,
        birth_years=tuple(sorted({one.birth_year for one in said if one.birth_year})),
        citizenships=tuple(sorted({one.citizenship for one in said if one.citizenship})),
        phones=tuple(sorted({one.phone for one in said if one.phone})),
        organizations=tuple(sorted(houses)),
    )


def organization_facts(session: Session, ids: Ids = None) -> dict[UUID, OrganizationFacts]:
    """Return what is known of organizations (of all when `ids` is None), without those that were merged away."""
    wanted = select(Organization.id, Organization.name, Organization.country, Organization.website)
    wanted = wanted.where(Organization.id.not_in(select(MergedOrganization.gone_id)))
    if ids is not None:
        wanted = wanted.where(Organization.id.in_(ids))
    return {row.id: OrganizationFacts(*row) for row in session.execute(wanted)}
