"""Who somebody is to a partner, as things stand now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.access import COMPANY, Principal, Role
from app.directory import queries as directory
from app.partners.states import Reader

ORGANIZERS = frozenset({Role.ORGANIZER, Role.REVIEWER, Role.ADMINISTRATOR})

# Interest hangs in here: which of these partners let any of these companies know their name by a live interest.
names_shown: list[Callable[[Session, Collection[UUID], Collection[UUID]], set[UUID]]] = []


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who reads about partners: for whom they act, and whether they were admitted."""

    user_id: UUID
    roles: frozenset[Role] = frozenset()
    organizations: frozenset[UUID] = frozenset()
    companies: frozenset[UUID] = frozenset()
    is_vetted: bool = field(default=False)

    @property
    def is_organizer(self) -> bool:
        return bool(self.roles & ORGANIZERS)

    @property
    def is_vetted_company(self) -> bool:
        return self.is_vetted and bool(self.companies)


def viewer_of(session: Session, person: Principal) -> Viewer:
    """Return who a signed-in person is to partners."""
    companies = person.organizations(*COMPANY)
    vetted = bool(companies) and directory.is_vetted(session, person.user_id)
    return Viewer(person.user_id, person.roles, person.organizations(), companies, vetted)


def counterparts(session: Session, partner_ids: Collection[UUID], companies: Collection[UUID]) -> set[UUID]:
    """Return those of the partners that let any of the companies know their name."""
    if not companies or not partner_ids:
        return set()
    return {one for handler in names_shown for one in handler(session, partner_ids, companies)}


def reader_of(session: Session, viewer: Viewer, organization_id: UUID) -> Reader:
    """Return the widest standing that a viewer has towards a partner."""
    if organization_id in viewer.organizations:
        return Reader.OURS
    if viewer.is_organizer:
        return Reader.ORGANIZER
    if counterparts(session, [organization_id], viewer.companies):
        return Reader.COUNTERPART
    return Reader.VETTED_COMPANY if viewer.is_vetted_company else Reader.ANYBODY
