"""Whom organizations keep apart from or know already. Only matching and the one who said so may ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core.paging import Page, paginate
from app.partners.models import PartnerMark
from app.partners.rules import Apart, Mark, apart_of
from app.partners.states import MarkKind


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark as the organization that set it reads it. `is_here`: an organization of that name takes part."""

    id: UUID
    name: str
    kind: MarkKind
    note: str
    set_at: datetime
    is_here: bool


def marks(
    session: Session, organization_id: UUID, *, search: str = "", kind: MarkKind | None = None, number: int = 1,
    size: int = 25,
) -> Page[MarkRow]:  # fmt: skip
    """Return one page of an organization's own marks, by name."""
    here = select(Organization.id).where(_names(Organization)).exists()
    wanted = select(
        PartnerMark.id, PartnerMark.name, PartnerMark.kind, PartnerMark.note, PartnerMark.set_at, here
    ).where(PartnerMark.organization_id == organization_id)
    if search:
        wanted = wanted.where(PartnerMark.name.icontains(search, autoescape=True))
    if kind is not None:
        wanted = wanted.where(PartnerMark.kind == kind)
    return paginate(session, wanted.order_by(PartnerMark.search_name), MarkRow, number=number, size=size)


def _names(other: type[Organization]) -> ColumnElement[bool]:
    """Return the condition that a mark names an organization, by itself or by its name as written."""
    return or_(other.id == PartnerMark.other_id, other.search_name == PartnerMark.search_name)


def apart(session: Session, organization_ids: Collection[UUID | None]) -> Apart:
    """Return who is kept apart and who knows whom among these organizations, in one read.

    A mark by name holds from the moment when an organization of that name is here.
    """
    asked = {one for one in organization_ids if one is not None}
    if len(asked) < 2:
        return Apart()
    wanted = (
        select(PartnerMark.organization_id, Organization.id, PartnerMark.kind)
        .join(Organization, _names(Organization))
        .where(PartnerMark.organization_id.in_(asked), Organization.id.in_(asked))
    )
    return apart_of(Mark(*row) for row in session.execute(wanted))


def count_of(session: Session, organization_id: UUID) -> int:
    """Return how many marks an organization has."""
    wanted = select(func.count()).select_from(PartnerMark).where(PartnerMark.organization_id == organization_id)
    return session.scalar(wanted) or 0


def marked_by(session: Session, organization_id: UUID) -> dict[MarkKind, set[UUID]]:
    """Return the organizations here that one organization itself marked, by kind; what others said is left out."""
    wanted = (
        select(PartnerMark.kind, Organization.id)
        .join(Organization, _names(Organization))
        .where(PartnerMark.organization_id == organization_id, Organization.id != organization_id)
    )
    found: dict[MarkKind, set[UUID]] = {kind: set() for kind in MarkKind}
    for kind, other_id in session.execute(wanted):
        found[kind].add(other_id)
    return found


def keeps_apart(session: Session, organization_ids: Collection[UUID], other_id: UUID) -> bool:
    """Tell whether one of these organizations does not want to be matched with another, by its own list alone."""
    wanted = (
        select(PartnerMark.id)
        .join(Organization, _names(Organization))
        .where(
            PartnerMark.organization_id.in_(organization_ids), Organization.id == other_id,
            PartnerMark.kind == MarkKind.KEEP_APART,
        )
        .limit(1)
    )  # fmt: skip
    return session.scalar(wanted) is not None
