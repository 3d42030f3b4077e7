"""The vetting desk: the list of applications, and everything about one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization, User
from app.accounts.states import OrganizationKind
from app.core.paging import Page, paginate
from app.payments.queries import PaymentRow
from app.registration.models import Pool, Registration, RegistrationStep
from app.registration.queries.money import KIND, kept_cents, payment_of
from app.registration.queries.people import RegistrationRow, registration
from app.registration.queries.summit import SummitView
from app.registration.rules.days import business_days_between
from app.registration.rules.pools import pools_touched
from app.registration.rules.words import pool_title
from app.registration.states import EVENT_WORDS, HOLDING, UNDECIDED, ParticipantType, RegistrationState
from app.regulatory.queries import country_choices
from app.screening.models import Case
from app.screening.queries import CaseRow, case_for
from app.screening.states import CaseState


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What the desk shows; empty means all that were submitted."""

    state: RegistrationState | None = None
    undecided: bool = False
    market: str = ""
    participant_type: ParticipantType | None = None
    search: str = ""
    sort: str = "waiting"


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
    age_days: int
    is_late: bool

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED


@dataclass(frozen=True, slots=True)
class PoolEffect:
    """What approving would do to a pool; `after` equals `taken` when the place is held already."""

    title: str
    capacity: int
    taken: int
    after: int

    @property
    def is_over(self) -> bool:
        return self.after > self.capacity


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One line of an application's history; `actor` None is the system."""

    at: datetime
    actor: str | None
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything a reviewer reads about one application. `is_own` means they may not decide on it."""

    registration: RegistrationRow
    name: str
    email: str
    organization: str
    organization_kind: OrganizationKind
    website: str
    case: CaseRow | None
    payment: PaymentRow | None
    kept_cents: int
    effects: list[PoolEffect]
    history: list[HistoryRow]
    is_own: bool
    age_days: int


ORDERS: dict[str, tuple[Any, ...]] = {
    "waiting": (case((Registration.state.in_(UNDECIDED), 0), else_=1), Registration.submitted_at),
    "oldest": (Registration.submitted_at,),
    "newest": (Registration.submitted_at.desc(),),
    "name": (User.search_text,),
    "organization": (Organization.search_name,),
    "market": (Registration.country,),
    "due": (Registration.decision_due_on,),
}


def desk(session: Session, summit: SummitView, wanted: DeskFilter, *, number: int, now: datetime) -> Page[DeskRow]:
    """Return a page of submitted applications as filtered and sorted."""
    today, holidays = summit.settings.day_of(now), summit.settings.holidays

    def row(*columns: Any) -> DeskRow:
        submitted, due, state = columns[8], columns[9], columns[6]
        age = business_days_between(summit.settings.day_of(submitted), today, holidays)
        late = due is not None and due < today and state in UNDECIDED
        return DeskRow(*(*columns, age, late))

    query = select(
        Registration.id, Registration.number, User.name, Organization.name, Registration.country,
        Registration.participant_type, Registration.state, Case.state, Registration.submitted_at,
        Registration.decision_due_on,
    )  # fmt: skip
    query = query.join(User, User.id == Registration.user_id)
    query = query.join(Organization, Organization.id == Registration.organization_id)
    query = query.outerjoin(Case, (Case.subject_kind == KIND) & (Case.subject_id == Registration.id))
    query = _narrowed(query.where(Registration.summit_id == summit.id, Registration.submitted_at.is_not(None)), wanted)
    order = ORDERS.get(wanted.sort, ORDERS["waiting"])
    return paginate(session, query.order_by(*order, Registration.number), row, number=number, size=25)


def _narrowed(query: Select[*tuple[Any, ...]], wanted: DeskFilter) -> Select[*tuple[Any, ...]]:
    if wanted.state is not None:
        query = query.where(Registration.state == wanted.state)
    if wanted.undecided:
        query = query.where(Registration.state.in_(UNDECIDED))
    if wanted.market:
        query = query.where(Registration.country == wanted.market)
    if wanted.participant_type is not None:
        query = query.where(Registration.participant_type == wanted.participant_type)
    if wanted.search.isdecimal():
        query = query.where(cast(Registration.number, String) == wanted.search)
    elif wanted.search:
        text = " ".join(wanted.search.casefold().split())
        query = query.where(
            or_(
                User.search_text.contains(text, autoescape=True),
                Organization.search_name.contains(text, autoescape=True),
            )
        )
    return query


def counts_by_state(session: Session, summit_id: UUID) -> dict[RegistrationState, int]:
    """Return how many applications stand in each state."""
    found = session.execute(
        select(Registration.state, func.count()).where(Registration.summit_id == summit_id).group_by(Registration.state)
    )
    return {row[0]: row[1] for row in found}


def markets(session: Session, summit_id: UUID) -> list[str]:
    """Return the countries applications came from."""
    found = session.scalars(
        select(Registration.country)
        .where(Registration.summit_id == summit_id, Registration.submitted_at.is_not(None))
        .distinct()
    )
    return sorted(country for country in found if country)


def desk_page(
    session: Session, summit: SummitView, registration_id: UUID, *, reader_id: UUID, now: datetime
) -> DeskPage | None:
    """Return what a reviewer reads about a submitted application, None when there is none."""
    found = registration(session, registration_id)
    if found is None or found.submitted_at is None or found.summit_id != summit.id:
        return None
    person = session.get_one(User, found.user_id)
    organization = session.get_one(Organization, found.organization_id)
    payment = payment_of(session, found.id)
    today = summit.settings.day_of(now)
    return DeskPage(
        registration=found, name=person.name, email=person.email, organization=organization.name,
        organization_kind=organization.kind, website=organization.website,
        case=case_for(session, KIND, found.id), payment=payment, kept_cents=kept_cents(payment),
        effects=_effects(session, summit, found), history=_history(session, found.id),
        is_own=found.user_id == reader_id or _belongs(session, reader_id, found.organization_id),
        age_days=business_days_between(
            summit.settings.day_of(found.submitted_at), today, summit.settings.holidays
        ),
    )  # fmt: skip


def _belongs(session: Session, user_id: UUID, organization_id: UUID | None) -> bool:
    wanted = select(Membership.id).where(Membership.user_id == user_id, Membership.organization_id == organization_id)
    return session.scalar(wanted) is not None


def _effects(session: Session, summit: SummitView, found: RegistrationRow) -> list[PoolEffect]:
    touched = pools_touched(
        summit.settings.pools, found.country or "", found.participant_type or "", str(found.organization_id)
    )
    taken = {(pool.kind, pool.key): pool.taken for pool in _pools(session, summit.id)}
    one_more = 0 if found.state in HOLDING else 1
    names = dict(country_choices(session))
    return [
        PoolEffect(pool_title(rule.kind, rule.key, names), rule.capacity, now, now + one_more)
        for rule in touched
        for now in [taken.get((rule.kind, rule.key), 0)]
    ]


def _pools(session: Session, summit_id: UUID) -> list[Pool]:
    return list(session.scalars(select(Pool).where(Pool.summit_id == summit_id)))


def _history(session: Session, registration_id: UUID) -> list[HistoryRow]:
    wanted = (
        select(RegistrationStep.at, User.name, RegistrationStep.event, RegistrationStep.reason)
        .outerjoin(User, User.id == RegistrationStep.actor_id)
        .where(RegistrationStep.registration_id == registration_id)
        .order_by(RegistrationStep.number.desc())
    )
    return [
        HistoryRow(at, actor, EVENT_WORDS[event].replace("_", " ").capitalize() if event else "Note", reason)
        for at, actor, event, reason in session.execute(wanted)
    ]


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool as organizers read it: places taken of its capacity."""

    title: str
    capacity: int
    taken: int


def pools(session: Session, summit_id: UUID) -> list[PoolRow]:
    """Return every pool but those of single organizations, the total first, then markets, then types."""
    order = {"total": 0, "market": 1, "type": 2}
    found = sorted((p for p in _pools(session, summit_id) if p.kind in order), key=lambda p: (order[p.kind], p.key))
    names = dict(country_choices(session))
    return [PoolRow(pool_title(p.kind, p.key, names), p.capacity, p.taken) for p in found]
