"""What the pages of this room share: words, and the organizations a person acts for."""

from uuid import UUID

from flask import Blueprint, request

from app.accounts import queries as accounts
from app.accounts.states import KIND_LABELS, OrganizationKind
from app.core.access import Role, principal
from app.core.db import db
from app.directory.rules import OPENING_LABELS
from app.directory.states import SOUGHT_LABELS, STAGE_LABELS
from app.partners.states import (
    AIM_LABELS,
    AUDIENCE_LABELS,
    EVENT_LABELS,
    INSTRUMENT_LABELS,
    RESTRICTION_LABELS,
    STATE_LABELS,
)

bp = Blueprint("partners", __name__)
SPEAKERS = (Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)
WORDS = {
    "states": STATE_LABELS,
    "events": EVENT_LABELS,
    "audiences": AUDIENCE_LABELS,
    "sought": SOUGHT_LABELS,
    "openings": OPENING_LABELS,
    "stages": STAGE_LABELS,
    "instruments": INSTRUMENT_LABELS,
    "aims": AIM_LABELS,
    "restrictions": RESTRICTION_LABELS,
    "kinds": KIND_LABELS,
}


def partner_organizations() -> dict[UUID, str]:
    """Return the person's organizations that are partners, by name."""
    return _mine(lambda kind, _role: kind is not OrganizationKind.US_COMPANY)


def speaking_organizations() -> dict[UUID, str]:
    """Return the organizations whose private list the person keeps: partners, and companies they write for."""
    return _mine(lambda kind, role: kind is not OrganizationKind.US_COMPANY or role in SPEAKERS)


def _mine(suits) -> dict[UUID, str]:  # type: ignore[no-untyped-def]
    person = principal()
    known = accounts.organizations(db(), [m.organization_id for m in person.memberships])
    found = {
        m.organization_id: m.organization_name
        for m in person.memberships
        if m.organization_id in known and suits(known[m.organization_id].kind, m.role)
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))


def asked_organization(mine: dict[UUID, str]) -> UUID | None:
    """Return which of the person's organizations the address or the form names; the first when it names none."""
    asked = request.values.get("organization", "")
    return next((one for one in mine if str(one) == asked), next(iter(mine), None))
