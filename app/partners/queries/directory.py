"""Partners as others may see them: the list for vetted companies, and one partner with the fields of its choice."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.accounts.rules import folded
from app.accounts.states import OrganizationKind
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory.states import Sought
from app.partners.models import Mandate, Profile
from app.partners.queries.mandates import content_of as mandate_content
from app.partners.queries.profiles import content_of
from app.partners.queries.readers import Viewer, reader_of
from app.partners.rules import MandateContent, may_see, visible
from app.partners.states import Audience, MandateState, Reader

NO_PARTNER = "There is no such partner. Go back to the list of partners."


@dataclass(frozen=True, slots=True)
class PartnerFilters:
    """What a reader asked for."""

    search: str = ""
    country: str = ""
    kind: OrganizationKind | None = None
    offer: Sought | None = None


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner in the list: only what every vetted company may see; empty where the partner keeps it back."""

    id: UUID
    name: str
    country: str
    kind: OrganizationKind
    about: str
    languages: list[str]
    offers: list[Sought]


@dataclass(frozen=True, slots=True)
class OpenMandate:
    """A mandate as its reader may see it; `shows_ticket`: also how much."""

    id: UUID
    content: MandateContent
    shows_ticket: bool


@dataclass(frozen=True, slots=True)
class PartnerView:
    """One partner as its reader may see it. What is kept back is not in `fields`."""

    id: UUID
    reader: Reader
    country: str
    kind: OrganizationKind
    fields: dict[str, Any]
    mandates: list[OpenMandate]


def partners(
    session: Session, viewer: Viewer, filters: PartnerFilters | None = None, *, number: int = 1, size: int = 25
) -> Page[PartnerRow]:
    """Return one page of the partners that chose to be listed, by name; nothing for who is not vetted."""
    asked = filters or PartnerFilters()
    wanted = select(Organization, Profile).join(Profile, Profile.organization_id == Organization.id)
    wanted = wanted.where(Profile.is_listed, Organization.kind != OrganizationKind.US_COMPANY)
    if not (viewer.is_organizer or viewer.is_vetted_company):
        return Page([], 0, 1, size)
    for word in folded(asked.search).split()[:10]:
        wanted = wanted.where(Organization.search_name.contains(word, autoescape=True))
    if asked.country:
        wanted = wanted.where(Organization.country == asked.country)
    if asked.kind:
        wanted = wanted.where(Organization.kind == asked.kind)
    if asked.offer:
        brings = cast(Mandate.offers, Text).contains(f'"{asked.offer.value}"')
        wanted = wanted.where(Organization.id.in_(_open_to_all().where(brings)))
    found = paginate(
        session, wanted.order_by(Organization.search_name, Organization.id), lambda *row: row, number=number, size=size
    )
    offers = _offers(session, [organization.id for organization, _ in found.items])
    rows = [_row(organization, kept, offers.get(organization.id, [])) for organization, kept in found.items]
    return Page(rows, found.total, found.number, found.size)


def _open_to_all() -> Any:
    return select(Mandate.organization_id).where(
        Mandate.state == MandateState.ACTIVE, Mandate.audience == int(Audience.VETTED)
    )


def _offers(session: Session, ids: list[UUID]) -> dict[UUID, list[Sought]]:
    wanted = _open_to_all().add_columns(Mandate.offers).where(Mandate.organization_id.in_(ids))
    found: dict[UUID, set[str]] = {}
    for organization_id, offers in session.execute(wanted):
        found.setdefault(organization_id, set()).update(offers)
    return {one: [kind for kind in Sought if kind.value in offers] for one, offers in found.items()}


def _row(organization: Organization, kept: Profile, offers: list[Sought]) -> PartnerRow:
    seen = visible(content_of(organization, kept), kept.audiences, Reader.VETTED_COMPANY)
    return PartnerRow(
        organization.id, seen["name"], organization.country, organization.kind, seen.get("about", ""),
        seen.get("languages", []), offers,
    )  # fmt: skip


def partner_view(session: Session, viewer: Viewer, organization_id: UUID) -> PartnerView:
    """Return a partner as the viewer may see it. Raises NotFound for who may not even see its name."""
    wanted = select(Organization, Profile).outerjoin(Profile, Profile.organization_id == Organization.id)
    wanted = wanted.where(Organization.id == organization_id, Organization.kind != OrganizationKind.US_COMPANY)
    found = session.execute(wanted).one_or_none()
    reader = reader_of(session, viewer, organization_id) if found else Reader.ANYBODY
    seen = visible(content_of(*found), found[1].audiences if found[1] else {}, reader) if found else {}
    if found is None or "name" not in seen:
        raise NotFound(NO_PARTNER)
    organization = found[0]
    active = select(Mandate).where(Mandate.organization_id == organization_id, Mandate.state == MandateState.ACTIVE)
    rows = session.scalars(active.order_by(Mandate.name, Mandate.id).limit(20))
    return PartnerView(
        organization.id, reader, organization.country, organization.kind, seen,
        [
            OpenMandate(row.id, mandate_content(row), may_see(reader, Audience(row.ticket_audience)))
            for row in rows
            if may_see(reader, Audience(row.audience))
        ],
    )  # fmt: skip
