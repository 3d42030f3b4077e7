"""A partner's profile as its own people read and write it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.accounts.states import OrganizationKind
from app.core.errors import NotFound
from app.partners.models import Mandate, Profile
from app.partners.rules import audiences_of, completeness
from app.partners.states import Audience, MandateState
from app.registration.models import Registration
from app.registration.rules.application import Ownership, ownership_from

NO_ORGANIZATION = "There is no such organization. Go back to your organizations."


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything about a partner that its own people may see, with who else sees which field.

    `asked_languages` and `ownership` come from its newest application: they are shown and never asked twice.
    """

    organization_id: UUID
    name: str
    country: str
    kind: OrganizationKind
    website: str
    legal_name: str
    about: str
    languages: list[str]
    asked_languages: list[str]
    ownership: Ownership | None
    audiences: dict[str, Audience]
    revision: int
    confirmed_at: datetime | None
    completeness: int

    @property
    def is_listed(self) -> bool:
        return self.audiences["name"] is Audience.VETTED


def content_of(organization: Organization, kept: Profile | None) -> dict[str, Any]:
    """Return the fields of a profile by name, as `rules.visible` reads them."""
    return {
        "name": organization.name,
        "legal_name": kept.legal_name if kept else "",
        "website": organization.website,
        "about": kept.about if kept else "",
        "languages": list(kept.languages) if kept else [],
    }


def profile(session: Session, organization_id: UUID) -> ProfileView:
    """Return the whole profile; ask first whether the reader belongs to the organization. Raises NotFound."""
    wanted = select(Organization, Profile).outerjoin(Profile, Profile.organization_id == Organization.id)
    found = session.execute(wanted.where(Organization.id == organization_id)).one_or_none()
    if found is None or found[0].kind is OrganizationKind.US_COMPANY:
        raise NotFound(NO_ORGANIZATION)
    organization, kept = found
    languages, ownership = _asked(session, organization_id)
    content = content_of(organization, kept)
    active = select(func.count()).select_from(Mandate).where(
        Mandate.organization_id == organization_id, Mandate.state == MandateState.ACTIVE
    )  # fmt: skip
    return ProfileView(
        organization_id=organization.id, name=organization.name, country=organization.country, kind=organization.kind,
        website=organization.website, legal_name=content["legal_name"], about=content["about"],
        languages=content["languages"], asked_languages=languages, ownership=ownership,
        audiences=audiences_of(kept.audiences if kept else {}), revision=kept.revision if kept else 0,
        confirmed_at=kept.confirmed_at if kept else None,
        completeness=completeness(content, session.scalar(active) or 0),
    )  # fmt: skip


def _asked(session: Session, organization_id: UUID) -> tuple[list[str], Ownership | None]:
    wanted = (
        select(Registration.languages, Registration.answers)
        .where(Registration.organization_id == organization_id, Registration.submitted_at.is_not(None))
        .order_by(Registration.submitted_at.desc(), Registration.id)
        .limit(1)
    )
    found = session.execute(wanted).one_or_none()
    return (list(found[0]), ownership_from(found[1])) if found else ([], None)
