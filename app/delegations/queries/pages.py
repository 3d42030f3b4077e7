"""A delegation as its focal points and the desk read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.rules import folded
from app.core.paging import Page, paginate
from app.delegations.models import Delegate, Delegation, Nominated, Nomination
from app.delegations.queries.caps import cap_and_counts
from app.delegations.queries.who import acting_for
from app.delegations.rules.caps import Cap
from app.delegations.rules.standing import Facts, missing, standing
from app.delegations.states import Endorsement
from app.payments.models import Payment
from app.payments.states import PaymentMethod
from app.registration.application_models import RegistrationDeclaration
from app.registration.models import Registration
from app.registration.queries.application import LETTER
from app.registration.queries.money import KIND
from app.registration.queries.summit import SummitView
from app.registration.states import ParticipantType, RegistrationState

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """An organization somebody acts for, and its delegation if there is one."""

    organization_id: UUID
    organization: str
    country: str
    delegation_id: UUID | None
    delegates: int
    waiting: int


@dataclass(frozen=True, slots=True)
class DelegateRow:
    """A delegate as a focal point sees them: where they stand and what is missing, no more."""

    id: UUID
    name: str
    email: str
    job_title: str
    citizenship: str
    birth_year: int | None
    participant_type: ParticipantType
    endorsement: Endorsement
    rank: int | None
    reason: str
    standing: str
    tone: str
    missing: list[str]
    has_taken_over: bool
    came_alone: bool
    is_paid_for: bool
    pays_as_group: bool
    state: RegistrationState | None


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation with its cap."""

    id: UUID
    organization_id: UUID
    organization: str
    country: str
    cap: Cap
    counts: dict[Endorsement, int]


def delegations_of(session: Session, summit_id: UUID, user_id: UUID, *, number: int = 1) -> Page[DelegationRow]:
    """Return a page of the organizations a person acts for, by name."""
    wanted = _rows(summit_id).where(Organization.id.in_(acting_for(user_id)))
    return paginate(session, wanted, DelegationRow, number=number)


def every_delegation(session: Session, summit_id: UUID, *, search: str = "", number: int = 1) -> Page[DelegationRow]:
    """Return a page of the delegations of a summit, by name of the organization."""
    wanted = _rows(summit_id).where(Delegation.id.is_not(None))
    if search:
        wanted = wanted.where(Organization.search_name.contains(folded(search), autoescape=True))
    return paginate(session, wanted, DelegationRow, number=number)


def _rows(summit_id: UUID) -> Select[*tuple[Any, ...]]:
    def count(*conditions: Any) -> Any:
        counted = select(func.count()).select_from(Delegate)
        counted = counted.where(Delegate.delegation_id == Delegation.id, Delegate.removed_at.is_(None), *conditions)
        return counted.correlate(Delegation).scalar_subquery()

    return (
        select(
            Organization.id, Organization.name, Organization.country, Delegation.id, count(),
            count(Delegate.endorsement == Endorsement.WAITING),
        )
        .outerjoin(
            Delegation, (Delegation.organization_id == Organization.id) & (Delegation.summit_id == summit_id)
        )
        .order_by(Organization.search_name, Organization.id)
    )  # fmt: skip


def delegation_view(
    session: Session, delegation: Delegation, house: Organization, summit: SummitView
) -> DelegationView:
    """Return the delegation of an organization with its cap and how many delegates stand where."""
    cap, counts = cap_and_counts(session, delegation, summit.settings)
    return DelegationView(delegation.id, house.id, house.name, house.country, cap, counts)


def delegates(
    session: Session, summit: SummitView, delegation_id: UUID, *, endorsement: Endorsement | None = None,
    words: str = "", number: int = 1, size: int = PER_PAGE,
) -> Page[DelegateRow]:  # fmt: skip
    """Return a page of the delegates: reserve by rank, else by name; `words` is a part of a name or address."""
    wanted = select(Delegate).where(Delegate.delegation_id == delegation_id, Delegate.removed_at.is_(None))
    if endorsement is not None:
        wanted = wanted.where(Delegate.endorsement == endorsement)
    if words:
        held = (column.icontains(words, autoescape=True) for column in (Delegate.name, Delegate.email))
        wanted = wanted.where(or_(*held))
    order = (Delegate.rank, func.lower(Delegate.name), Delegate.id)
    ordered = wanted.order_by(*(order if endorsement is Endorsement.RESERVE else order[1:]))
    page = paginate(session, ordered, lambda row: row, number=number, size=size)
    return Page(_shown(session, summit, page.items), page.total, page.number, page.size)


