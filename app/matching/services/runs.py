"""What organizers do: rulings on pairs, match runs from draft to published and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.matching import queries
from app.matching.models import MatchPair, MatchRuling, MatchRun
from app.matching.propose import Proposal, Proposed, RunSettings
from app.matching.queries import PairRow
from app.matching.rules import Fit
from app.matching.states import OPEN_WORK, Ruling, RunEvent, RunState, Side, Work, advance
from app.notifications import outbox
from app.notifications.states import MessageState
from app.registration import queries as registration

MOST_EACH = 60
RUN_JOB = "matching.run"


@dataclass(frozen=True, slots=True)
class Published:
    """What was published or rolled back: the run and its pairs in order."""

    summit_id: UUID
    run_id: UUID
    pairs: list[PairRow]
    actor_id: UUID | None


# A higher room hangs in here and is told when pairs are published or taken back.
on_publish: list[Callable[[Session, Published, datetime], None]] = []
on_roll_back: list[Callable[[Session, Published, datetime], None]] = []


def set_ruling(
    session: Session, *, summit_id: UUID, registration_id: UUID, entry_id: UUID, ruling: Ruling | None, reason: str,
    actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Pin a pair, or leave it out, from the next run on; None takes the ruling back. A ruling needs a reason."""
    if ruling is not None and not reason.strip():
        raise InvalidInput("Say why: the reason stays with the pair for whoever reviews it later.")
    if queries.meeting_entry_company(session, entry_id) is None:
        raise NotFound("That programme does not meet at this summit.")
    same = (MatchRuling.summit_id == summit_id, MatchRuling.registration_id == registration_id)
    row = session.scalars(select(MatchRuling).where(*same, MatchRuling.entry_id == entry_id)).one_or_none()
    before = row.ruling if row else None
    if row is not None:
        session.delete(row)
        session.flush()
    if ruling is not None:
        session.add(
            MatchRuling(
                summit_id=summit_id, registration_id=registration_id, entry_id=entry_id, ruling=ruling,
                reason=reason.strip(), made_by=actor_id, made_at=now,
            )
        )  # fmt: skip
    audit.record(
        session, "pair.ruled", ("registration", registration_id), actor_id=actor_id, before=before, after=ruling,
        reason=reason, detail={"entry": str(entry_id)},
    )  # fmt: skip


def start_run(
    session: Session, *, summit_id: UUID, settings: RunSettings, actor_id: UUID | None, now: datetime
) -> MatchRun:
    """Make a draft run and queue its computation; return it with the job to watch.

    Raises InvalidInput for capacities out of range or a floor above the partner's capacity.
    """
    _require_sane(settings)
    if registration.summit_view(session, summit_id) is None:
        raise NotFound("There is no such summit.")
    session.execute(select(MatchRun.id).where(MatchRun.summit_id == summit_id).with_for_update()).all()
    newest = session.scalar(select(func.max(MatchRun.number)).where(MatchRun.summit_id == summit_id)) or 0
    run = MatchRun(
        summit_id=summit_id, number=newest + 1, state=RunState.DRAFT, work=Work.WAITING,
        partner_capacity=settings.partner_capacity, entry_capacity=settings.entry_capacity, floor=settings.floor,
        made_by=actor_id, made_at=now, metrics={},
    )  # fmt: skip
    session.add(run)
    with explained(
        {"uq_match_runs_summit_id_number": Refused("Somebody else started a run just now. Look at the list.")}
    ):
        session.flush()
    run.job_id = outbox.queue(
        session, RUN_JOB, {"run": str(run.id)}, now=now, starter_id=actor_id, title=f"Match run {run.number}",
        return_to=f"/match-runs/{run.id}",
    )  # fmt: skip
    audit.record(
        session, "match_run.started", ("match_run", run.id), actor_id=actor_id, after=run.state,
        detail={"partners": settings.partner_capacity, "entries": settings.entry_capacity, "floor": settings.floor},
    )  # fmt: skip
    return run


def _require_sane(settings: RunSettings) -> None:
    for words, number in (("partner", settings.partner_capacity), ("programme", settings.entry_capacity)):
        if not 1 <= number <= MOST_EACH:
            raise InvalidInput(f"Meetings for each {words} must be from 1 to {MOST_EACH}.")
    if not 0 <= settings.floor <= settings.partner_capacity:
        raise InvalidInput("The number everyone should get cannot exceed the meetings for each partner.")


