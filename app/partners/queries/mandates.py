"""Reads of mandates: an organization's own, those that speak for it, and what its application says already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.core.money import AmountBand
from app.core.paging import Page, paginate
from app.directory.states import Sought, StageGroup
from app.partners.models import Mandate, PartnerVersion
from app.partners.rules import MandateContent, MandateFacts, is_stale, offers_from, seeks_from
from app.partners.rules.mandate import among
from app.partners.states import Aim, Audience, Instrument, MandateState, Restriction
from app.registration.models import Registration
from app.registration.states import ENDED
from app.regulatory.states import Opening, Participation

NO_MANDATE = "There is no such mandate. Go back to the list of your mandates."


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as its own organization reads it."""

    id: UUID
    organization_id: UUID
    organization_name: str
    owner_id: UUID
    owner_name: str
    state: MandateState
    content: MandateContent
    revision: int
    updated_at: datetime
    confirmed_at: datetime | None
    due_at: datetime | None

    def is_stale(self, now: datetime) -> bool:
        return self.state is MandateState.ACTIVE and is_stale(self.due_at, now)


@dataclass(frozen=True, slots=True)
class Version:
    """A line of a mandate's history."""

    number: int
    at: datetime
    author: str


def content_of(row: Mandate) -> MandateContent:
    """Return everything a mandate says."""
    return MandateContent(
        name=row.name, offers=among(Sought, row.offers), seeks=among(Opening, row.seeks), least=row.least,
        most=row.most, currency=row.currency, stages=among(StageGroup, row.stages),
        instruments=among(Instrument, row.instruments), aims=among(Aim, row.aims), aims_words=row.aims_words,
        us_states=tuple(row.us_states), starts_on=row.starts_on, ends_on=row.ends_on,
        restrictions=among(Restriction, row.restrictions), restrictions_words=row.restrictions_words,
        audience=Audience(row.audience), ticket_audience=Audience(row.ticket_audience),
    )  # fmt: skip


def facts_of(content: MandateContent, *, with_ticket: bool = True) -> MandateFacts:
    """Return what of a mandate is compared; a ticket that the reader may not see is not known."""
    ticket = (content.least, content.most) if with_ticket else (AmountBand.UNDISCLOSED, AmountBand.UNDISCLOSED)
    return MandateFacts(
        content.offers, content.seeks, *ticket, content.currency, content.stages, content.instruments,
        content.us_states, content.starts_on, content.ends_on,
    )  # fmt: skip


def mandates(
    session: Session, organization_ids: Collection[UUID], *, state: MandateState | None = None, search: str = "",
    sort: str = "name", number: int = 1, size: int = 25,
) -> Page[MandateRow]:  # fmt: skip
    """Return one page of the mandates of a person's organizations; closed ones only when asked for."""
    wanted = _rows().where(Mandate.organization_id.in_(organization_ids))
    wanted = wanted.where(Mandate.state == state) if state else wanted.where(Mandate.state != MandateState.CLOSED)
    if search:
        wanted = wanted.where(Mandate.name.icontains(search, autoescape=True))
    orders: dict[str, tuple[Any, ...]] = {
        "name": (Mandate.name, Mandate.id),
        "due": (Mandate.due_at.is_(None), Mandate.due_at, Mandate.name),
        "changed": (Mandate.updated_at.desc(), Mandate.name),
    }
    return paginate(session, wanted.order_by(*orders.get(sort, orders["name"])), _row, number=number, size=size)


def of_organizations(session: Session, organization_ids: Collection[UUID]) -> list[MandateRow]:
    """Return the mandates that speak or may speak for these organizations, active ones first."""
    wanted = _rows().where(Mandate.organization_id.in_(organization_ids), Mandate.state != MandateState.CLOSED)
    found = [_row(*row) for row in session.execute(wanted.order_by(Mandate.name, Mandate.id).limit(50))]
    return sorted(found, key=lambda row: row.state is not MandateState.ACTIVE)


def active_mandates(session: Session, organization_ids: Collection[UUID]) -> list[MandateRow]:
    """Return the mandates that speak for these organizations now, by name."""
    return [row for row in of_organizations(session, organization_ids) if row.state is MandateState.ACTIVE]


def mandate(session: Session, mandate_id: UUID, organization_ids: Collection[UUID]) -> MandateRow:
    """Return one mandate of a person's organizations. Raises NotFound for anybody else's."""
    wanted = _rows().where(Mandate.id == mandate_id, Mandate.organization_id.in_(organization_ids))
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound(NO_MANDATE)
    return _row(*found)


def _rows() -> Any:
    return (
        select(Mandate, Organization.name, User.name)
        .join(Organization, Organization.id == Mandate.organization_id)
        .join(User, User.id == Mandate.owner_id)
    )


def _row(found: Mandate, organization_name: str, owner_name: str) -> MandateRow:
    return MandateRow(
        found.id, found.organization_id, organization_name, found.owner_id, owner_name, found.state,
        content_of(found), found.revision, found.updated_at, found.confirmed_at, found.due_at,
    )  # fmt: skip


def versions(session: Session, mandate_id: UUID) -> list[Version]:
    """Return when a mandate was saved and by whom, newest first."""
    wanted = (
        select(PartnerVersion.number, PartnerVersion.at, User.name)
        .outerjoin(User, User.id == PartnerVersion.author_id)
        .where(PartnerVersion.mandate_id == mandate_id)
        .order_by(PartnerVersion.number.desc())
        .limit(50)
    )
    return [Version(number, at, name or "The platform") for number, at, name in session.execute(wanted)]


def prefilled(session: Session, organization_id: UUID) -> MandateContent | None:
    """Return what the newest application for an organization says already, None when nobody submitted one.

    Applications ask more coarsely than mandates: what they may mean is widened, for the partner to strike out.
    """
    wanted = (
        select(Registration.offers, Registration.seeks, Registration.band)
        .where(
            Registration.organization_id == organization_id, Registration.submitted_at.is_not(None),
            Registration.state.not_in(ENDED),
        )
        .order_by(Registration.submitted_at.desc(), Registration.id)
        .limit(1)
    )  # fmt: skip
    found = session.execute(wanted).one_or_none()
    if found is None:
        return None
    offers, seeks, band = found
    return MandateContent(
        name="", offers=offers_from(Opening(one) for one in offers),
        seeks=seeks_from(Participation(one) for one in seeks), least=band, most=band,
    )  # fmt: skip
