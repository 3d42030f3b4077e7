"""Reads of the directory. What a reader's tier does not cover never leaves this module."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, case, exists, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from app.core.access import Role
from app.core.money import AmountBand
from app.core.paging import Page, paginate
from app.directory import rules
from app.directory.models import Entry, EntryFacet
from app.directory.states import (
    CATEGORY_LABELS,
    STAGE_LABELS,
    Category,
    EntryState,
    Facet,
    StageGroup,
    Tier,
    Verification,
)
from app.registration import queries as registration
from app.registration.states import RegistrationState
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation

W = TypeVar("W", bound=Select[*tuple[Any, ...]])
VETTED = frozenset({RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE, RegistrationState.CONFIRMED})
REVIEWERS = frozenset({Role.REVIEWER, Role.ORGANIZER})


class Standing(StrEnum):
    """Whose words an entry holds."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"


STANDING_LABELS = {
    Standing.CONFIRMED: "Confirmed by the company",
    Standing.REPORTED: "As reported, not confirmed",
}


class Sort(StrEnum):
    """The order of a list of entries."""

    NAME = "name"
    COMPANY = "company"
    NEWEST = "newest"


SORT_LABELS = {Sort.NAME: "Name", Sort.COMPANY: "Lead company", Sort.NEWEST: "Newest facts first"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked for; values of one field widen, different fields narrow."""

    search: str = ""
    category: tuple[Category, ...] = ()
    stage: tuple[StageGroup, ...] = ()
    standing: tuple[Standing, ...] = ()
    opening: tuple[Opening, ...] = ()
    participation: tuple[Participation, ...] = ()
    country: tuple[str, ...] = ()


FILTERED = ("category", "participation", "opening", "stage", "country", "standing")


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value to narrow by, and how many entries would be shown with it and the other filters."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list: public fields only. `openings_inferred`: they are our reading, not the company's."""

    id: UUID
    key: str
    name: str
    lead_company: str
    us_state: str
    category: Category
    summary: str
    stage: str
    stage_group: StageGroup
    target_first_launch: str
    partner_countries: list[str]
    openings: list[Opening]
    participations: list[Participation]
    topic_keys: list[str]
    as_of: str
    verification: Verification
    state: EntryState
    organization_id: UUID | None
    confirmed_at: datetime | None
    is_shown: bool

    @property
    def openings_inferred(self) -> bool:
        return self.confirmed_at is None

    @property
    def standing(self) -> str:
        return rules.standing(confirmed=self.confirmed_at is not None, as_of=self.as_of)


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as one reader may see it; `withheld` names the filled fields that this reader's tier does not cover."""

    row: EntryRow
    tier: Tier
    revision: int
    partners: str
    funding_facts: str
    foreign_participation: str
    sources: list[str]
    unverified_parts: str
    sought_kinds: list[Participation]
    sought_band: AmountBand | None
    contact_name: str
    contact_email: str
    withheld: tuple[rules.Field, ...]


def reader_tier(session: Session, user_id: UUID | None, roles: Collection[Role] = ()) -> Tier:
    """Return how much a person may see of entries that are not their company's own, as things stand now.

    Vetted is whoever was admitted to the current summit, and those who review entries.
    """
    if user_id is None:
        return Tier.PUBLIC
    if REVIEWERS & set(roles):
        return Tier.VETTED
    return Tier.VETTED if is_vetted(session, user_id) else Tier.REGISTERED


def is_vetted(session: Session, user_id: UUID) -> bool:
    """Tell whether a person was admitted to the current summit and still is."""
    summit = registration.current_summit(session)
    found = registration.registration_of(session, summit.id, user_id) if summit else None
    return found is not None and found.state in VETTED


def entry(session: Session, *, key: str, tier: Tier = Tier.PUBLIC, own: Collection[UUID] = ()) -> EntryView | None:
    """Return an entry by its key as `tier` may see it; None when there is none to see.

    Members of an organization in `own` see all of its entries, also while nobody else does.
    """
    found = session.scalars(select(Entry).where(Entry.key == key)).one_or_none()
    return None if found is None else _view(found, tier, own)


def _view(found: Entry, tier: Tier, own: Collection[UUID]) -> EntryView | None:
    is_own = found.organization_id is not None and found.organization_id in own
    if found.shown_since is None and not is_own:
        return None
    tier = Tier.GRANTED if is_own else tier
    content = {name: getattr(found, name) for name in rules.FIELD_NAMES}
    seen = rules.visible(content, tier)
    return EntryView(
        row=row_of(found), tier=tier, revision=found.revision, withheld=tuple(rules.withheld(content, tier)),
        sought_kinds=[Participation(kind) for kind in seen["sought_kinds"]], sought_band=seen["sought_band"] or None,
        **{name: seen[name] for name in ("partners", "funding_facts", "foreign_participation", "sources")},
        **{name: seen[name] for name in ("unverified_parts", "contact_name", "contact_email")},
    )  # fmt: skip


def row_of(found: Entry) -> EntryRow:
    """Return an entry's public fields as a row."""
    content = {name: getattr(found, name) for name in rules.FIELD_NAMES}
    seen = rules.visible(content, Tier.PUBLIC)
    plain = ("name", "lead_company", "us_state", "category", "summary", "stage", "stage_group", "target_first_launch")
    return EntryRow(
        id=found.id, key=found.key, state=found.state, organization_id=found.organization_id,
        confirmed_at=found.confirmed_at, is_shown=found.shown_since is not None,
        participations=rules.participations(seen), openings=[Opening(value) for value in seen["openings"]],
        **{name: seen[name] for name in (*plain, "partner_countries", "topic_keys", "as_of", "verification")},
    )  # fmt: skip


def entries(
    session: Session, filters: Filters | None = None, *, sort: Sort = Sort.NAME, number: int = 1, size: int = 25
) -> Page[EntryRow]:
    """Return one page of the entries that everyone may see and that pass the filters."""
    wanted = _narrowed(select(Entry), filters or Filters())
    return paginate(session, wanted.order_by(*ORDERS[sort]), row_of, number=number, size=size)


ORDERS: dict[Sort, tuple[Any, ...]] = {
    Sort.NAME: (Entry.sort_name, Entry.key),
    Sort.COMPANY: (Entry.sort_company, Entry.sort_name, Entry.key),
    Sort.NEWEST: (Entry.as_of.desc(), Entry.sort_name, Entry.key),
}


def facets(
    session: Session, filters: Filters, country_names: Sequence[tuple[str, str]] = ()
) -> dict[str, list[FacetCount]]:
    """Return, for each field to narrow by, its values with true counts under the other filters.

    Values that nothing has are left out unless chosen. `country_names` are (two letters, name).
    """
    labels: dict[str, dict[str, str]] = {
        "category": rules.worded(CATEGORY_LABELS),
        "participation": rules.worded(PARTICIPATION_LABELS),
        "opening": rules.worded(rules.OPENING_LABELS),
        "stage": rules.worded(STAGE_LABELS),
        "country": dict(country_names),
        "standing": rules.worded(STANDING_LABELS),
    }
    return {field: _counts(session, filters, field, labels[field]) for field in FILTERED}


def _counts(session: Session, filters: Filters, field: str, labels: dict[str, str]) -> list[FacetCount]:
    nothing: dict[str, Any] = {field: ()}
    counts: dict[str, int] = {str(v): n for v, n in session.execute(_counted(field, replace(filters, **nothing)))}
    chosen = {str(value) for value in getattr(filters, field)}
    values = [value for value in labels if value in counts or value in chosen]
    values += sorted(value for value in {*counts, *chosen} if value not in labels)
    return [FacetCount(value, labels.get(value, value), counts.get(value, 0), value in chosen) for value in values]


def _counted(field: str, filters: Filters) -> Select[*tuple[Any, ...]]:
    if field in FACETS:
        wanted = select(EntryFacet.value, func.count()).join(Entry, Entry.id == EntryFacet.entry_id)
        return _narrowed(wanted.where(EntryFacet.facet == FACETS[field]), filters).group_by(EntryFacet.value)
    column = GROUPS[field]
    return _narrowed(select(column, func.count()), filters).group_by(column)


FACETS = {"opening": Facet.OPENING, "participation": Facet.PARTICIPATION, "country": Facet.PARTNER_COUNTRY}
IS_CONFIRMED = Entry.confirmed_at.is_not(None)
GROUPS: dict[str, ColumnElement[Any]] = {
    "category": type_coerce(Entry.category, String),
    "stage": type_coerce(Entry.stage_group, String),
    "standing": case((IS_CONFIRMED, Standing.CONFIRMED.value), else_=Standing.REPORTED.value),
}


def _narrowed(wanted: W, filters: Filters) -> W:
    wanted = wanted.where(Entry.shown_since.is_not(None))
    for word in rules.search_words(filters.search):
        wanted = wanted.where(Entry.search_text.contains(word, autoescape=True))
    if filters.category:
        wanted = wanted.where(Entry.category.in_(filters.category))
    if filters.stage:
        wanted = wanted.where(Entry.stage_group.in_(filters.stage))
    if len(set(filters.standing)) == 1:
        wanted = wanted.where(IS_CONFIRMED if Standing.CONFIRMED in filters.standing else ~IS_CONFIRMED)
    for field, facet in FACETS.items():
        if values := getattr(filters, field):
            wanted = wanted.where(_has(facet, values))
    return wanted


def _has(facet: Facet, values: Iterable[str]) -> ColumnElement[bool]:
    one = aliased(EntryFacet)  # its own name: the count of another facet may be reading the same table
    return exists().where(one.entry_id == Entry.id, one.facet == facet, one.value.in_([str(value) for value in values]))


def entry_row(session: Session, entry_id: UUID) -> EntryRow | None:
    """Return an entry by its id, shown or not, with its public fields; None when there is none."""
    return entry_rows(session, [entry_id]).get(entry_id)


def entry_rows(session: Session, ids: Iterable[UUID]) -> dict[UUID, EntryRow]:
    """Return entries by their ids, shown or not, with their public fields; unknown ids are left out."""
    found = session.scalars(select(Entry).where(Entry.id.in_(set(ids))))
    return {row.id: row_of(row) for row in found}


def entries_of(session: Session, organization_id: UUID) -> list[EntryRow]:
    """Return a company's own entries in any state, by name."""
    found = session.scalars(select(Entry).where(Entry.organization_id == organization_id)).all()
    return sorted(map(row_of, found), key=_by_name)


def meeting_entries(session: Session, summit_id: UUID) -> list[EntryRow]:
    """Return the entries whose company meets at the summit: claimed, published at least once and shown; by name.

    Every published entry takes part in the one current summit; `summit_id` names it for later years.
    """
    wanted = select(Entry).where(Entry.organization_id.is_not(None), Entry.confirmed_at.is_not(None))
    found = session.scalars(wanted.where(Entry.shown_since.is_not(None))).all()
    return sorted(map(row_of, found), key=_by_name)


def _by_name(row: EntryRow) -> tuple[str, str]:
    return rules.plain(row.name), row.key
