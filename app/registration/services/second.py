"""A second pair of eyes: one reviewer proposes an approval, another one confirms it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, Refused
from app.core.states import advance
from app.registration.desk_models import ApprovalProposal
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.services.moves import THING, locked, note, refuse_stranger
from app.registration.states import (
    PROPOSAL_TRANSITIONS,
    TRANSITIONS,
    ProposalEvent,
    ProposalState,
    RegistrationEvent,
)
from app.screening import services as screening
from app.screening.queries import had_possible_hit


class NeedsSecondReviewer(Refused):
    """Two different reviewers must agree, and only one has spoken."""

    code = "needs_second_reviewer"


def propose_approval(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, max_list_age_days: int | None,
    words: str = "", seen_moves: int | None = None,
) -> None:  # fmt: skip
    """Propose an approval on which another reviewer must agree. `words` are for that reviewer, not the applicant.

    Refuses what could not be approved anyway, and where no second reviewer is needed.
    """
    registration = locked(session, registration_id, seen_moves=seen_moves)
    refuse_stranger(session, registration, actor_id)
    advance(TRANSITIONS, registration.state, RegistrationEvent.APPROVE, thing=THING)
    screening.require_clear(session, KIND, registration.id, now=now, max_age_days=max_list_age_days)
    if not needs_two(session, registration):
        raise Refused("No second reviewer is needed for this application. Approve it.")
    if open_proposal(session, registration.id) is not None:
        raise Refused("This approval is proposed already. A different reviewer confirms it by approving.")
    proposal = ApprovalProposal(
        registration_id=registration.id, state=ProposalState.OPEN, words=words.strip(), proposed_by=actor_id,
        proposed_at=now,
    )  # fmt: skip
    session.add(proposal)
    note(session, registration, f"Approval proposed. {words}".strip(), actor_id=actor_id, now=now)


def agree(session: Session, registration: Registration, *, actor_id: UUID, now: datetime) -> None:
    """Confirm what another reviewer proposed; raise NeedsSecondReviewer where that is needed and missing."""
    proposal = open_proposal(session, registration.id)
    if proposal is None:
        if needs_two(session, registration):
            raise NeedsSecondReviewer(
                "Two different reviewers must agree on this approval. Propose it; another one then approves."
            )
        return
    if proposal.proposed_by == actor_id:
        raise NeedsSecondReviewer("You proposed this approval. A different reviewer must confirm it.")
    proposal.state = advance(PROPOSAL_TRANSITIONS, proposal.state, ProposalEvent.CONFIRM, thing="proposal")
    proposal.closed_by, proposal.closed_at = actor_id, now
    session.flush()


def needs_two(session: Session, registration: Registration) -> bool:
    """Tell whether approval takes two reviewers: screening saw a possible hit, or somebody asked for it."""
    return registration.second_eyes or had_possible_hit(session, KIND, registration.id)


def open_proposal(session: Session, registration_id: UUID) -> ApprovalProposal | None:
    """Return the proposal that waits for a second reviewer."""
    wanted = select(ApprovalProposal).where(
        ApprovalProposal.registration_id == registration_id, ApprovalProposal.state == ProposalState.OPEN
    )
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def ask_for_second(
    session: Session, registration_id: UUID, *, wanted: bool, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Ask for a second reviewer on an application, or say that none is needed after all; both want a reason."""
    if not reason.strip():
        raise InvalidInput("Write why: the other reviewers read it.")
    registration = locked(session, registration_id)
    refuse_stranger(session, registration, actor_id)
    if registration.second_eyes is wanted:
        raise Refused("That is how it stands already. Reload the page.")
    proposal = open_proposal(session, registration.id)
    if not wanted and proposal is not None and proposal.proposed_by == actor_id:
        raise NeedsSecondReviewer("You proposed the approval, so somebody else must say that one reviewer is enough.")
    registration.second_eyes = wanted
    said = "A second reviewer is asked for" if wanted else "No second reviewer is asked for any more"
    note(session, registration, f"{said}: {reason.strip()}", actor_id=actor_id, now=now)
    audit.record(
        session, "registration.second_eyes_set", ("registration", registration.id), actor_id=actor_id,
        after=str(wanted), reason=reason.strip(),
    )  # fmt: skip
