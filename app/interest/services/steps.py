"""What every change of an interest does: hold the row, know the side, see that nobody was faster, keep the step."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit, ids
from app.core.access import COMPANY
from app.core.errors import NotFound, Refused
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.interest import rules
from app.interest.models import Interest, InterestStep
from app.interest.states import LIVE, InterestEvent, InterestState, Side
from app.notifications import outbox

LAPSE, REMIND = "interest.lapse", "interest.remind"
NO_INTEREST = "There is no such interest. Go back to the list of your interests."


class MovedMeanwhile(Refused):
    """Somebody else changed the interest after this person had looked at it."""

    code = "moved_meanwhile"


def held(session: Session, interest_id: UUID) -> tuple[Interest, EntryRow]:
    """Return an interest, held for change, and its entry. Raises NotFound."""
    wanted = select(Interest).where(Interest.id == interest_id).with_for_update()
    interest = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if interest is None:
        raise NotFound(NO_INTEREST)
    return interest, directory.entry_rows(session, [interest.entry_id])[interest.entry_id]


def side_of(session: Session, interest: Interest, entry: EntryRow, actor_id: UUID, claimed: Side | None) -> Side:
    """Return the side the actor stands on. Raises NotFound for anybody else, or when they claim the other one."""
    sides = set()
    if any(member.user_id == actor_id for member in accounts.members(session, interest.organization_id)):
        sides.add(Side.PARTNER)
    if entry.organization_id is not None and rules.is_told(interest.state):
        members = accounts.members(session, entry.organization_id)
        if any(member.user_id == actor_id and member.role in COMPANY for member in members):
            sides.add(Side.COMPANY)
    if not sides or (claimed is not None and claimed not in sides):
        raise NotFound(NO_INTEREST)
    return claimed or min(sides, key=list(Side).index)


def require_unmoved(interest: Interest, expected: UUID | None) -> None:
    """Refuse when the page that the person acts on shows an older interest than there is. None expects nothing."""
    if expected is not None and expected != interest.stamp:
        raise MovedMeanwhile(
            "Somebody was faster: this interest was changed while you looked at it and now stands at "
            f"'{rules.STATE_LABELS[interest.state].lower()}'. Nothing of yours was saved. Look at it again."
        )


def keep_step(
    session: Session,
    interest: Interest,
    event: InterestEvent | None,
    side: Side,
    *,
    actor_id: UUID | None,
    before: InterestState | None,
    reason: str,
    now: datetime,
) -> None:
    """Add the next line of the history and of the record; the interest's time limit gets its jobs."""
    interest.revision, interest.stamp = interest.revision + 1 if before is not None else 1, ids.new_id()
    session.add(
        InterestStep(
            interest_id=interest.id, number=interest.revision, at=now, actor_id=actor_id, side=side, event=event,
            before=before, after=interest.state, reason=reason,
        )
    )  # fmt: skip
    session.flush()
    if interest.state in LIVE and interest.moved_at == now:
        outbox.queue(session, REMIND, {}, now=now, run_at=interest.expires_at - rules.REMIND_BEFORE)
        outbox.queue(session, LAPSE, {}, now=now, run_at=interest.expires_at)
    audit.record(
        session, f"interest.{RECORDED[event]}", ("interest", interest.id), actor_id=actor_id, before=before,
        after=interest.state, reason=reason, detail={"side": side.value, "entry": str(interest.entry_id)},
    )  # fmt: skip


def note(
    session: Session, interest: Interest, event: InterestEvent, side: Side, *, actor_id: UUID, reason: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Keep a step that leaves the stage as it is."""
    keep_step(session, interest, event, side, actor_id=actor_id, before=interest.state, reason=reason, now=now)


RECORDED: dict[InterestEvent | None, str] = {
    None: "begun",
    InterestEvent.STATE: "stated",
    InterestEvent.DISCUSS: "taken_up",
    InterestEvent.START_DILIGENCE: "diligence_started",
    InterestEvent.OFFER_TERMS: "terms_offered",
    InterestEvent.COMMIT: "committed",
    InterestEvent.SIGN: "signed",
    InterestEvent.PASS: "passed",
    InterestEvent.RENEW: "renewed",
    InterestEvent.LAPSE: "lapsed",
    InterestEvent.EDIT: "edited",
    InterestEvent.SHOW: "visibility_changed",
    InterestEvent.HAND_OVER: "handed_over",
    InterestEvent.ASK_NAMES: "names_asked",
    InterestEvent.KEEP_NAMES: "names_kept_back",
}