def keep_proposal(session: Session, run_id: UUID, proposal: Proposal, *, now: datetime) -> None:
    """Keep what a run computed, once: a repeated delivery changes nothing. A failed run may be tried again."""
    run = _locked(session, run_id)
    if run.work not in OPEN_WORK:
        return
    session.add_all(_pair(run.id, place, pair) for place, pair in enumerate(proposal.pairs))
    run.work, run.computed_at, run.metrics = Work.DONE, now, proposal.metrics
    audit.record(
        session, "match_run.computed", ("match_run", run.id), actor_id=None, after=run.work,
        detail={"pairs": len(proposal.pairs), "value": proposal.metrics["value"], "bound": proposal.metrics["bound"]},
    )  # fmt: skip


def end_work(session: Session, run_id: UUID, work: Work) -> None:
    """Note that a run's computation was cancelled or failed."""
    run = _locked(session, run_id)
    if run.work in OPEN_WORK and run.work is not work:
        run.work = work
        audit.record(session, "match_run.stopped", ("match_run", run.id), actor_id=None, after=work)


def follow_stopped(session: Session, payload: Mapping[str, Any], state: MessageState, _now: datetime) -> None:
    """Note that a run's job failed for good or was cancelled, so that its page says so instead of waiting."""
    end_work(session, UUID(payload["run"]), Work.CANCELLED if state is MessageState.CANCELLED else Work.FAILED)


def _pair(run_id: UUID, place: int, pair: Proposed) -> MatchPair:
    ours, theirs = pair.fits[Side.PARTNER], pair.fits[Side.COMPANY]
    return MatchPair(
        run_id=run_id, place=place, registration_id=pair.partner.registration_id, entry_id=pair.entry.id,
        value=pair.value, partner_fit=ours.number, company_fit=theirs.number, partner_parts=_parts(ours),
        company_parts=_parts(theirs), reasons_partner=pair.reasons[Side.PARTNER],
        reasons_company=pair.reasons[Side.COMPANY], unknown=ours.unknown, is_pinned=pair.is_pinned,
    )  # fmt: skip


def _parts(fit: Fit) -> list[dict[str, object]]:
    return [{"field": p.field, "points": p.points, "least": p.least, "most": p.most} for p in fit.parts]


def move_run(
    session: Session, run_id: UUID, event: RunEvent, *, actor_id: UUID, reason: str = "", now: datetime
) -> MatchRun:
    """Mark a run as reviewed, reopen, publish or roll it back; publishing proposes its pairs to both sides.

    Pairs that somebody refused since are left out. Raises Refused when another run is published or this one
    is not computed, InvalidInput for a roll-back without a reason.
    """
    run = _locked(session, run_id)
    if run.work is not Work.DONE:
        raise Refused("This run has no result yet. Wait until its job is done, or start another run.")
    if event is RunEvent.ROLL_BACK and not reason.strip():
        raise InvalidInput("Say why the run is rolled back; both sides will see their proposals go.")
    before, run.state = run.state, advance(run.state, event)
    if event is RunEvent.PUBLISH:
        run.published_at = now
    taken = Refused("Another run is published. Roll it back first, then publish this one.")
    with explained({"uq_match_runs_published": taken}):
        session.flush()
    audit.record(
        session, f"match_run.{run.state}", ("match_run", run.id), actor_id=actor_id, before=before, after=run.state,
        reason=reason,
    )  # fmt: skip
    if event in (RunEvent.PUBLISH, RunEvent.ROLL_BACK):
        _tell(session, run, on_publish if event is RunEvent.PUBLISH else on_roll_back, actor_id, now)
    return run


def _tell(
    session: Session, run: MatchRun, handlers: list[Callable[[Session, Published, datetime], None]], actor_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    pairs = queries.pairs_of(session, run.id)
    apart = queries.apart(session, [(pair.registration_id, pair.entry_id) for pair in pairs])
    kept = [pair for pair in pairs if (pair.registration_id, pair.entry_id) not in apart]
    for handler in handlers:
        handler(session, Published(run.summit_id, run.id, kept, actor_id), now)


def publish(session: Session, run_id: UUID, *, actor_id: UUID, now: datetime) -> MatchRun:
    """Publish a reviewed run."""
    return move_run(session, run_id, RunEvent.PUBLISH, actor_id=actor_id, now=now)


def roll_back(session: Session, run_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> MatchRun:
    """Take a published run back; proposals that nobody answered are withdrawn."""
    return move_run(session, run_id, RunEvent.ROLL_BACK, actor_id=actor_id, reason=reason, now=now)


def _locked(session: Session, run_id: UUID) -> MatchRun:
    run = session.get(MatchRun, run_id, with_for_update=True)
    if run is None:
        raise NotFound(queries.NO_RUN)
    return run
