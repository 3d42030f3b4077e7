"""What a company keeps for itself about its leads: next step, owner, rating, notes; and how it weighs its pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit
from app.core.access import COMPANY
from app.core.errors import NotFound, Refused
from app.directory.rules import tidy
from app.directory.services import EDITORS
from app.interest.models import InterestLead, StageWeight
from app.interest.rules import DEFAULT_WEIGHTS
from app.interest.services.steps import NO_INTEREST, held, side_of
from app.interest.states import InterestState, Side

LONGEST_STEP, LONGEST_NOTES = 300, 4000


@dataclass(frozen=True, slots=True)
class Work:
    """What a company plans and thinks about a lead. Never shown to the partner."""

    next_step: str = ""
    next_on: date | None = None
    owner_id: UUID | None = None
    rating: int | None = None
    notes: str = ""


class ChangedMeanwhile(Refused):
    """A colleague saved the same lead meanwhile."""

    code = "changed_meanwhile"


def work_lead(
    session: Session, interest_id: UUID, work: Work, *, actor_id: UUID, expected: int | None = None, now: datetime
) -> InterestLead:
    """Save a company's own side of a lead. `expected` is the revision the actor looked at, 0 for none yet.

    Raises NotFound for who is not of the entry's company, ChangedMeanwhile when a colleague was faster, Refused for
    an owner from elsewhere, a date without a step, or too many words.
    """
    interest, entry = held(session, interest_id)
    side_of(session, interest, entry, actor_id, Side.COMPANY)
    if entry.organization_id is None:
        raise NotFound(NO_INTEREST)
    step, notes = " ".join(tidy(work.next_step).split()), tidy(work.notes)
    _require_sound(session, entry.organization_id, work, step, notes)
    wanted = select(InterestLead).where(
        InterestLead.interest_id == interest.id, InterestLead.organization_id == entry.organization_id
    )
    row = session.scalars(wanted).one_or_none()
    if expected is not None and expected != (row.revision if row else 0):
        raise ChangedMeanwhile(
            "A colleague saved this lead while you looked at it. Nothing of yours was saved. Look at it again."
        )
    if row is None:
        row = InterestLead(interest_id=interest.id, organization_id=entry.organization_id, revision=0, next_step="")
        session.add(row)
    if (row.next_step, row.next_on) != (step, work.next_on):
        row.told_at = None
    row.next_step, row.next_on, row.owner_id = step, work.next_on, work.owner_id
    row.rating, row.notes, row.revision, row.changed_at = work.rating, notes, row.revision + 1, now
    session.flush()
    audit.record(session, "lead.worked", ("interest", interest.id), actor_id=actor_id)
    return row


def _require_sound(session: Session, company_id: UUID, work: Work, step: str, notes: str) -> None:
    if work.next_on is not None and not step:
        raise Refused("Say what the next step is, or leave its date empty.")
    if len(step) > LONGEST_STEP or len(notes) > LONGEST_NOTES:
        raise Refused(f"Use at most {LONGEST_STEP} characters for the step and {LONGEST_NOTES:,} for the notes.")
    if work.rating is not None and work.rating not in range(1, 6):
        raise Refused("Rate from 1 to 5, or leave the rating open.")
    members = accounts.members(session, company_id)
    if work.owner_id is not None and not any(m.user_id == work.owner_id and m.role in COMPANY for m in members):
        raise Refused("Choose somebody of your company as the owner.")


def set_weights(
    session: Session, company_id: UUID, weights: Mapping[InterestState, int], *, actor_id: UUID, now: datetime
) -> None:
    """Say how many percent of an interest at each stage count in a company's weighted totals.

    Raises NotFound for who does not write for the company, Refused for a number outside 0 to 100.
    """
    members = accounts.members(session, company_id)
    if not any(member.user_id == actor_id and member.role in EDITORS for member in members):
        raise NotFound("There is no such company of yours.")
    if any(state not in DEFAULT_WEIGHTS or not 0 <= percent <= 100 for state, percent in weights.items()):
        raise Refused("Enter whole numbers from 0 to 100 for the stages.")
    session.execute(delete(StageWeight).where(StageWeight.organization_id == company_id))
    session.add_all(
        StageWeight(organization_id=company_id, state=state, percent=percent)
        for state, percent in weights.items()
        if percent != DEFAULT_WEIGHTS[state]
    )
    session.flush()
    audit.record(
        session, "pipeline.weights_set", ("organization", company_id), actor_id=actor_id,
        detail={state.value: percent for state, percent in weights.items()},
    )  # fmt: skip


def note_export(session: Session, company_id: UUID, *, leads: int, actor_id: UUID) -> None:
    """Put on the record that somebody took a company's pipeline out of the house."""
    audit.record(session, "pipeline.exported", ("organization", company_id), actor_id=actor_id, detail={"leads": leads})
