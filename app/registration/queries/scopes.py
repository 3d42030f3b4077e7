"""What a reviewer works on: everything, or only some types and markets."""

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.core.access import Role
from app.registration.desk_models import ReviewerScope
from app.registration.models import Registration
from app.registration.states import ParticipantType


@dataclass(frozen=True, slots=True)
class Scope:
    """One part of the desk: a type, a market, or one type of one market; None is every one."""

    participant_type: ParticipantType | None
    market: str | None


class Scoped(Protocol):
    """What a scope is asked about."""

    participant_type: ParticipantType | None
    country: str | None


def scopes_of(session: Session, summit_id: UUID, user_id: UUID) -> tuple[Scope, ...]:
    """Return what somebody is limited to; nothing for one without limits, as organizers always are."""
    organizer = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id, RoleGrant.role == Role.ORGANIZER, RoleGrant.revoked_at.is_(None)
    )
    wanted = select(ReviewerScope.participant_type, ReviewerScope.market).where(
        ReviewerScope.summit_id == summit_id, ReviewerScope.user_id == user_id, ~organizer.exists()
    )
    return tuple(Scope(*row) for row in session.execute(wanted))


def in_scope(scopes: tuple[Scope, ...], application: Scoped) -> bool:
    """Tell whether an application lies within one of the scopes; without scopes everything does."""
    return not scopes or any(
        scope.participant_type in (None, application.participant_type) and scope.market in (None, application.country)
        for scope in scopes
    )


def within(scopes: tuple[Scope, ...]) -> ColumnElement[bool]:
    """Return the condition under which an application lies within the scopes."""
    if not scopes:
        return true()
    return or_(*(_one(scope) for scope in scopes))


def readable(summit_id: Any, reader_id: Any) -> ColumnElement[bool]:
    """Return the condition under which a reviewer works on an application, without asking for the limits first."""
    limits = select(ReviewerScope.id).where(ReviewerScope.summit_id == summit_id, ReviewerScope.user_id == reader_id)
    fitting = limits.where(
        or_(
            ReviewerScope.participant_type.is_(None),
            ReviewerScope.participant_type == Registration.participant_type,
        ),
        or_(ReviewerScope.market.is_(None), ReviewerScope.market == Registration.country),
    )
    organizer = select(RoleGrant.id).where(
        RoleGrant.user_id == reader_id, RoleGrant.role == Role.ORGANIZER, RoleGrant.revoked_at.is_(None)
    )
    return or_(~limits.exists(), organizer.exists(), fitting.exists())


def _one(scope: Scope) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if scope.participant_type is not None:
        parts.append(Registration.participant_type == scope.participant_type)
    if scope.market is not None:
        parts.append(Registration.country == scope.market)
    return and_(*parts)


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """Somebody who can be given applications, and what they are limited to."""

    id: UUID
    name: str
    is_organizer: bool
    scopes: tuple[Scope, ...]


def reviewer_names(session: Session) -> list[tuple[UUID, str]]:
    """Return everybody who works at the desk, by name."""
    wanted = (
        select(User.id, User.name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role.in_([Role.REVIEWER, Role.ORGANIZER]), RoleGrant.revoked_at.is_(None),
            User.suspended_at.is_(None),
        )
        .order_by(User.name, User.id)
        .distinct()
    )  # fmt: skip
    return [(row[0], row[1]) for row in session.execute(wanted)]


def reviewers(session: Session, summit_id: UUID) -> list[ReviewerRow]:
    """Return everybody who works at the desk, by name, with their limits."""
    held = (
        select(User.id, User.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role.in_([Role.REVIEWER, Role.ORGANIZER]), RoleGrant.revoked_at.is_(None),
            User.suspended_at.is_(None),
        )
        .order_by(User.name, User.id)
    )  # fmt: skip
    names: dict[UUID, str] = {}
    organizers: set[UUID] = set()
    for user_id, name, role in session.execute(held):
        names[user_id] = name
        organizers |= {user_id} if role is Role.ORGANIZER else set()
    limits: dict[UUID, list[Scope]] = {}
    wanted = select(ReviewerScope).where(ReviewerScope.summit_id == summit_id).order_by(ReviewerScope.id)
    for row in session.scalars(wanted):
        limits.setdefault(row.user_id, []).append(Scope(row.participant_type, row.market))
    return [
        ReviewerRow(one, name, one in organizers, () if one in organizers else tuple(limits.get(one, ())))
        for one, name in names.items()
    ]
