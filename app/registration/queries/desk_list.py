"""The queue of the vetting desk: filtered, counted, sorted, a page at a time, and what lies next in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.core.paging import Page
from app.registration.application_models import RegistrationChange
from app.registration.change_states import ChangeState
from app.registration.desk_models import ApprovalProposal
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.queries.scopes import Scope, readable, within
from app.registration.queries.summit import SummitView
from app.registration.rules.days import add_business_days, business_days_between
from app.registration.rules.desk_filter import ME, NOBODY, DeskFilter, Due, Screened, Sign
from app.registration.states import UNDECIDED, ParticipantType, ProposalState, RegistrationState
from app.screening.models import Case
from app.screening.states import CaseState

SOON_DAYS = 3
PROMISED = UNDECIDED - {RegistrationState.NEEDS_INFORMATION}
"""States in which the promise of a decision runs; while the applicant is asked it rests."""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One application in the list; `age_days` counts business days since it was submitted."""

    id: UUID
    number: int
    name: str
    organization: str
    country: str
    participant_type: ParticipantType
    state: RegistrationState
    screening: CaseState | None
    submitted_at: datetime
    decision_due_on: date | None
    letter_at: datetime | None
    assignee: str | None
    has_answer: bool
    age_days: int
    is_late: bool

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def is_paused(self) -> bool:
        return self.state is RegistrationState.NEEDS_INFORMATION


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at which summit's desk and when: what every question about the queue needs.

    `scopes` None leaves it to the database to look the reader's limits up.
    """

    summit: SummitView
    reader_id: UUID
    scopes: tuple[Scope, ...] | None
    now: datetime

    def is_within(self) -> ColumnElement[bool]:
        """Return the condition under which the reader works on an application."""
        if self.scopes is None:
            return readable(self.summit.id, self.reader_id)
        return within(self.scopes)

    @property
    def today(self) -> date:
        return self.summit.settings.day_of(self.now)


more_signs: dict[Sign, Callable[[], ColumnElement[bool]]] = {}
"""Conditions of signs that other rooms give; filled where the rooms are put together."""

_ASSIGNEE = aliased(User)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "waiting": (case((Registration.state.in_(UNDECIDED), 0), else_=1), Registration.submitted_at),
    "oldest": (Registration.submitted_at,),
    "newest": (Registration.submitted_at.desc(),),
    "name": (User.search_text,),
    "organization": (Organization.search_name,),
    "market": (Registration.country,),
    "type": (Registration.participant_type,),
    "due": (case((Registration.state.in_(PROMISED), 0), else_=1), Registration.decision_due_on),
    "assignee": (_ASSIGNEE.name.is_(None), _ASSIGNEE.name),
}


def desk(session: Session, about: Desk, wanted: DeskFilter, *, number: int) -> Page[DeskRow]:
    """Return a page of submitted applications as filtered and sorted, within what the reader works on."""
    ordered = _ordered(_matching(about, wanted), wanted).limit(wanted.size)
    named: Sequence[tuple[UUID, int]] = []
    if wanted.search:  # names are costly to compare, so once for the page and the count
        counted = ordered.add_columns(func.count().over()).offset((max(1, number) - 1) * wanted.size)
        named = [(row[0], row[1]) for row in session.execute(counted)]
    if named:
        total, found = named[0][1], [one for one, _total in named]
    else:
        total = count(session, about, wanted)
        number = max(1, min(number, -(-total // wanted.size) or 1))
        found = list(session.scalars(ordered.offset((number - 1) * wanted.size)))
    place = {one: position for position, one in enumerate(found)}
    rows = sorted(_rows(session, about, found), key=lambda row: place[row.id])
    return Page(rows, total, number, wanted.size)


def count(session: Session, about: Desk, wanted: DeskFilter) -> int:
    """Return how many applications match."""
    matching = _matching(about, wanted, sorting=False)
    return session.scalar(matching.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def matching_ids(session: Session, about: Desk, wanted: DeskFilter, *, limit: int) -> list[tuple[UUID, int]]:
    """Return the ids of what matches in its order, each with how often it has moved."""
    query = _ordered(_matching(about, wanted), wanted).add_columns(Registration.moves)
    return [(row[0], row[1]) for row in session.execute(query.limit(limit))]


def known_ids(session: Session, about: Desk, chosen: Sequence[UUID]) -> list[tuple[UUID, int]]:
    """Return those of the chosen applications that the reader works on, in their order, each with its moves."""
    query = _matching(about, DeskFilter()).add_columns(Registration.moves).where(Registration.id.in_(chosen))
    moves = {row[0]: row[1] for row in session.execute(query)}
    return [(one, moves[one]) for one in dict.fromkeys(chosen) if one in moves]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies around an application in a view: places count from 1, None where the view ends."""

    before: tuple[int, UUID] | None
    after: tuple[int, UUID] | None


