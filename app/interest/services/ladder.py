"""The ladder: stating interest, taking steps, letting it lapse."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.queries import OrganizationRow
from app.accounts.states import OrganizationKind
from app.core.db import explained
from app.core.errors import NotFound, Refused
from app.core.money import BAND_SCALE, AmountBand
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.interest import rules
from app.interest.models import Interest
from app.interest.queries.leads import was_told
from app.interest.services.filters import asking_of, require_on_thesis
from app.interest.services.steps import held, keep_step, require_unmoved, side_of
from app.interest.services.tell import tell_company, tell_partner
from app.interest.states import (
    LIVE,
    WITH_AMOUNT,
    InterestEvent,
    InterestState,
    PassReason,
    Side,
    Via,
    Visibility,
    advance,
)
from app.regulatory.states import PARTICIPATION_LABELS, Participation


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
    currency: str = "USD",
    watching: bool = False,
    now: datetime,
) -> Interest:
    """Say that a partner organization is interested in an entry, or with `watching` that it follows it quietly.

    Raises NotVetted, StatedAlready, NotFound for a hidden entry or somebody outside the organization, OffThesis when
    the company's own filter lets such requests not through, and Refused for a U.S. company, the entry's own company,
    or a kind that the company says it does not seek. Who only watches asks nobody for anything and meets no filter.
    """
    organization = require_partner(session, user_id, organization_id)
    entry = directory.entry_row(session, entry_id)
    if entry is None or not entry.is_shown:
        raise NotFound("There is no such entry in the directory. Look for it by name on the directory page.")
    _require_sought(entry, kind)
    require_currency(currency)
    note = rules.checked_note(note)
    if not watching:
        asking = asking_of(session, organization, kinds={kind}, band=band, currency=currency)
        require_on_thesis(session, entry, asking, Via.INTEREST)
    state = InterestState.WATCHING if watching else InterestState.INTERESTED
    interest = Interest(
        organization_id=organization_id, user_id=user_id, entry_id=entry_id, kind=kind, band=band,
        currency=currency, visibility=visibility, state=state, note=note, stated_at=now, moved_at=now,
        expires_at=rules.expires_at(None, now, now), revision=1, reconfirmed_count=0,
    )  # fmt: skip
    session.add(interest)
    twice = StatedAlready(
        f"Your organization has a live interest of this kind ({PARTICIPATION_LABELS[kind].lower()}) in {entry.name} "
        "already. Open it under My interests to change or move it."
    )
    with explained({"uq_interests_live": twice}):
        session.flush()
    keep_step(session, interest, None, Side.PARTNER, actor_id=user_id, before=None, reason="", now=now)
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
    expected: UUID | None = None,
    now: datetime,
) -> Interest:
    """Take a step on the ladder, or off it with a reason; the other side gets a mail.

    `side` says for whom the actor acts; without it, it follows from who the actor is. `expected` is the stamp of what
    the actor looked at. Raises NotFound for an outsider, MovedMeanwhile when somebody was faster, OffThesis when a
    request made anew meets the company's filter, Refused for a step that is the other side's, needs a name, or passes
    without a reason.
    """
    interest, entry = held(session, interest_id)
    side = side_of(session, interest, entry, actor_id, side)
    require_unmoved(interest, expected)
    organization = None
    if side is Side.PARTNER and event is not InterestEvent.PASS:
        organization = require_partner(session, actor_id, interest.organization_id)
    before = interest.state
    after = advance(before, event, side)
    if before is InterestState.LAPSED and not _was_told(session, interest):
        raise Refused("You only watched this programme. Watch it again, or state your interest, from its page.")
    if organization and (event is InterestEvent.STATE or before is InterestState.LAPSED):
        asking = asking_of(session, organization, kinds={interest.kind}, band=interest.band, currency=interest.currency)
        require_on_thesis(session, entry, asking, Via.INTEREST)
    rules.require_names(interest.visibility, event)
    words = rules.reason_given(event, pass_reason, reason)
    _put(interest, after, event, pass_reason, now)
    with explained({"uq_interests_live": StatedAlready("Your organization has a newer live interest of this kind.")}):
        session.flush()
    keep_step(session, interest, event, side, actor_id=actor_id, before=before, reason=words, now=now)
    if event is not InterestEvent.RENEW and (rules.is_told(before) or event is InterestEvent.STATE):
        tell = tell_partner if side is Side.COMPANY else tell_company
        tell(session, interest, entry, "interest_moved" if rules.is_told(before) else "interest_stated", words, now=now)
    return interest


def _put(
    interest: Interest, after: InterestState, event: InterestEvent, pass_reason: PassReason | None, now: datetime
) -> None:
    interest.state = after
    interest.pass_reason = pass_reason if event is InterestEvent.PASS else None
    interest.moved_at, interest.expires_at = now, rules.expires_at(event, interest.expires_at, now)
    if event is not InterestEvent.PASS:
        interest.reminded_at = None
    if event is InterestEvent.STATE:  # how long somebody watched before is nobody's business
        interest.stated_at, interest.reconfirmed_at, interest.reconfirmed_count = now, None, 0
    if event is InterestEvent.RENEW:
        interest.reconfirmed_at, interest.reconfirmed_count = now, interest.reconfirmed_count + 1
    if after in LIVE and after not in WITH_AMOUNT:
        interest.amount_cents = None  # who begins anew has no term sheet


def lapse_due(session: Session, *, now: datetime, limit: int = 500) -> int:
    """End what nobody moved or renewed in time, tell the partners, and return how many interests that were."""
    wanted = select(Interest).where(Interest.state.in_(LIVE), Interest.expires_at <= now)
    due = session.scalars(wanted.order_by(Interest.expires_at, Interest.id).limit(limit).with_for_update()).all()
    entries = directory.entry_rows(session, [interest.entry_id for interest in due])
    for interest in due:
        before, interest.state = interest.state, advance(interest.state, InterestEvent.LAPSE, Side.PLATFORM)
        interest.moved_at = now
        words = "Nobody moved or renewed it for 90 days."
        keep_step(
            session, interest, InterestEvent.LAPSE, Side.PLATFORM, actor_id=None, before=before, reason=words, now=now
        )
        tell_partner(session, interest, entries[interest.entry_id], "interest_moved", words, now=now)
    return len(due)


def end_interest(session: Session, interest: Interest, *, reason: str, now: datetime) -> None:
    """Let the platform end a live, locked interest for a reason; nobody is mailed."""
    before, interest.state = interest.state, advance(interest.state, InterestEvent.LAPSE, Side.PLATFORM)
    interest.moved_at = now
    event = InterestEvent.LAPSE
    keep_step(session, interest, event, Side.PLATFORM, actor_id=None, before=before, reason=reason, now=now)


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


def require_currency(currency: str) -> None:
    """Refuse a currency that bands are not named in."""
    if currency not in BAND_SCALE:
        raise Refused(f"Choose one of these currencies: {', '.join(BAND_SCALE)}.")


def _require_sought(entry: EntryRow, kind: Participation) -> None:
    """Keep off-target interest from a company that said what it seeks; what we only infer excludes nothing."""
    if not entry.openings_inferred and kind not in entry.participations:
        sought = ", ".join(PARTICIPATION_LABELS[wanted].lower() for wanted in entry.participations) or "nothing now"
        raise Refused(f"{entry.name} does not seek this. It seeks: {sought}. Choose one of these.")


def _was_told(session: Session, interest: Interest) -> bool:
    return session.scalar(select(Interest.id).where(Interest.id == interest.id, was_told())) is not None
