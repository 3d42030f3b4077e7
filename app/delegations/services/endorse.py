"""What a focal point says about delegates: endorse, keep in reserve, refuse, take it back; never beyond the cap."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core import audit
from app.core.db import lock_rows
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.states import advance
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.who import NO_DELEGATION, acts_for
from app.delegations.rules.caps import full_words
from app.delegations.services.count import cap_of, locked, next_rank
from app.delegations.states import EVENT_WORDS, TRANSITIONS, Endorsement, EndorsementEvent
from app.registration.models import Registration
from app.registration.services.moves import note
from app.registration.states import UNDECIDED, RegistrationState

NO_DELEGATE = "That person is not in this delegation any more. Reload the page."
TELLS = {
    EndorsementEvent.ENDORSE: "Endorsed by the organization.",
    EndorsementEvent.RESERVE: "Put in the organization's reserve.",
    EndorsementEvent.REFUSE: "Not endorsed by the organization.",
    EndorsementEvent.WITHDRAW: "The organization took its word back.",
}


class CapReached(Refused):
    """The organization has endorsed as many as it may send."""

    code = "cap_reached"


def acting(session: Session, delegation_id: UUID, actor_id: UUID, delegate_ids: Sequence[UUID] = ()) -> Delegation:
    """Return a delegation under lock to somebody who acts for it. Raises NotFound for everybody else.

    Applications of the delegates are locked before: the one order everybody keeps, as whoever submits holds theirs.
    """
    if delegate_ids:
        of = select(Delegate.registration_id).where(
            Delegate.id.in_(delegate_ids), Delegate.registration_id.is_not(None)
        )
        lock_rows(session, Registration.id, [one for one in session.scalars(of) if one is not None])
    delegation = locked(session, delegation_id)
    if not acts_for(session, actor_id, delegation.organization_id):
        raise NotFound(NO_DELEGATION)
    return delegation


def delegate_in(session: Session, delegation: Delegation, delegate_id: UUID) -> Delegate:
    """Return a delegate of a locked delegation. Raises NotFound."""
    found = session.get(Delegate, delegate_id, with_for_update=True, populate_existing=True)
    if found is None or found.delegation_id != delegation.id or found.removed_at is not None:
        raise NotFound(NO_DELEGATE)
    return found


def decide(
    session: Session, delegation_id: UUID, delegate_ids: Sequence[UUID], event: EndorsementEvent, *, actor_id: UUID,
    now: datetime, reason: str = "",
) -> int:  # fmt: skip
    """Do the same with several delegates, all or none; return how many. A refusal needs a reason.

    Raises CapReached beyond the cap, TransitionRefused, and Refused for an application that is decided already.
    """
    if not delegate_ids:
        raise InvalidInput("Choose at least one person.")
    delegation = acting(session, delegation_id, actor_id, delegate_ids)
    if event is EndorsementEvent.REFUSE and not reason.strip():
        raise InvalidInput("Write the reason: the person and the reviewers read it.")
    for delegate_id in sorted(set(delegate_ids)):
        delegate = delegate_in(session, delegation, delegate_id)
        _refuse_decided(session, delegate, event)
        move_endorsement(session, delegation, delegate, event, actor_id=actor_id, now=now, reason=reason.strip())
    return len(set(delegate_ids))


def _refuse_decided(session: Session, delegate: Delegate, event: EndorsementEvent) -> None:
    """Once the desk has decided the organization's word no longer changes anything, so it is not taken back."""
    state = session.scalar(select(Registration.state).where(Registration.id == delegate.registration_id))
    open_states = UNDECIDED | {RegistrationState.DRAFT, RegistrationState.WAITLISTED}
    if state is None or state in open_states or event is EndorsementEvent.ENDORSE:
        return
    raise Refused(f"The reviewers have decided about {delegate.name}. Write to the organizers if something is wrong.")


def move_endorsement(
    session: Session, delegation: Delegation, delegate: Delegate, event: EndorsementEvent, *, actor_id: UUID | None,
    now: datetime, reason: str = "",
) -> None:  # fmt: skip
    """Move an endorsement by its table, within the cap of a locked delegation; the application's history tells it."""
    before = delegate.endorsement
    after = advance(TRANSITIONS, before, event, thing="endorsement")
    if after is Endorsement.ENDORSED and (cap := cap_of(session, delegation)).is_full:
        name = session.scalar(select(Organization.name).where(Organization.id == delegation.organization_id))
        raise CapReached(full_words(cap, organization=name or "The organization"))
    delegate.rank = next_rank(session, delegation.id) if after is Endorsement.RESERVE else None
    delegate.endorsement, delegate.reason = after, reason
    waits = after is Endorsement.WAITING
    delegate.decided_at, delegate.decided_by_id = (None, None) if waits else (now, actor_id)
    session.flush()
    audit.record(
        session, f"delegate.{EVENT_WORDS[event]}", ("delegate", delegate.id), actor_id=actor_id, before=before,
        after=after, reason=reason,
    )  # fmt: skip
    registration = session.get(Registration, delegate.registration_id) if delegate.registration_id else None
    if registration is not None and registration.submitted_at is not None and registration.user_id != actor_id:
        note(session, registration, f"{TELLS[event]} {reason}".strip(), actor_id=actor_id, now=now)
