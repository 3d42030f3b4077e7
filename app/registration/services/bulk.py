"""Decide about many applications: chosen, looked at, then run as a job with one transaction for each.

One that is refused stops none of the others, and what is rolled back tells nobody anything: its letter and its mark
are in the transaction that went.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.core import audit
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.states import advance
from app.notifications import outbox
from app.notifications.states import MessageState
from app.registration.desk_models import BulkDecision, BulkItem
from app.registration.models import Registration
from app.registration.queries.reasons import reason_in_force
from app.registration.rules.bulk import MOST_IN_BULK
from app.registration.services.assign import assign, spread
from app.registration.services.decide import approve, ask, decline, put_on_waitlist
from app.registration.services.second import propose_approval
from app.registration.services.undo import undo
from app.registration.states import (
    ACT_LABELS,
    BULK_TRANSITIONS,
    Act,
    BulkEvent,
    BulkState,
    Outcome,
)

BULK = "registration.bulk"
"""The job that decides about one application after the other."""
THING = "bulk decision"


def choose(
    session: Session, summit_id: UUID, chosen: Sequence[tuple[UUID, int]], *, actor_id: UUID, now: datetime
) -> UUID:
    """Keep which applications a decision will be about, each as often moved as it was seen; return its id."""
    if not chosen:
        raise InvalidInput("Select at least one application.")
    if len(chosen) > MOST_IN_BULK:
        raise InvalidInput(f"At most {MOST_IN_BULK} applications are decided at once. Narrow the list first.")
    made = BulkDecision(summit_id=summit_id, state=BulkState.PREVIEWED, particulars={}, made_by=actor_id, made_at=now)
    session.add(made)
    session.flush()
    session.add_all(
        BulkItem(bulk_id=made.id, position=position, registration_id=one, seen_moves=moves, outcome=Outcome.WAITING)
        for position, (one, moves) in enumerate(chosen)
    )
    session.flush()
    audit.record(
        session, "bulk.chosen", ("bulk_decision", made.id), actor_id=actor_id, detail={"applications": len(chosen)}
    )
    return made.id


def choose_undo(session: Session, bulk_id: UUID, *, actor_id: UUID, now: datetime) -> UUID:
    """Choose, to undo them, the decisions that a bulk made and whose letters have not left; return the new bulk's id.

    Raises Refused when none is left.
    """
    made = session.get(BulkDecision, bulk_id)
    if made is None:
        raise NotFound("That decision does not exist.")
    wanted = (
        select(Registration.id, Registration.moves)
        .join(BulkItem, BulkItem.registration_id == Registration.id)
        .where(BulkItem.bulk_id == bulk_id, BulkItem.outcome == Outcome.DONE, Registration.letter_at > now)
        .order_by(BulkItem.position)
    )
    chosen = [(row[0], row[1]) for row in session.execute(wanted)]
    if not chosen:
        raise Refused("Every letter has left, so nothing can be undone any more.")
    undoing = choose(session, made.summit_id, chosen, actor_id=actor_id, now=now)
    prepare(session, undoing, Act.UNDO, {"words": ""}, actor_id=actor_id, now=now)
    return undoing


def prepare(
    session: Session, bulk_id: UUID, act: Act, particulars: Mapping[str, Any], *, actor_id: UUID, now: datetime
) -> None:
    """Set what is decided, with its words and reasons, so that the effect can be looked at before it runs."""
    made = _own(session, bulk_id, actor_id)
    if made.state is not BulkState.PREVIEWED:
        raise Refused("This decision has been run. Select the applications again.")
    _refuse_incomplete(session, made.summit_id, act, particulars)
    before, made.decision = made.decision, act
    made.particulars = dict(particulars)
    session.flush()
    audit.record(
        session, "bulk.prepared", ("bulk_decision", made.id), actor_id=actor_id, before=before or None, after=act
    )


def _refuse_incomplete(session: Session, summit_id: UUID, act: Act, particulars: Mapping[str, Any]) -> None:
    words = str(particulars.get("words") or "").strip()
    if act is Act.DECLINE:
        reason = reason_in_force(session, summit_id, str(particulars.get("reason") or ""))
        if reason.needs_words and not words:
            raise InvalidInput(f"Write the reason: '{reason.label}' says nothing to the applicants.")
    if act is Act.ASK and not words:
        raise InvalidInput("Write what you need to know.")
    if act is Act.SPREAD and not particulars.get("over"):
        raise InvalidInput("Choose the reviewers to spread them over.")


def run(session: Session, bulk_id: UUID, *, actor_id: UUID, return_to: str, now: datetime) -> UUID:
    """Queue the job that decides; return its id. A stopped one goes on with what it had not reached."""
    made = _own(session, bulk_id, actor_id)
    if not made.decision:
        raise Refused("Choose what to decide first.")
    before, made.state = made.state, advance(BULK_TRANSITIONS, made.state, BulkEvent.RUN, thing=THING)
    made.job_id = outbox.queue(
        session, BULK, {"bulk": str(made.id)}, now=now, starter_id=actor_id, return_to=return_to,
        title=f"{ACT_LABELS[Act(made.decision)]}: many applications",
    )  # fmt: skip
    made.finished_at = None
    audit.record(session, "bulk.run", ("bulk_decision", made.id), actor_id=actor_id, before=before, after=made.state)
    return made.job_id


@dataclass(frozen=True, slots=True)
class Next:
    """The applications that a running bulk decision has not reached."""

    items: list[UUID]
    total: int


def waiting_items(session: Session, bulk_id: UUID) -> Next:
    """Return what a running bulk decision has not reached, in its order; nothing once it does not run any more."""
    made = session.get(BulkDecision, bulk_id)
    if made is None or made.state is not BulkState.RUNNING:
        return Next([], 0)
    _refuse_without_role(session, made.made_by)
    rows = session.execute(
        select(BulkItem.id, BulkItem.outcome).where(BulkItem.bulk_id == bulk_id).order_by(BulkItem.position)
    ).all()
    return Next([row.id for row in rows if row.outcome is Outcome.WAITING], len(rows))


def _refuse_without_role(session: Session, actor_id: UUID) -> None:
    held = select(RoleGrant.id).join(User, User.id == RoleGrant.user_id)
    held = held.where(
        RoleGrant.user_id == actor_id, RoleGrant.role.in_([Role.REVIEWER, Role.ORGANIZER]),
        RoleGrant.revoked_at.is_(None), User.suspended_at.is_(None),
    )  # fmt: skip
    if session.scalar(held.limit(1)) is None:
        raise Refused("Whoever started this does not review applications any more.")


def decide_item(session: Session, item_id: UUID, *, now: datetime, max_list_age_days: int | None) -> None:
    """Decide about one application of a running bulk decision, and mark it; raises whatever the decision refuses.

    Harmless when it came out already: the mark is in the transaction of the decision.
    """
    item = session.get(BulkItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or item.outcome is not Outcome.WAITING:
        return
    made = session.get_one(BulkDecision, item.bulk_id)
    _act(session, made, item, now=now, max_list_age_days=max_list_age_days)
    item.outcome = Outcome.DONE
    session.flush()


def refuse_item(session: Session, item_id: UUID, why: str) -> None:
    """Mark, after its transaction went, that an application of a bulk decision was refused and why."""
    item = session.get(BulkItem, item_id, with_for_update=True, populate_existing=True)
    if item is not None and item.outcome is Outcome.WAITING:
        item.outcome, item.words = Outcome.REFUSED, why


def finish(session: Session, bulk_id: UUID, *, now: datetime) -> None:
    """Close a bulk decision that has reached every application."""
    _close(session, bulk_id, BulkEvent.FINISH, now=now)


def follow_stopped(session: Session, payload: Mapping[str, Any], _state: MessageState, now: datetime) -> None:
    """Note that the job of a bulk decision was cancelled or parked: what it had not reached stays as it was."""
    _close(session, UUID(payload["bulk"]), BulkEvent.STOP, now=now)


def _close(session: Session, bulk_id: UUID, event: BulkEvent, *, now: datetime) -> None:
    made = session.get(BulkDecision, bulk_id, with_for_update=True, populate_existing=True)
    if made is None or made.state is not BulkState.RUNNING:
        return
    before, made.state = made.state, advance(BULK_TRANSITIONS, made.state, event, thing=THING)
    made.finished_at = now
    audit.record(
        session, f"bulk.{made.state}", ("bulk_decision", made.id), actor_id=None, before=before, after=made.state
    )


def _own(session: Session, bulk_id: UUID, actor_id: UUID) -> BulkDecision:
    made = session.get(BulkDecision, bulk_id, with_for_update=True, populate_existing=True)
    if made is None or made.made_by != actor_id:
        raise NotFound("That decision does not exist.")
    return made


def _act(session: Session, made: BulkDecision, item: BulkItem, *, now: datetime, max_list_age_days: int | None) -> None:
    """Do for one application what was decided for all, with every check of a single decision."""
    one, given = item.registration_id, made.particulars
    words = str(given.get("words") or "").strip()
    who: dict[str, Any] = {"actor_id": made.made_by, "now": now, "seen_moves": item.seen_moves}
    over = [UUID(user_id) for user_id in given.get("over", [])]
    acts: dict[Act, Callable[[], None]] = {
        Act.APPROVE: lambda: approve(
            session, one, words=words, max_list_age_days=max_list_age_days,
            over_target_reason=str(given.get("over_target_reason") or ""), **who,
        ),
        Act.PROPOSE: lambda: propose_approval(
            session, one, words=words, max_list_age_days=max_list_age_days, **who
        ),
        Act.WAITLIST: lambda: put_on_waitlist(
            session, one, words=words, priority=int(given.get("priority") or 0), **who
        ),
        Act.ASK: lambda: ask(session, one, words, **who),
        Act.DECLINE: lambda: decline(session, one, reason=str(given.get("reason") or ""), words=words, **who),
        Act.ASSIGN: lambda: assign(session, one, UUID(given["assignee"]) if given.get("assignee") else None, **who),
        Act.SPREAD: lambda: spread(session, one, over, item.position, **who),
        Act.UNDO: lambda: undo(session, one, reason=words, **who),
    }  # fmt: skip
    acts[Act(made.decision)]()