def neighbours(session: Session, about: Desk, wanted: DeskFilter, *, at: int, registration_id: UUID) -> Neighbours:
    """Return what lies before and after the place `at` of a view.

    An application that was decided meanwhile may have left the view: what took its place is then the next.
    """
    first = max(1, at - 1)
    query = _ordered(_matching(about, wanted), wanted).limit(3).offset(first - 1)
    around = list(enumerate(session.scalars(query), start=first))
    here = next((place for place, one in around if one == registration_id), None)
    before = [(place, one) for place, one in around if place < (at if here is None else here)]
    after = [(place, one) for place, one in around if place >= at and one != registration_id and place != here]
    if here is not None:
        after = [(place, one) for place, one in around if place > here]
    return Neighbours(before[-1] if before else None, after[0] if after else None)


def _matching(about: Desk, wanted: DeskFilter, *, sorting: bool = True) -> Select[UUID]:
    """Return the query of ids that match; names are joined only where the order needs them."""
    query = select(Registration.id).where(
        Registration.summit_id == about.summit.id, Registration.submitted_at.is_not(None), about.is_within(),
        *_conditions(about, wanted),
    )  # fmt: skip
    if sorting and wanted.sort == "name":
        query = query.join(User, User.id == Registration.user_id)
    if sorting and wanted.sort == "organization":
        query = query.join(Organization, Organization.id == Registration.organization_id)
    if sorting and wanted.sort == "assignee":
        query = query.outerjoin(_ASSIGNEE, _ASSIGNEE.id == Registration.assignee_id)
    return query


def _ordered(query: Select[UUID], wanted: DeskFilter) -> Select[UUID]:
    return query.order_by(*_ORDERS.get(wanted.sort, _ORDERS["waiting"]), Registration.number)


def _conditions(about: Desk, wanted: DeskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool] | None] = [
        Registration.state.in_(UNDECIDED) if wanted.undecided else None,
        Registration.state == wanted.state if wanted.state else None,
        Registration.country == wanted.market if wanted.market else None,
        Registration.participant_type == wanted.participant_type if wanted.participant_type else None,
        Registration.organization_id == wanted.organization if wanted.organization else None,
        _assigned(about, wanted.assignee) if wanted.assignee else None,
        _due(about, wanted.due) if wanted.due else None,
        _screened(wanted.screening) if wanted.screening else None,
        _signs(wanted.sign) if wanted.sign else None,
        _named(wanted.search) if wanted.search else None,
    ]
    return [condition for condition in found if condition is not None]


def _assigned(about: Desk, assignee: str) -> ColumnElement[bool]:
    if assignee == NOBODY:
        return Registration.assignee_id.is_(None)
    return Registration.assignee_id == (about.reader_id if assignee == ME else UUID(assignee))


def _due(about: Desk, due: Due) -> ColumnElement[bool]:
    runs = Registration.state.in_(PROMISED)
    if due is Due.OVERDUE:
        return and_(runs, Registration.decision_due_on < about.today)
    soon = add_business_days(about.today, SOON_DAYS, about.summit.settings.holidays)
    return and_(runs, Registration.decision_due_on.between(about.today, soon))


def _screened(standing: Screened) -> ColumnElement[bool]:
    of_it = select(Case.id).where(Case.subject_kind == KIND, Case.subject_id == Registration.id)
    states = {Screened.CLEAR: CaseState.CLEARED, Screened.MATCH: CaseState.CONFIRMED_MATCH}
    if standing in states:
        return of_it.where(Case.state == states[standing]).exists()
    return ~of_it.where(Case.state.in_(list(states.values()))).exists()


