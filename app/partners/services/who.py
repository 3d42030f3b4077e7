"""Who may act for an organization in this room."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.queries import OrganizationRow
from app.accounts.states import OrganizationKind
from app.core.access import Role
from app.core.errors import NotFound, Refused
from app.partners.queries.profiles import NO_ORGANIZATION

SPEAKERS = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE})
SAVED_MEANWHILE = "Somebody else saved this meanwhile. Load the page again and enter your changes once more."


def require_member(session: Session, organization_id: UUID, actor_id: UUID) -> OrganizationRow:
    """Return the organization if the actor belongs to it, and for a U.S. company writes for it. Raises NotFound."""
    organization = accounts.organization(session, organization_id)
    members = accounts.members(session, organization_id)
    mine = [member for member in members if member.user_id == actor_id]
    if organization is None or not mine:
        raise NotFound(NO_ORGANIZATION)
    if organization.kind is OrganizationKind.US_COMPANY and not any(member.role in SPEAKERS for member in mine):
        raise NotFound(NO_ORGANIZATION)
    return organization


def require_partner(session: Session, organization_id: UUID, actor_id: UUID) -> OrganizationRow:
    """Return the organization if the actor belongs to it and it is no U.S. company. Raises NotFound, Refused."""
    organization = require_member(session, organization_id, actor_id)
    if organization.kind is OrganizationKind.US_COMPANY:
        raise Refused("Profiles and mandates are for partners. As a U.S. company, keep your entries instead.")
    return organization
