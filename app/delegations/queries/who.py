"""Who may act for an organization: those who manage its members, and officers to whom organizers granted it."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, MergedOrganization, Organization
from app.core.access import Principal, Role
from app.core.errors import NotFound
from app.delegations.models import Delegation, FocalGrant

LEADS = (Role.FOCAL_POINT, Role.COMPANY_OWNER)
SEES_ALL = frozenset({Role.REVIEWER, Role.ORGANIZER})
NO_DELEGATION = "That delegation does not exist, or it is not yours to see."


def acts_for(session: Session, user_id: UUID, organization_id: UUID) -> bool:
    """Tell whether a person may enter and endorse delegates of an organization."""
    mine = select(Organization.id).where(Organization.id == organization_id, Organization.id.in_(acting_for(user_id)))
    return session.scalar(mine) is not None


def acting_for(user_id: UUID) -> Select[UUID]:
    """Return the query of the organizations a person acts for."""
    led = select(Membership.organization_id).where(Membership.user_id == user_id, Membership.role.in_(LEADS))
    held = (FocalGrant.user_id == user_id, FocalGrant.revoked_at.is_(None))
    granted = select(FocalGrant.organization_id).where(*held, FocalGrant.organization_id.is_not(None))
    countries = select(FocalGrant.country).where(*held, FocalGrant.country.is_not(None))
    gone = select(MergedOrganization.gone_id)
    return select(Organization.id).where(
        Organization.id.not_in(gone),
        or_(Organization.id.in_(led), Organization.id.in_(granted), Organization.country.in_(countries)),
    )


def has_focal_point(session: Session, organization_id: UUID, *, besides: UUID | None = None) -> bool:
    """Tell whether anybody manages an organization's members, or was granted to act for it, besides one person."""
    leads = select(Membership.id).where(Membership.organization_id == organization_id, Membership.role.in_(LEADS))
    country = select(Organization.country).where(Organization.id == organization_id).scalar_subquery()
    grants = select(FocalGrant.id).where(
        FocalGrant.revoked_at.is_(None),
        or_(FocalGrant.organization_id == organization_id, FocalGrant.country == country),
    )
    if besides is not None:
        leads, grants = leads.where(Membership.user_id != besides), grants.where(FocalGrant.user_id != besides)
    return any(session.scalars(wanted.limit(1)).first() is not None for wanted in (leads, grants))


def may_see(session: Session, delegation_id: UUID, person: Principal) -> tuple[Delegation, Organization, bool]:
    """Return a delegation, its organization, and whether this person may change it. Raises NotFound for others."""
    changes = Organization.id.in_(acting_for(person.user_id))
    wanted = select(Delegation, Organization, changes).join(Organization, Organization.id == Delegation.organization_id)
    found = session.execute(wanted.where(Delegation.id == delegation_id)).one_or_none()
    if found is None or not (found[2] or person.roles & SEES_ALL):
        raise NotFound(NO_DELEGATION)
    return found[0], found[1], bool(found[2])
