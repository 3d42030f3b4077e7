"""Who acts for organizations they do not belong to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import MergedOrganization, Organization, User
from app.core.paging import Page, paginate
from app.delegations.models import FocalGrant

MOST_CHOSEN_FROM = 1_000


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant in force: who acts, for which organization or country, since when and why."""

    id: UUID
    name: str
    email: str
    organization: str | None
    country: str | None
    reason: str
    granted_at: datetime


def grants(session: Session, *, number: int = 1) -> Page[GrantRow]:
    """Return a page of the grants in force, by name."""
    wanted = (
        select(
            FocalGrant.id, User.name, User.email, Organization.name, FocalGrant.country, FocalGrant.reason,
            FocalGrant.granted_at,
        )
        .join(User, User.id == FocalGrant.user_id)
        .outerjoin(Organization, Organization.id == FocalGrant.organization_id)
        .where(FocalGrant.revoked_at.is_(None))
        .order_by(User.name, FocalGrant.granted_at, FocalGrant.id)
    )  # fmt: skip
    return paginate(session, wanted, GrantRow, number=number)


def choosable(session: Session) -> list[tuple[UUID, str]]:
    """Return the organizations that a grant can name, by name."""
    wanted = select(Organization.id, Organization.name).where(
        Organization.id.not_in(select(MergedOrganization.gone_id))
    )
    found = session.execute(wanted.order_by(Organization.search_name, Organization.id).limit(MOST_CHOSEN_FROM))
    return [(row.id, row.name) for row in found]
