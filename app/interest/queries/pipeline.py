"""A company's pipeline: as a table that is filtered, sorted and paged, and as a board of stages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Organization
from app.core.access import COMPANY
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.directory.rules import plain
from app.interest.models import Interest, InterestLead
from app.interest.queries.leads import LADDER_ORDER, Lead, as_lead, leads_of
from app.interest.states import LIVE, InterestState, Visibility
from app.regulatory.states import Participation

COLUMNS = (
    InterestState.INTERESTED, InterestState.IN_DISCUSSION, InterestState.DILIGENCE, InterestState.TERM_SHEET,
    InterestState.COMMITTED, InterestState.SIGNED,
)  # fmt: skip
CARDS_OPEN, CARDS, MOST_EXPORTED = 4, 12, 5_000
"""Of a column of the board: cards in sight, and cards at all; the rest is in the table."""


class Due(StrEnum):
    """When a lead's next step is due."""

    OVERDUE = "overdue"
    WEEK = "week"
    DATED = "dated"
    NONE = "none"


DUE_LABELS: dict[Due, str] = {
    Due.OVERDUE: "Overdue",
    Due.WEEK: "Within seven days",
    Due.DATED: "With any date",
    Due.NONE: "Without a next step",
}
SORTS: dict[str, str] = {
    "stage": "Stage",
    "moved": "Last moved first",
    "next": "Next step, soonest first",
    "entry": "Entry",
    "country": "Country",
    "rating": "Rating, best first",
}
ORDERS: dict[str, tuple[Any, ...]] = {
    "stage": (LADDER_ORDER,),
    "moved": (),
    "next": (InterestLead.next_on.is_(None), InterestLead.next_on),
    "entry": (Entry.sort_name,),
    "country": (Organization.country,),
    "rating": (InterestLead.rating.is_(None), InterestLead.rating.desc()),
}
LAST = (Interest.moved_at.desc(), Entry.sort_name, Interest.kind, Interest.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a pipeline one looks at; empty means all. `no_owner` are leads nobody looks after."""

    entry_key: str = ""
    state: InterestState | None = None
    owner_id: UUID | None = None
    no_owner: bool = False
    country: str = ""
    kind: Participation | None = None
    due: Due | None = None
    unanswered: bool = False
    search: str = ""
    sort: str = "stage"


@dataclass(frozen=True, slots=True)
class Column:
    """One stage of the board: its newest cards and how many there are."""

    state: InterestState
    leads: list[Lead]
    count: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many leads wait for their company: numbers of lists of the pipeline."""

    overdue: int
    within_week: int
    interested: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a pipeline can be narrowed by: entries (key, name), owners (id, name), countries."""

    entries: list[tuple[str, str]]
    owners: list[tuple[UUID, str]]
    countries: list[str]


def pipeline(
    session: Session, company_ids: Collection[UUID], wanted: Wanted | None = None, *, today: date, number: int = 1,
    size: int = 50,
) -> Page[Lead]:  # fmt: skip
    """Return the leads of companies as a page of a table; watchers are left out."""
    wanted = wanted or Wanted()
    chosen = narrowed(leads_of(company_ids), wanted, today)
    ordered = chosen.order_by(*ORDERS.get(wanted.sort, ORDERS["stage"]), *LAST)
    return paginate(session, ordered, as_lead, number=number, size=size)


def all_leads(session: Session, company_ids: Collection[UUID], wanted: Wanted, *, today: date) -> list[Lead]:
    """Return the leads that an export holds, at most 5,000."""
    chosen = narrowed(leads_of(company_ids), wanted, today)
    ordered = chosen.order_by(*ORDERS.get(wanted.sort, ORDERS["stage"]), *LAST).limit(MOST_EXPORTED)
    return [as_lead(*row) for row in session.execute(ordered)]


def board(session: Session, company_ids: Collection[UUID], wanted: Wanted, *, today: date) -> list[Column]:
    """Return the stages from interested to signed, each with the leads that moved last, in one read."""
    place = func.row_number().over(partition_by=Interest.state, order_by=LAST).label("place")
    total = func.count().over(partition_by=Interest.state).label("total")
    chosen = narrowed(leads_of(company_ids), wanted, today).where(Interest.state.in_(COLUMNS))
    numbered = chosen.add_columns(place, total).subquery()
    rows = session.execute(select(numbered).where(numbered.c.place <= CARDS).order_by(numbered.c.place)).all()
    columns: dict[InterestState, tuple[list[Lead], int]] = {state: ([], 0) for state in COLUMNS}
    for *values, _place, count in rows:
        found = as_lead(*values)
        columns[found.state] = ([*columns[found.state][0], found], count)
    return [Column(state, leads, count) for state, (leads, count) in columns.items()]


def choices(session: Session, company_ids: Collection[UUID]) -> Choices:
    """Return what companies' pipelines can be narrowed by."""
    entries = select(Entry.key, Entry.name).where(Entry.organization_id.in_(company_ids)).order_by(Entry.sort_name)
    seen = leads_of(company_ids).with_only_columns(Organization.country).distinct()
    people = [
        (member.user_id, member.name)
        for company_id in sorted(company_ids, key=str)
        for member in accounts.members(session, company_id)
        if member.role in COMPANY
    ]
    return Choices(
        [(key, name) for key, name in session.execute(entries)], list(dict.fromkeys(people)),
        sorted(session.scalars(seen)),
    )  # fmt: skip


def narrowed(chosen: Select[*tuple[Any, ...]], wanted: Wanted, today: date) -> Select[*tuple[Any, ...]]:
    """Return a select of leads with the conditions of what one looks at."""
    conditions = {
        Entry.key == wanted.entry_key: bool(wanted.entry_key),
        Interest.state == wanted.state: wanted.state is not None,
        InterestLead.owner_id == wanted.owner_id: wanted.owner_id is not None,
        InterestLead.owner_id.is_(None): wanted.no_owner,
        Organization.country == wanted.country: bool(wanted.country),
        Interest.kind == wanted.kind: wanted.kind is not None,
        and_(Interest.names_asked_at.is_not(None), Interest.names_answer.is_(None)): wanted.unanswered,
    }
    for condition, asked in conditions.items():
        chosen = chosen.where(condition) if asked else chosen
    if wanted.due is not None:
        chosen = chosen.where(_due(wanted.due, today))
    for word in plain(wanted.search).split()[:10]:
        chosen = chosen.where(_says(word))
    return chosen


def _due(due: Due, today: date) -> Any:
    on = InterestLead.next_on
    return {
        Due.OVERDUE: and_(on < today, Interest.state.in_(LIVE)),
        Due.WEEK: and_(on.between(today, today + timedelta(days=7)), Interest.state.in_(LIVE)),
        Due.DATED: on.is_not(None),
        Due.NONE: or_(InterestLead.id.is_(None), InterestLead.next_step == ""),
    }[due]


def _says(word: str) -> Any:
    """Look for a word where the company may read it: a name that is kept back is not found by searching for it."""
    named = Interest.visibility != Visibility.SUMMARY_ONLY
    return or_(
        Entry.sort_name.contains(word, autoescape=True),
        func.lower(InterestLead.next_step).contains(word, autoescape=True),
        func.lower(InterestLead.notes).contains(word, autoescape=True),
        func.lower(Interest.note).contains(word, autoescape=True),
        and_(named, func.lower(Organization.name).contains(word, autoescape=True)),
    )


def waiting_counts(company_ids: Collection[UUID], *, today: date) -> list[ScalarSelect[int]]:
    """Return columns for another read, in the order of Waiting: how many leads the pipeline lists as each."""
    interested = Interest.state == InterestState.INTERESTED
    return [
        leads_of(company_ids).where(one).with_only_columns(func.count()).correlate(None).scalar_subquery()
        for one in (_due(Due.OVERDUE, today), _due(Due.WEEK, today), interested)
    ]
