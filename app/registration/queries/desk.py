"""Everything about one application as a reviewer reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.accounts.states import OrganizationKind
from app.payments.queries import PaymentRow
from app.registration.desk_models import ApprovalProposal, DecisionLetter, ReasonList
from app.registration.models import Pool, Registration, RegistrationStep
from app.registration.queries.desk_list import Desk
from app.registration.queries.letters import LetterRow, letter_row
from app.registration.queries.money import KIND, kept_cents, payment_of
from app.registration.queries.people import RegistrationRow, row_of
from app.registration.queries.scopes import readable
from app.registration.queries.thread import MessageRow, thread_of
from app.registration.rules.days import business_days_between
from app.registration.rules.pools import pools_touched
from app.registration.rules.reasons import SHIPPED, Reason, reasons_from
from app.registration.rules.words import pool_title
from app.registration.states import (
    DECISIONS,
    EVENT_WORDS,
    HOLDING,
    LetterState,
    PoolKind,
    ProposalState,
    RegistrationEvent,
)
from app.regulatory.queries import country_choices
from app.screening.models import Case, Hit
from app.screening.queries import CASE_COLUMNS, CaseRow


@dataclass(frozen=True, slots=True)
class PoolEffect:
    """What a decision would do to a pool; `after` equals `taken` when it takes and frees nothing."""

    title: str
    capacity: int
    taken: int
    after: int
    target: int | None = None

    @property
    def is_over(self) -> bool:
        return self.after > self.capacity

    @property
    def is_over_target(self) -> bool:
        return self.target is not None and self.after > self.target


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One line of an application's history; `actor` None is the system."""

    at: datetime
    actor: str | None
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """An approval that one reviewer proposed and another must confirm."""

    by_id: UUID
    by: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything a reviewer reads about one application. `is_own` means they may not decide on it.

    `needs_two` means that approval takes two reviewers; `letter` is the one that has not left yet.
    """

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
    due_on: date | None
    assignee: str | None
    needs_two: bool
    proposal: ProposalRow | None
    thread: list[MessageRow]
    letter: LetterRow | None
    was_decided: bool
    reasons: tuple[Reason, ...]
    countries: Mapping[str, str]


_ASSIGNEE, _PROPOSER, _WRITER = aliased(User), aliased(User), aliased(User)


def desk_page(
    session: Session, about: Desk, registration_id: UUID, *, reader_organizations: frozenset[UUID]
) -> DeskPage | None:
    """Return what a reviewer reads about a submitted application; None when there is none, or not in their scope."""
    asked = {"wanted": registration_id, "reader": about.reader_id, "summit": about.summit.id}
    row = session.execute(_WHOLE, asked).one_or_none()
    if row is None or row.Registration.submitted_at is None or not row.is_readable:
        return None
    found, organization = row_of(row.Registration), row.Organization
    payment = payment_of(session, found.id)
    steps = _steps(session, found.id)
    events = {step.event for step in steps}
    was_decided, was_asked = bool(events & DECISIONS), RegistrationEvent.ASK in events
    names = dict(country_choices(session))
    settings = about.summit.settings
    return DeskPage(
        registration=found, name=row.User.name, email=row.User.email, organization=organization.name,
        organization_kind=organization.kind, website=organization.website, case=_case(row), payment=payment,
        kept_cents=kept_cents(payment), effects=_effects(session, about, found, names),
        history=[_history(step) for step in steps],
        is_own=found.user_id == about.reader_id or found.organization_id in reader_organizations,
        age_days=business_days_between(
            settings.day_of(row.Registration.submitted_at), about.today, settings.holidays
        ),
        due_on=found.decision_due_on, assignee=row.assignee, needs_two=found.second_eyes or row.had_hit is not None,
        proposal=_proposal(row), thread=thread_of(session, found.id) if found.question or was_asked else [],
        letter=letter_row(row.DecisionLetter, row.writer) if row.DecisionLetter is not None else None,
        was_decided=was_decided, countries=names,
        reasons=reasons_from(row.reasons) if row.reasons is not None else SHIPPED,
    )  # fmt: skip


def _whole() -> Any:
    """Return the query of everything that stands in one row around an application."""
    hit = select(Hit.id).where(Hit.case_id == Case.id).limit(1).correlate(Case).scalar_subquery()
    summit_id, reader_id = bindparam("summit", type_=Uuid), bindparam("reader", type_=Uuid)
    reasons = select(ReasonList.reasons).where(ReasonList.summit_id == summit_id)
    return (
        select(
            Registration, User, Organization, _ASSIGNEE.name.label("assignee"), ApprovalProposal,
            _PROPOSER.name.label("proposer"), DecisionLetter, _WRITER.name.label("writer"), hit.label("had_hit"),
            readable(summit_id, reader_id).label("is_readable"),
            reasons.order_by(ReasonList.version.desc()).limit(1).scalar_subquery().label("reasons"), *CASE_COLUMNS,
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Registration.assignee_id)
        .outerjoin(Case, (Case.subject_kind == KIND) & (Case.subject_id == Registration.id))
        .outerjoin(
            ApprovalProposal,
            (ApprovalProposal.registration_id == Registration.id) & (ApprovalProposal.state == ProposalState.OPEN),
        )
        .outerjoin(_PROPOSER, _PROPOSER.id == ApprovalProposal.proposed_by)
        .outerjoin(
            DecisionLetter,
            (DecisionLetter.registration_id == Registration.id) & (DecisionLetter.state == LetterState.WAITING),
        )
        .outerjoin(_WRITER, _WRITER.id == DecisionLetter.made_by)
        .where(Registration.id == bindparam("wanted", type_=Uuid), Registration.summit_id == summit_id)
    )  # fmt: skip


_WHOLE = _whole()


def _case(row: Any) -> CaseRow | None:
    columns = tuple(row)[-len(CASE_COLUMNS):]  # fmt: skip
    return CaseRow(*columns) if columns[0] is not None else None


def _proposal(row: Any) -> ProposalRow | None:
    proposal = row.ApprovalProposal
    if proposal is None:
        return None
    return ProposalRow(proposal.proposed_by, row.proposer, proposal.proposed_at, proposal.words)


def _effects(session: Session, about: Desk, found: RegistrationRow, names: Mapping[str, str]) -> list[PoolEffect]:
    touched = pools_touched(
        about.summit.settings.pools, found.country or "", found.participant_type or "", str(found.organization_id)
    )
    taken = taken_places(session, about.summit.id)
    one_more = 0 if found.state in HOLDING else 1
    return [
        PoolEffect(pool_title(rule.kind, rule.key, names), rule.capacity, now, now + one_more, rule.target)
        for rule in touched
        for now in [taken.get((rule.kind, rule.key), 0)]
    ]


def taken_places(session: Session, summit_id: UUID) -> dict[tuple[PoolKind, str], int]:
    """Return how many places of each pool are taken."""
    found = session.execute(select(Pool.kind, Pool.key, Pool.taken).where(Pool.summit_id == summit_id))
    return {(row[0], row[1]): row[2] for row in found}


def _pools(session: Session, summit_id: UUID) -> list[Pool]:
    return list(session.scalars(select(Pool).where(Pool.summit_id == summit_id)))


def _steps(session: Session, registration_id: UUID) -> list[Any]:
    wanted = (
        select(RegistrationStep.at, User.name, RegistrationStep.event, RegistrationStep.reason)
        .outerjoin(User, User.id == RegistrationStep.actor_id)
        .where(RegistrationStep.registration_id == registration_id)
        .order_by(RegistrationStep.number.desc())
    )
    return list(session.execute(wanted))


def _history(step: Any) -> HistoryRow:
    at, actor, event, reason = step
    return HistoryRow(at, actor, EVENT_WORDS[event].replace("_", " ").capitalize() if event else "Note", reason)


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool as organizers read it: places taken of its capacity; `target` is the soft limit."""

    title: str
    capacity: int
    taken: int
    target: int | None


def pools(session: Session, summit_id: UUID) -> list[PoolRow]:
    """Return every pool but those of single organizations, the total first, then markets, then types."""
    order = {"total": 0, "market": 1, "type": 2}
    found = sorted((p for p in _pools(session, summit_id) if p.kind in order), key=lambda p: (order[p.kind], p.key))
    names = dict(country_choices(session))
    return [PoolRow(pool_title(p.kind, p.key, names), p.capacity, p.taken, p.target) for p in found]
