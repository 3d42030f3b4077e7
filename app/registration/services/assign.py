"""Give applications to reviewers, and limit reviewers to types and markets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.registration.desk_models import ReviewerScope
from app.registration.models import Registration
from app.registration.queries.scopes import ReviewerRow, Scope, in_scope, reviewers, scopes_of
from app.registration.services.moves import locked
from app.registration.states import UNDECIDED


def assign(
    session: Session, registration_id: UUID, to: UUID | None, *, actor_id: UUID, now: datetime,
    seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Give an application to a reviewer, or to nobody (`to` None).

    Refuses a person who does not work at the desk, who is limited to something else, or whose own application or
    organization it is.
    """
    registration = locked(session, registration_id, seen_moves=seen_moves)
    if not in_scope(scopes_of(session, registration.summit_id, actor_id), registration):
        raise NotFound("That application does not exist.")
    if to is not None and (why := _unfit(session, registration, _reviewer(session, registration, to))):
        raise Refused(why)
    _give(session, registration, to, actor_id=actor_id)


def spread(
    session: Session, registration_id: UUID, over: Sequence[UUID], place: int, *, actor_id: UUID, now: datetime,
    seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Give an application nobody has to the next of several reviewers who may have it; from `place` on."""
    registration = locked(session, registration_id, seen_moves=seen_moves)
    if not in_scope(scopes_of(session, registration.summit_id, actor_id), registration):
        raise NotFound("That application does not exist.")
    if registration.assignee_id is not None or registration.state not in UNDECIDED:
        raise Refused("It has a reviewer already, or is decided.")
    known = {one.id: one for one in reviewers(session, registration.summit_id)}
    chosen = [known[one] for one in over if one in known]
    for turn in range(len(chosen)):
        reviewer = chosen[(place + turn) % len(chosen)]
        if not _unfit(session, registration, reviewer):
            _give(session, registration, reviewer.id, actor_id=actor_id)
            return
    raise Refused("None of the chosen reviewers may have it: it is outside of their limits, or from their own house.")


def _reviewer(session: Session, registration: Registration, user_id: UUID) -> ReviewerRow:
    found = next((one for one in reviewers(session, registration.summit_id) if one.id == user_id), None)
    if found is None:
        raise InvalidInput("Choose a reviewer or an organizer.")
    return found


def _unfit(session: Session, registration: Registration, reviewer: ReviewerRow) -> str:
    """Say why somebody may not have an application; nothing when they may."""
    if not in_scope(reviewer.scopes, registration):
        return f"{reviewer.name} is limited to other types or markets."
    member = select(Membership.id).where(
        Membership.user_id == reviewer.id, Membership.organization_id == registration.organization_id
    )
    if registration.user_id == reviewer.id or session.scalar(member) is not None:
        return f"It is {reviewer.name}'s own application, or from their organization."
    return ""


def _give(session: Session, registration: Registration, to: UUID | None, *, actor_id: UUID) -> None:
    before, registration.assignee_id = registration.assignee_id, to
    session.flush()
    audit.record(
        session, "registration.assigned", ("registration", registration.id), actor_id=actor_id,
        before=str(before) if before else None, after=str(to) if to else None,
    )  # fmt: skip


def limit_reviewer(
    session: Session, summit_id: UUID, user_id: UUID, scopes: Sequence[Scope], *, actor_id: UUID
) -> None:
    """Limit a reviewer to some types and markets, or lift every limit with none.

    Refuses organizers: they work on everything. What was given to the reviewer before stays given.
    """
    found = next((one for one in reviewers(session, summit_id) if one.id == user_id), None)
    if found is None:
        raise NotFound("That person does not review applications.")
    if found.is_organizer and scopes:
        raise Refused("Organizers work on every application. Take the role away first.")
    if any(scope.participant_type is None and scope.market is None for scope in scopes):
        raise InvalidInput("Choose a type, a market or both.")
    session.execute(delete(ReviewerScope).where(ReviewerScope.summit_id == summit_id, ReviewerScope.user_id == user_id))
    for scope in dict.fromkeys(scopes):
        session.add(
            ReviewerScope(
                summit_id=summit_id, user_id=user_id, participant_type=scope.participant_type, market=scope.market
            )
        )
    session.flush()
    said = [f"{scope.participant_type or 'every type'} of {scope.market or 'every market'}" for scope in scopes]
    audit.record(
        session, "reviewer.limited", ("user", user_id), actor_id=actor_id, after=str(len(scopes)), detail={"to": said},
    )  # fmt: skip
