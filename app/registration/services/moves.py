"""Move an application: lock it, ask the table, write down who, why, before and after."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core import audit
from app.core.errors import NotFound, Refused
from app.core.states import advance
from app.registration.desk_models import ApprovalProposal
from app.registration.models import Registration, RegistrationStep, Summit, SummitVersion
from app.registration.queries.moves import has_moved
from app.registration.queries.scopes import in_scope, scopes_of
from app.registration.rules.prices import Terms
from app.registration.rules.stored import read_summit, terms_from
from app.registration.rules.summit import SummitSettings
from app.registration.states import (
    EVENT_WORDS,
    TRANSITIONS,
    ProposalState,
    RegistrationEvent,
    RegistrationState,
)

THING = "application"
# A higher room hangs in here and is told who no longer comes.
on_leave: list[Callable[[Session, UUID, datetime], None]] = []


class MovedMeanwhile(Refused):
    """Somebody else moved the application after this person opened the page."""

    code = "moved_meanwhile"


class OwnApplication(Refused):
    """The decision would be about oneself or one's own organization."""

    code = "own_application"


def locked(session: Session, registration_id: UUID, *, seen_moves: int | None = None) -> Registration:
    """Return an application under lock.

    Raises NotFound, or MovedMeanwhile if something that matters for a decision happened since `seen_moves`.
    """
    found = session.get(Registration, registration_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("That application does not exist.")
    if seen_moves is not None and has_moved(session, registration_id, seen_moves):
        raise MovedMeanwhile("This application has moved since you opened the page. Open it again, then decide.")
    return found


def refuse_own(session: Session, registration: Registration, actor_id: UUID) -> None:
    """Raise OwnApplication if the application is this person's or their organization's."""
    if registration.user_id == actor_id:
        raise OwnApplication("This is your own application. Another reviewer must decide on it.")
    member = select(Membership.id).where(
        Membership.user_id == actor_id, Membership.organization_id == registration.organization_id
    )
    if session.scalar(member) is not None:
        raise OwnApplication("This application is from your own organization. Another reviewer must decide on it.")


def refuse_stranger(session: Session, registration: Registration, actor_id: UUID) -> None:
    """Raise OwnApplication as `refuse_own` does, and NotFound outside of what this reviewer works on."""
    if not in_scope(scopes_of(session, registration.summit_id, actor_id), registration):
        raise NotFound("That application does not exist.")
    refuse_own(session, registration, actor_id)


def move(
    session: Session,
    registration: Registration,
    event: RegistrationEvent,
    *,
    actor_id: UUID | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Take `event`, or refuse it aloud; `actor_id` None is the system."""
    before = registration.state
    registration.state = advance(TRANSITIONS, before, event, thing=THING)
    if before is RegistrationState.IN_REVIEW and event is not RegistrationEvent.APPROVE:
        drop_proposal(session, registration, now=now)
    _write(session, registration, event, before, actor_id=actor_id, now=now, reason=reason)
    audit.record(
        session, f"registration.{EVENT_WORDS[event]}", ("registration", registration.id), actor_id=actor_id,
        before=before, after=registration.state, reason=reason,
    )  # fmt: skip


def drop_proposal(session: Session, registration: Registration, *, now: datetime) -> None:
    """Drop what a reviewer proposed: the application went another way, or what it rested on has changed."""
    waiting = update(ApprovalProposal).where(
        ApprovalProposal.registration_id == registration.id, ApprovalProposal.state == ProposalState.OPEN
    )
    session.execute(waiting.values(state=ProposalState.DROPPED, closed_at=now))


def note(session: Session, registration: Registration, words: str, *, actor_id: UUID | None, now: datetime) -> None:
    """Write something into the history of an application that does not move it."""
    _write(session, registration, None, registration.state, actor_id=actor_id, now=now, reason=words)
    audit.record(
        session, "registration.noted", ("registration", registration.id), actor_id=actor_id, reason=words,
    )  # fmt: skip


def _write(
    session: Session, registration: Registration, event: RegistrationEvent | None, before: str, *,
    actor_id: UUID | None, now: datetime, reason: str,
) -> None:  # fmt: skip
    registration.moves += 1
    step = RegistrationStep(
        registration_id=registration.id, number=registration.moves, event=event, before=before,
        after=registration.state, actor_id=actor_id, reason=reason, at=now,
    )  # fmt: skip
    session.add(step)
    session.flush()


def settings_in_force(session: Session, summit_id: UUID) -> tuple[int, SummitSettings]:
    """Return the newest version of a summit's settings and its number."""
    row = session.execute(
        select(SummitVersion.version, SummitVersion.settings)
        .join(Summit, (Summit.id == SummitVersion.summit_id) & (Summit.version == SummitVersion.version))
        .where(Summit.id == summit_id)
    ).one_or_none()
    if row is None:
        raise NotFound("That summit does not exist.")
    return row.version, read_summit(row.settings)


def terms_of(registration: Registration) -> Terms:
    """Return the terms kept on a submitted application."""
    if registration.terms is None:
        raise Refused("This application has not been submitted, so it has no terms yet.")
    return terms_from(registration.terms)
