"""Whether an application has changed, for who decides about it, since somebody looked at it."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.registration.models import Registration, RegistrationStep
from app.registration.states import RegistrationEvent

LEFT_TO_THE_SYSTEM = frozenset({RegistrationEvent.OPEN_REVIEW})
"""Moves that change nothing for a decision: screening has begun to look."""


def matters() -> ColumnElement[bool]:
    """Return the condition under which a step changes what is decided about.

    What a person did or said does, and every move; what screening and payments note beside it does not, as both are
    judged anew at the decision.
    """
    moved = and_(RegistrationStep.event.is_not(None), RegistrationStep.event.not_in(LEFT_TO_THE_SYSTEM))
    return or_(RegistrationStep.actor_id.is_not(None), moved)


def last_that_matters() -> ColumnElement[int]:
    """Return the number of an application's last step that changes what is decided about, 0 without one."""
    wanted = select(func.coalesce(func.max(RegistrationStep.number), 0))
    wanted = wanted.where(RegistrationStep.registration_id == Registration.id, matters())
    return wanted.correlate(Registration).scalar_subquery()


def has_moved(session: Session, registration_id: UUID, seen_moves: int) -> bool:
    """Tell whether something that matters happened after somebody saw an application that often moved."""
    wanted = select(func.max(RegistrationStep.number)).where(
        RegistrationStep.registration_id == registration_id, matters()
    )
    return (session.scalar(wanted) or 0) > seen_moves
