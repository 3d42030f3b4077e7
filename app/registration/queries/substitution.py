"""Reads about substitutions and claims that a visa was denied."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization, User
from app.accounts.rules import lead_role
from app.core.access import Principal, Role
from app.core.paging import Page, paginate
from app.documents.queries import FileRow
from app.registration.leave_models import Substitution, VisaClaim
from app.registration.models import Registration
from app.registration.states import OPEN_SUBSTITUTIONS, SubstitutionState, VisaClaimState


@dataclass(frozen=True, slots=True)
class SubstitutionRow:
    """A substitution as those concerned see it."""

    id: UUID
    state: SubstitutionState
    name: str
    email: str
    reason: str
    named_by: UUID
    named_at: datetime
    predecessor_id: UUID
    successor_id: UUID | None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim that a visa was denied; `refund_cents` is what went back when it was accepted."""

    id: UUID
    registration_id: UUID
    number: int
    person_id: UUID
    person: str
    state: VisaClaimState
    words: str
    file_id: UUID
    claimed_at: datetime
    decided_at: datetime | None
    decision_words: str
    refund_cents: int


ROW = (
    Substitution.id, Substitution.state, Substitution.name, Substitution.email, Substitution.reason,
    Substitution.named_by, Substitution.named_at, Substitution.predecessor_id, Substitution.successor_id,
)  # fmt: skip


def open_from(session: Session, registration_id: UUID) -> Substitution | None:
    """Return the open substitution by which somebody gives up their place."""
    wanted = select(Substitution).where(Substitution.predecessor_id == registration_id)
    return session.scalars(wanted.where(Substitution.state.in_(OPEN_SUBSTITUTIONS))).one_or_none()


def open_to(session: Session, registration_id: UUID) -> Substitution | None:
    """Return the open substitution by which an application is to take somebody's place."""
    wanted = select(Substitution).where(Substitution.successor_id == registration_id)
    return session.scalars(wanted.where(Substitution.state.in_(OPEN_SUBSTITUTIONS))).one_or_none()


def open_invitation(session: Session, summit_id: UUID, email: str) -> Substitution | None:
    """Return the open substitution that names somebody with this address."""
    wanted = select(Substitution).where(Substitution.summit_id == summit_id, Substitution.email == email)
    found = wanted.where(Substitution.state.in_(OPEN_SUBSTITUTIONS)).order_by(Substitution.named_at)
    return session.scalars(found).first()


def may_apply_late(session: Session, summit_id: UUID, user_id: UUID) -> bool:
    """Tell whether somebody may apply though applications are closed: they are invited as a successor."""
    email = session.scalar(select(User.email).where(User.id == user_id))
    return email is not None and open_invitation(session, summit_id, email) is not None


def led_registration(session: Session, registration_id: UUID, user_id: UUID) -> UUID | None:
    """Return an application if this person manages the members of its organization, None otherwise."""
    wanted = (
        select(Membership.role, Organization.kind)
        .join(Registration, Registration.organization_id == Membership.organization_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Registration.id == registration_id, Membership.user_id == user_id)
    )
    found = session.execute(wanted).first()
    return registration_id if found is not None and found[0] is lead_role(found[1]) else None


def finance_may_read(_session: Session, _file: FileRow, reader: Principal) -> bool:
    """Tell whether somebody may read the proof of a denied visa besides whose it is: who decides about money."""
    return bool(reader.roles & {Role.FINANCE, Role.ORGANIZER})


def substitutions_of(session: Session, registration_id: UUID) -> list[SubstitutionRow]:
    """Return the substitutions by which a place was, or was to be, given up, newest first."""
    wanted = select(*ROW).where(Substitution.predecessor_id == registration_id)
    return [SubstitutionRow(*row) for row in session.execute(wanted.order_by(Substitution.named_at.desc()))]


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The application whose place another one takes or took, and how that stands."""

    id: UUID
    number: int
    state: SubstitutionState


def substitutions_about(session: Session, registration_id: UUID) -> tuple[Predecessor | None, SubstitutionRow | None]:
    """Return whose place an application takes, and the open substitution by which it gives up its own."""
    concerns = or_(Substitution.successor_id == registration_id, Substitution.predecessor_id == registration_id)
    wanted = select(Registration.number, *ROW).join(Registration, Registration.id == Substitution.predecessor_id)
    taken: Predecessor | None = None
    given: SubstitutionRow | None = None
    for number, *columns in session.execute(wanted.where(concerns).order_by(Substitution.named_at)):
        row = SubstitutionRow(*columns)
        if row.successor_id == registration_id:
            taken = Predecessor(row.predecessor_id, number, row.state)
        elif row.state in OPEN_SUBSTITUTIONS:
            given = row
    return taken, given


CLAIM: tuple[Any, ...] = (
    VisaClaim.id, VisaClaim.registration_id, Registration.number, User.id, User.name, VisaClaim.state,
    VisaClaim.words, VisaClaim.file_id, VisaClaim.claimed_at, VisaClaim.decided_at, VisaClaim.decision_words,
    VisaClaim.refund_cents,
)  # fmt: skip


def _claims() -> Any:
    joined = select(*CLAIM).join(Registration, Registration.id == VisaClaim.registration_id)
    return joined.join(User, User.id == Registration.user_id)


def visa_claims(session: Session, *, state: VisaClaimState | None = None, number: int = 1) -> Page[ClaimRow]:
    """Return claims, the undecided first and of these the oldest."""
    wanted = _claims()
    if state is not None:
        wanted = wanted.where(VisaClaim.state == state)
    order = (VisaClaim.state != VisaClaimState.CLAIMED, VisaClaim.claimed_at, VisaClaim.id)
    return paginate(session, wanted.order_by(*order), ClaimRow, number=number)


def claims_of(session: Session, registration_id: UUID) -> list[ClaimRow]:
    """Return the claims of one application, newest first."""
    wanted = _claims().where(VisaClaim.registration_id == registration_id).order_by(VisaClaim.claimed_at.desc())
    return [ClaimRow(*row) for row in session.execute(wanted)]
