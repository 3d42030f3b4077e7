"""Interest as the company of an entry reads it: by stage, each partner only as far as the partner lets be known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.states import KIND_LABELS, OrganizationKind
from app.core.errors import NotFound
from app.core.money import AmountBand
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.interest.models import Interest, InterestStep
from app.interest.rules import Partner, disclosed
from app.interest.states import InterestEvent, InterestState, PassReason, Side, Visibility, steps_for
from app.regulatory.states import Participation

NO_INTEREST = "There is no such interest. Go back to the list."
ENDED_QUIETLY = frozenset({InterestState.PASSED, InterestState.LAPSED})
LADDER_ORDER = case({state.value: place for place, state in enumerate(InterestState)}, value=Interest.state)


@dataclass(frozen=True, slots=True)
class Lead:
    """An interest as the entry's company sees it: `partner` holds only what the partner lets be known."""

    id: UUID
    entry_key: str
    entry_name: str
    partner: Partner
    kind: Participation
    band: AmountBand
    visibility: Visibility
    state: InterestState
    pass_reason: PassReason | None
    note: str
    stated_at: datetime
    moved_at: datetime
    expires_at: datetime

    @property
    def steps(self) -> list[InterestEvent]:
        return steps_for(self.state, Side.COMPANY)


def pipeline(
    session: Session,
    company_ids: Collection[UUID],
    *,
    state: InterestState | None = None,
    entry_key: str = "",
    number: int = 1,
    size: int = 50,
) -> Page[Lead]:
    """Return the interests in a company's entries, by stage and then the last moved first; watchers are left out."""
    wanted = _leads(company_ids)
    if state is not None:
        wanted = wanted.where(Interest.state == state)
    if entry_key:
        wanted = wanted.where(Entry.key == entry_key)
    ordered = wanted.order_by(LADDER_ORDER, Interest.moved_at.desc(), Entry.sort_name, Interest.kind)
    return paginate(session, ordered, _lead, number=number, size=size)


def lead(session: Session, interest_id: UUID, company_ids: Collection[UUID]) -> Lead:
    """Return one interest in a company's entries. Raises NotFound for any other, and for who only watches."""
    found = session.execute(_leads(company_ids).where(Interest.id == interest_id)).one_or_none()
    if found is None:
        raise NotFound(NO_INTEREST)
    return _lead(*found)


def was_told() -> ColumnElement[bool]:
    """Return the condition that the company ever learned of an interest: who watched and went away was never told."""
    quiet = ENDED_QUIETLY | {InterestState.WATCHING}
    mine = InterestStep.interest_id == Interest.id
    watched = select(InterestStep.id).where(mine, InterestStep.before == InterestState.WATCHING).exists()
    stated = select(InterestStep.id).where(mine, InterestStep.after.not_in(quiet)).exists()
    return or_(Interest.state.not_in(quiet), and_(Interest.state.in_(ENDED_QUIETLY), or_(~watched, stated)))


def stage_totals(session: Session, company_ids: Collection[UUID], *, entry_key: str = "") -> dict[InterestState, int]:
    """Return how many interests in a company's entries stand at each stage, present watchers included as a number."""
    wanted = select(Interest.state, func.count()).join(Entry, Entry.id == Interest.entry_id)
    seen = or_(Interest.state == InterestState.WATCHING, was_told())
    wanted = wanted.where(Entry.organization_id.in_(company_ids), seen).group_by(Interest.state)
    if entry_key:
        wanted = wanted.where(Entry.key == entry_key)
    counts: dict[InterestState, int] = counts_of(session, wanted)
    return {state: counts.get(state, 0) for state in InterestState}


def _leads(company_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Interest.id, Entry.key, Entry.name, Organization.country, Organization.kind.label("organization_kind"),
            Organization.name.label("organization_name"), User.name.label("person_name"), User.email, Interest.kind,
            Interest.band, Interest.visibility, Interest.state, Interest.pass_reason, Interest.note,
            Interest.stated_at, Interest.moved_at, Interest.expires_at,
        )
        .join(Entry, Entry.id == Interest.entry_id)
        .join(Organization, Organization.id == Interest.organization_id)
        .join(User, User.id == Interest.user_id)
        .where(Entry.organization_id.in_(company_ids), was_told())
    )  # fmt: skip


def _lead(
    interest_id: UUID, key: str, entry_name: str, country: str, organization_kind: OrganizationKind,
    organization_name: str, person_name: str, email: str, kind: Participation, band: AmountBand,
    visibility: Visibility, state: InterestState, *rest: Any,
) -> Lead:  # fmt: skip
    whole = Partner(country, KIND_LABELS[organization_kind], organization_name, person_name, email)
    return Lead(
        interest_id, key, entry_name, disclosed(whole, visibility), kind, band, visibility, state, *rest
    )  # fmt: skip


def counts_of(session: Session, wanted: Select[*tuple[Any, ...]]) -> dict[Any, int]:
    """Return what a grouped count gives, by its value."""
    return dict(tuple(row) for row in session.execute(wanted))
