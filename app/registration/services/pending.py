"""Proposed changes that wait for the desk: find them, close them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.states import advance
from app.registration.application_models import RegistrationChange
from app.registration.change_states import CHANGE_TRANSITIONS, ChangeEvent, ChangeState, PartKey
from app.registration.models import Registration


def waiting_changes(session: Session, registration_id: UUID) -> list[RegistrationChange]:
    """Return the proposed changes of an application under lock, oldest first."""
    wanted = select(RegistrationChange).where(
        RegistrationChange.registration_id == registration_id, RegistrationChange.state == ChangeState.PROPOSED
    )
    ordered = wanted.order_by(RegistrationChange.number).with_for_update()
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def waiting_change(session: Session, registration_id: UUID, part: PartKey) -> RegistrationChange | None:
    """Return the proposed change of one part, None when there is none."""
    return next((one for one in waiting_changes(session, registration_id) if one.part == part), None)


def close_change(
    session: Session, change: RegistrationChange, event: ChangeEvent, *, actor_id: UUID | None, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    """Move a proposed change to where `event` leads. Raises TransitionRefused for a decided one."""
    before, change.state = change.state, advance(CHANGE_TRANSITIONS, change.state, event, thing="change")
    change.decided_by, change.decided_at, change.reason = actor_id, now, reason.strip()
    session.flush()
    audit.record(
        session, f"registration.change_{change.state}", ("registration", change.registration_id), actor_id=actor_id,
        before=before, after=change.state, reason=reason, detail={"part": change.part, "change": str(change.id)},
    )  # fmt: skip


def drop_changes(session: Session, registration: Registration, *, now: datetime) -> None:
    """Close what was proposed: the application has ended."""
    for change in waiting_changes(session, registration.id):
        close_change(session, change, ChangeEvent.WITHDRAW, actor_id=None, now=now, reason="The application has ended.")