def _signs(sign: Sign) -> ColumnElement[bool]:
    if sign in more_signs:
        return more_signs[sign]()
    if sign is Sign.ANSWERED:
        return and_(Registration.state == RegistrationState.IN_REVIEW, Registration.answer != "")
    if sign is Sign.LETTER:
        return Registration.letter_at.is_not(None)
    if sign is Sign.PROPOSED:
        proposal = select(ApprovalProposal.id).where(ApprovalProposal.registration_id == Registration.id)
        return proposal.where(ApprovalProposal.state == ProposalState.OPEN).exists()
    since = and_(
        RegistrationChange.state.in_([ChangeState.APPLIED, ChangeState.ACCEPTED]),
        RegistrationChange.proposed_at > Registration.decided_at,
    )
    changed = select(RegistrationChange.id).where(RegistrationChange.registration_id == Registration.id)
    return changed.where(or_(RegistrationChange.state == ChangeState.PROPOSED, since)).exists()


def _named(search: str) -> ColumnElement[bool]:
    """Return the condition for words in a name; people and organizations are gone through once each."""
    if search.isdecimal():
        return Registration.number == min(int(search), 2**31 - 1)
    text = " ".join(search.casefold().split())
    people = select(User.id).where(User.search_text.contains(text, autoescape=True))
    houses = select(Organization.id).where(Organization.search_name.contains(text, autoescape=True))
    return or_(Registration.user_id.in_(people), Registration.organization_id.in_(houses))


def _rows(session: Session, about: Desk, ids: Sequence[UUID]) -> list[DeskRow]:
    if not ids:
        return []
    query = (
        select(
            Registration.id, Registration.number, User.name, Organization.name, Registration.country,
            Registration.participant_type, Registration.state, Case.state, Registration.submitted_at,
            Registration.decision_due_on, Registration.letter_at, _ASSIGNEE.name, Registration.answer != "",
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(Case, (Case.subject_kind == KIND) & (Case.subject_id == Registration.id))
        .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Registration.assignee_id)
        .where(Registration.id.in_(ids))
    )  # fmt: skip
    return [_row(about, *row) for row in session.execute(query)]


def _row(about: Desk, *columns: Any) -> DeskRow:
    state, submitted, due = columns[6], columns[8], columns[9]
    settings = about.summit.settings
    age = business_days_between(settings.day_of(submitted), about.today, settings.holidays)
    late = due is not None and due < about.today and state in PROMISED
    return DeskRow(*(*columns, age, late))


def counts_by_state(session: Session, summit_id: UUID, scopes: tuple[Scope, ...] = ()) -> dict[RegistrationState, int]:
    """Return how many applications stand in each state, within the scopes."""
    found = session.execute(
        select(Registration.state, func.count())
        .where(Registration.summit_id == summit_id, within(scopes))
        .group_by(Registration.state)
    )
    return {row[0]: row[1] for row in found}


def markets(session: Session, summit_id: UUID) -> list[str]:
    """Return the countries applications came from."""
    wanted = select(Registration.country).where(Registration.summit_id == summit_id).group_by(Registration.country)
    return sorted(country for country in session.scalars(wanted) if country)


def organization_name(session: Session, organization_id: UUID) -> str:
    """Return the name of an organization, empty when there is none."""
    return session.scalar(select(Organization.name).where(Organization.id == organization_id)) or ""


def example_registration(session: Session, summit_id: UUID, number: int | None) -> UUID | None:
    """Return the submitted application of that number, else the newest; None before the first."""
    wanted = select(Registration.id).where(Registration.summit_id == summit_id, Registration.submitted_at.is_not(None))
    if number is not None and (found := session.scalar(wanted.where(Registration.number == number))) is not None:
        return found
    return session.scalar(wanted.order_by(Registration.number.desc()).limit(1))


def loads(session: Session, summit_id: UUID) -> dict[UUID, int]:
    """Return how many undecided applications each reviewer has."""
    found = session.execute(
        select(Registration.assignee_id, func.count())
        .where(
            Registration.summit_id == summit_id, Registration.state.in_(UNDECIDED),
            Registration.assignee_id.is_not(None),
        )
        .group_by(Registration.assignee_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in found if row[0] is not None}