def delegate(session: Session, summit: SummitView, delegation_id: UUID, delegate_id: UUID) -> DelegateRow | None:
    """Return one delegate, None when they are not in the delegation."""
    found = session.get(Delegate, delegate_id)
    if found is None or found.delegation_id != delegation_id or found.removed_at is not None:
        return None
    return _shown(session, summit, [found])[0]


def every_delegate(session: Session, summit: SummitView, delegation_id: UUID) -> list[DelegateRow]:
    """Return all delegates by name, for a sheet that leaves the house."""
    wanted = select(Delegate).where(Delegate.delegation_id == delegation_id, Delegate.removed_at.is_(None))
    return _shown(session, summit, session.scalars(wanted.order_by(func.lower(Delegate.name), Delegate.id)).all())


def _shown(session: Session, summit: SummitView, found: Sequence[Delegate]) -> list[DelegateRow]:
    ids = [row.registration_id for row in found if row.registration_id is not None]
    declared = exists().where(RegistrationDeclaration.registration_id == Registration.id)
    grouped = exists().where(
        Payment.subject_kind == KIND, Payment.subject_id == Registration.id, Payment.method == PaymentMethod.GROUP
    )
    of = select(
        Registration.id, Registration.state, Registration.answers, declared.label("declared"), grouped.label("grouped")
    )
    applications = {row.id: row for row in session.execute(of.where(Registration.id.in_(ids)))}
    lettered = _lettered(session, [row.id for row in found])
    rows = []
    for one in found:
        application = applications.get(one.registration_id) if one.registration_id else None
        facts = Facts(
            state=application.state if application else None, has_taken_over=one.user_id is not None,
            endorsement=one.endorsement,
            needs_letter=one.participant_type in summit.settings.nomination_types,
            has_letter=one.id in lettered or bool(application and application.answers.get(LETTER)),
            on_behalf_undeclared=one.submitted_at is not None and not (application and application.declared),
            endorsement_asked=summit.settings.endorsement_asked,
        )  # fmt: skip
        rows.append(_row(one, facts, pays_as_group=bool(application and application.grouped)))
    return rows


def _row(one: Delegate, facts: Facts, *, pays_as_group: bool) -> DelegateRow:
    words, tone = standing(facts)
    return DelegateRow(
        one.id, one.name, one.email, one.job_title, one.citizenship, one.birth_year, one.participant_type,
        one.endorsement, one.rank, one.reason, words, tone, missing(facts), one.user_id is not None,
        one.entered_by_id is None, one.is_paid_for, pays_as_group, facts.state,
    )  # fmt: skip


def _lettered(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Return which delegates a nomination letter in force covers."""
    in_force = (Nomination.delegation_id == Delegate.delegation_id, Nomination.withdrawn_at.is_(None))
    named = exists().where(Nominated.delegate_id == Delegate.id, Nominated.nomination_id == Nomination.id)
    covered = exists().where(*in_force, or_(Nomination.covers_all, named))
    return set(session.scalars(select(Delegate.id).where(Delegate.id.in_(ids), covered)))


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A nomination letter: its file, whom it names, who gave it and when."""

    id: UUID
    file_id: UUID
    covers_all: bool
    names: list[str]
    by: str
    at: datetime
    withdrawn_at: datetime | None


def letters(session: Session, delegation_id: UUID) -> list[LetterRow]:
    """Return the nomination letters of a delegation, those in force first, then newest first; at most a hundred."""
    wanted = select(Nomination, User.name).join(User, User.id == Nomination.uploaded_by_id)
    wanted = wanted.where(Nomination.delegation_id == delegation_id)
    ordered = wanted.order_by(Nomination.withdrawn_at.is_not(None), Nomination.uploaded_at.desc(), Nomination.id)
    found = session.execute(ordered.limit(100)).all()
    of = select(Nominated.nomination_id, Delegate.name).join(Delegate, Delegate.id == Nominated.delegate_id)
    names: dict[UUID, list[str]] = {}
    ids = [row[0].id for row in found]
    for nomination_id, name in session.execute(of.where(Nominated.nomination_id.in_(ids)).order_by(Delegate.name)):
        names.setdefault(nomination_id, []).append(name)
    return [
        LetterRow(one.id, one.file_id, one.covers_all, names.get(one.id, []), by, one.uploaded_at, one.withdrawn_at)
        for one, by in found
    ]
