"""What a partner and a company do about an interest; the only writers of its tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.queries import OrganizationRow
from app.accounts.states import OrganizationKind
from app.core import audit
from app.core.access import COMPANY
from app.core.db import explained
from app.core.errors import NotFound, Refused
from app.core.money import AmountBand
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.directory.rules import tidy
from app.interest import rules
from app.interest.leads import was_told
from app.interest.models import Interest, InterestStep
from app.interest.states import LIVE, InterestEvent, InterestState, PassReason, Side, Visibility, advance
from app.interest.tell import tell_company, tell_partner
from app.notifications import outbox
from app.regulatory.states import PARTICIPATION_LABELS, Participation

LAPSE = "interest.lapse"
NO_INTEREST = "There is no such interest. Go back to the list of your interests."
LONGEST_NOTE = 1000


class NotVetted(Refused):
    """Only people who were admitted to the summit state interest."""

    code = "not_vetted"


class StatedAlready(Refused):
    """One live interest for each organization, entry and kind."""

    code = "stated_already"


def state_interest(
    session: Session,
    *,
    user_id: UUID,
    organization_id: UUID,
    entry_id: UUID,
    kind: Participation,
    band: AmountBand,
    visibility: Visibility,
    note: str,
    watching: bool = False,
    now: datetime,
) -> Interest:
    """Say that a partner organization is interested in an entry, or with `watching` that it follows it quietly.

    Raises NotVetted, StatedAlready, NotFound for a hidden entry or somebody outside the organization, and Refused
    for a U.S. company, the entry's own company, or a kind that the company says it does not seek.
    """
    require_partner(session, user_id, organization_id)
    entry = directory.entry_row(session, entry_id)
    if entry is None or not entry.is_shown:
        raise NotFound("There is no such entry in the directory. Look for it by name on the directory page.")
    _require_sought(entry, kind)
    note = tidy(note)
    if len(note) > LONGEST_NOTE:
        raise Refused(f"Use at most {LONGEST_NOTE:,} characters for the note.")
    state = InterestState.WATCHING if watching else InterestState.INTERESTED
    interest = Interest(
        organization_id=organization_id, user_id=user_id, entry_id=entry_id, kind=kind, band=band,
        visibility=visibility, state=state, note=note, stated_at=now, moved_at=now,
        expires_at=rules.expires_at(None, now, now),
    )  # fmt: skip
    session.add(interest)
    twice = StatedAlready(
        f"Your organization has a live interest of this kind ({PARTICIPATION_LABELS[kind].lower()}) in {entry.name} "
        "already. Open it under My interests to change or move it."
    )
    with explained({"uq_interests_live": twice}):
        session.flush()
    _keep_step(session, interest, None, Side.PARTNER, actor_id=user_id, before=None, reason="", now=now)
    if rules.is_told(state):
        tell_company(session, interest, entry, "interest_stated", "", now=now)
    return interest


def move_interest(
    session: Session,
    interest_id: UUID,
    event: InterestEvent,
    *,
    actor_id: UUID,
    side: Side | None = None,
    pass_reason: PassReason | None = None,
    reason: str = "",
    now: datetime,
) -> Interest:
    """Take a step on the ladder, or off it with a reason; the other side gets a mail.

    `side` says for whom the actor acts; without it, it follows from who the actor is. Raises NotFound for an
    outsider, Refused for a step that is the other side's, needs a name, or passes without a reason.
    """
    interest = _held(session, interest_id)
    entry = directory.entry_rows(session, [interest.entry_id])[interest.entry_id]
    side = _side(session, interest, entry, actor_id, side)
    if side is Side.PARTNER and event is not InterestEvent.PASS:
        require_partner(session, actor_id, interest.organization_id)
    before = interest.state
    after = advance(before, event, side)
    if before is InterestState.LAPSED and not _was_told(session, interest):
        raise Refused("You only watched this programme. Watch it again, or state your interest, from its page.")
    rules.require_names(interest.visibility, event)
    words = rules.reason_given(event, pass_reason, reason)
    interest.state = after
    interest.pass_reason = pass_reason if event is InterestEvent.PASS else None
    interest.moved_at, interest.expires_at = now, rules.expires_at(event, interest.expires_at, now)
    with explained({"uq_interests_live": StatedAlready("Your organization has a newer live interest of this kind.")}):
        session.flush()
    _keep_step(session, interest, event, side, actor_id=actor_id, before=before, reason=words, now=now)
    if event is not InterestEvent.RENEW and (rules.is_told(before) or event is InterestEvent.STATE):
        tell = tell_partner if side is Side.COMPANY else tell_company
        tell(session, interest, entry, "interest_moved" if rules.is_told(before) else "interest_stated", words, now=now)
    return interest


def show_more(session: Session, interest_id: UUID, visibility: Visibility, *, actor_id: UUID, now: datetime) -> None:
    """Change what the company may learn about the partner; what was shown before cannot be unseen."""
    interest = _held(session, interest_id)
    entry = directory.entry_rows(session, [interest.entry_id])[interest.entry_id]
    _side(session, interest, entry, actor_id, Side.PARTNER)
    before, interest.visibility = interest.visibility, visibility
    audit.record(
        session, "interest.visibility_changed", ("interest", interest.id), actor_id=actor_id,
        before=before, after=visibility,
    )  # fmt: skip


def lapse_due(session: Session, *, now: datetime, limit: int = 500) -> int:
    """End what nobody moved or renewed in time, tell the partners, and return how many interests that were."""
    wanted = select(Interest).where(Interest.state.in_(LIVE), Interest.expires_at <= now)
    due = session.scalars(wanted.order_by(Interest.expires_at, Interest.id).limit(limit).with_for_update()).all()
    entries = directory.entry_rows(session, [interest.entry_id for interest in due])
    for interest in due:
        before, interest.state = interest.state, advance(interest.state, InterestEvent.LAPSE, Side.PLATFORM)
        interest.moved_at = now
        words = "Nobody moved or renewed it for 90 days."
        _keep_step(
            session, interest, InterestEvent.LAPSE, Side.PLATFORM, actor_id=None, before=before, reason=words, now=now
        )
        tell_partner(session, interest, entries[interest.entry_id], "interest_moved", words, now=now)
    return len(due)


def end_interest(session: Session, interest: Interest, *, reason: str, now: datetime) -> None:
    """Let the platform end a live, locked interest for a reason; nobody is mailed."""
    before, interest.state = interest.state, advance(interest.state, InterestEvent.LAPSE, Side.PLATFORM)
    interest.moved_at = now
    event = InterestEvent.LAPSE
    _keep_step(session, interest, event, Side.PLATFORM, actor_id=None, before=before, reason=reason, now=now)


def require_partner(session: Session, user_id: UUID, organization_id: UUID) -> OrganizationRow:
    """Return the organization a person may state interest for. Raises NotFound, NotVetted or Refused."""
    organization = accounts.organization(session, organization_id)
    members = accounts.members(session, organization_id)
    if organization is None or not any(member.user_id == user_id for member in members):
        raise NotFound("Choose an organization that you belong to.")
    if organization.kind is OrganizationKind.US_COMPANY:
        raise Refused("Interest is stated by partners. As a U.S. company, use the pipeline of your own entries.")
    if not directory.is_vetted(session, user_id):
        raise NotVetted(
            "Only admitted participants can state interest. Apply to the summit, or wait for the decision on your "
            "application; until then you can read every public entry."
        )
    return organization


def _require_sought(entry: EntryRow, kind: Participation) -> None:
    """Keep off-target interest from a company that said what it seeks; what we only infer excludes nothing."""
    if not entry.openings_inferred and kind not in entry.participations:
        sought = ", ".join(PARTICIPATION_LABELS[wanted].lower() for wanted in entry.participations) or "nothing now"
        raise Refused(f"{entry.name} does not seek this. It seeks: {sought}. Choose one of these.")


def _held(session: Session, interest_id: UUID) -> Interest:
    wanted = select(Interest).where(Interest.id == interest_id).with_for_update()
    interest = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if interest is None:
        raise NotFound(NO_INTEREST)
    return interest


def _side(session: Session, interest: Interest, entry: EntryRow, actor_id: UUID, claimed: Side | None) -> Side:
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


def _was_told(session: Session, interest: Interest) -> bool:
    return session.scalar(select(Interest.id).where(Interest.id == interest.id, was_told())) is not None


def _keep_step(
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
    last = session.scalar(select(func.max(InterestStep.number)).where(InterestStep.interest_id == interest.id)) or 0
    session.add(
        InterestStep(
            interest_id=interest.id, number=last + 1, at=now, actor_id=actor_id, side=side, event=event, before=before,
            after=interest.state, reason=reason,
        )
    )  # fmt: skip
    session.flush()
    if interest.state in LIVE:
        outbox.queue(session, LAPSE, {}, now=now, run_at=interest.expires_at)
    audit.record(
        session, f"interest.{PAST[event]}", ("interest", interest.id), actor_id=actor_id, before=before,
        after=interest.state, reason=reason, detail={"side": side.value, "entry": str(interest.entry_id)},
    )  # fmt: skip


PAST: dict[InterestEvent | None, str] = {
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
}
