"""What both sides do about a meeting: ask for it, answer, call it off, say what came of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.interest.services import require_on_thesis
from app.interest.states import Via
from app.matching import queries as matching
from app.matching import rules as fit_rules
from app.matching.facts import read_pair
from app.matching.queries import PairRow
from app.matching.states import Bar, Side
from app.notifications import outbox
from app.scheduling import rules, tell
from app.scheduling.models import Meeting, MeetingSlot
from app.scheduling.rules import Agreement
from app.scheduling.services.moves import KEPT_APART, SPEAKERS, VETO, locked, move, note, refuse_apart, side_of
from app.scheduling.services.suggest import EXPIRE_JOB, Maker
from app.scheduling.states import AGREED, WAITING, Answer, MeetingEvent, MeetingState, Origin, advance

TWICE = Refused("There is a meeting of you two already. Look for it under your meetings.")


class TooManyRequests(Refused):
    """Requests that wait for an answer are limited, so that nobody is flooded."""

    code = "too_many_requests"


def request_meeting(
    session: Session, *, summit_id: UUID, registration_id: UUID, entry_id: UUID, by: Side | str, actor_id: UUID,
    text: str, now: datetime,
) -> Meeting:  # fmt: skip
    """Ask for a meeting with a few words; the other side accepts, declines or counters.

    Raises NotFound for somebody who speaks for neither side, Refused for a pair that is kept apart or meets
    already, OffThesis for a partner that the company's filter does not let through, TooManyRequests above the cap.
    """
    side = Side(by)
    _require_words(text, "Say in a sentence or two what the meeting is for.")
    company = matching.meeting_entry_company(session, entry_id)
    if company is None or not matching.is_partner(session, summit_id, registration_id):
        raise NotFound("That programme or partner does not meet at this summit. Look for it in your ranking.")
    _refuse_barred(session, summit_id, registration_id, entry_id, by=side)
    pair = PairRow(registration_id, entry_id, 0, [], [])
    maker = Maker(session, summit_id, [pair], now)  # holds the summit: requests are counted one after the other
    _require_below_cap(session, summit_id, side, registration_id, entry_id)
    sits = actor_id if side is Side.COMPANY else None
    with explained({"uq_meetings_live_pair": TWICE}):
        made = maker.make(
            pair, state=MeetingState.REQUESTED, origin=Origin.REQUEST, asked_by=side, representative=sits,
            text=text.strip(),
        )  # fmt: skip
    if made is None:
        raise Refused("Nobody of that company can take a meeting yet. Write to its contact instead.")
    if side_of(session, made, actor_id) is not side:
        raise NotFound("You do not speak for that side.")
    session.flush()
    outbox.queue(session, EXPIRE_JOB, {}, now=now, run_at=maker.expires_at)
    tell.requested(session, made, to=rules.other(side), now=now)
    return made


def _require_words(text: str, ask: str) -> None:
    if not text.strip():
        raise InvalidInput(ask)
    if len(text.strip()) > rules.LONGEST_NOTE:
        raise InvalidInput(f"Use at most {rules.LONGEST_NOTE} characters.")


def _refuse_barred(session: Session, summit_id: UUID, registration_id: UUID, entry_id: UUID, *, by: Side) -> None:
    """Say plainly when policy forbids; say nothing about who keeps a pair apart.

    A company that asks has seen past its own filter; a partner off it is told politely, with others that fit.
    """
    facts = read_pair(session, summit_id, registration_id, entry_id)
    if not facts.partners or not facts.programmes:
        raise Refused(KEPT_APART)
    bar = fit_rules.bar(facts.standing(facts.partners[0], facts.programmes[0]))
    if bar is Bar.POLICY:
        raise Refused("Policy rules this meeting out. The policy steps of the programme say which rule and its source.")
    if bar is Bar.OFF_FILTER and by is Side.PARTNER:
        require_on_thesis(session, facts.programmes[0], facts.asking(facts.partners[0]), Via.MEETING)
    if bar not in (None, Bar.OFF_FILTER):
        raise Refused(KEPT_APART)


def _require_below_cap(session: Session, summit_id: UUID, side: Side, registration_id: UUID, entry_id: UUID) -> None:
    most = rules.MOST_OPEN_REQUESTS[side]
    mine = Meeting.registration_id == registration_id if side is Side.PARTNER else Meeting.entry_id == entry_id
    waiting = session.scalar(
        select(func.count()).where(
            Meeting.summit_id == summit_id, mine, Meeting.asked_by == side, Meeting.state.in_(WAITING)
        )
    )
    if (waiting or 0) >= most:
        raise TooManyRequests(f"{most} of your requests wait for an answer. Withdraw one, or wait for a reply.")


def answer_meeting(
    session: Session, meeting_id: UUID, answer: Answer | str, *, actor_id: UUID, reason: str = "", now: datetime
) -> Meeting:
    """Accept, decline with a reason, or counter with words. When both sides said yes the meeting is agreed.

    Raises NotFound for outsiders, Refused when it is not that side's turn, InvalidInput without a reason.
    """
    meeting = locked(session, meeting_id)
    answer = Answer(answer)
    side = side_of(session, meeting, actor_id, roles=SPEAKERS | VETO if answer is Answer.DECLINE else SPEAKERS)
    if answer is Answer.DECLINE:
        return _decline(session, meeting, side, actor_id=actor_id, reason=reason, now=now)
    standing = agreement(meeting)
    if meeting.state in WAITING and not standing.waits_for(side):
        raise Refused("You have said yes already; it is for the other side to answer.")
    if answer is Answer.COUNTER:
        return _counter(session, meeting, side, actor_id=actor_id, reason=reason, now=now)
    advance(meeting.state, MeetingEvent.AGREE)  # refuses here, before anything is written
    refuse_apart(session, meeting)
    _say_yes(meeting, side, now)
    if agreement(meeting).complete:
        move(session, meeting, MeetingEvent.AGREE, side=side, actor_id=actor_id, now=now)
        tell.agreed(session, meeting, to=rules.other(side), now=now)
    else:
        meeting.moved_at = now
        note(session, meeting, "said yes", side=side, actor_id=actor_id, now=now)
        session.flush()
    return meeting


def agreement(meeting: Meeting) -> Agreement:
    """Return which sides have said yes."""
    return Agreement(meeting.state, meeting.partner_agreed_at is not None, meeting.company_agreed_at is not None)


def _say_yes(meeting: Meeting, side: Side, now: datetime) -> None:
    if side is Side.PARTNER:
        meeting.partner_agreed_at = now
    else:
        meeting.company_agreed_at = now


def _counter(session: Session, meeting: Meeting, side: Side, *, actor_id: UUID, reason: str, now: datetime) -> Meeting:
    _require_words(reason, "Say what you would change: who comes, what it is about, or when you are free.")
    refuse_apart(session, meeting)
    meeting.partner_agreed_at = meeting.company_agreed_at = None
    _say_yes(meeting, side, now)
    meeting.answer_note = reason.strip()
    move(session, meeting, MeetingEvent.COUNTER, side=side, actor_id=actor_id, reason=reason.strip(), now=now)
    tell.countered(session, meeting, to=rules.other(side), now=now)
    return meeting


def _decline(session: Session, meeting: Meeting, side: Side, *, actor_id: UUID, reason: str, now: datetime) -> Meeting:
    """End a meeting before it is held: while it waits it is declined, once agreed it is called off."""
    _require_words(reason, "Give a reason in a few words; the other side will read it.")
    was_agreed = meeting.state in AGREED
    event = MeetingEvent.CANCEL if was_agreed else MeetingEvent.DECLINE
    knew = agreement(meeting).by(rules.other(side))
    move(session, meeting, event, side=side, actor_id=actor_id, reason=reason.strip(), now=now)
    if was_agreed:
        tell.cancelled(session, meeting, reason.strip(), now=now)
    elif knew:
        tell.declined(session, meeting, to=rules.other(side), now=now)
    return meeting


def withdraw_request(session: Session, meeting_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Take back a request that nobody answered. Raises Refused for a meeting one did not ask for."""
    meeting = locked(session, meeting_id)
    side = side_of(session, meeting, actor_id)
    if meeting.asked_by is not side:
        raise Refused("Only the side that asked can take a request back. Decline it instead.")
    move(session, meeting, MeetingEvent.WITHDRAW, side=side, actor_id=actor_id, reason="Taken back.", now=now)


def cancel_meeting(session: Session, meeting_id: UUID, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Call a meeting off as an organizer, with a reason both sides read."""
    meeting = locked(session, meeting_id)
    _require_words(reason, "Give a reason in a few words; both sides will read it.")
    event = MeetingEvent.WITHDRAW if meeting.state in WAITING else MeetingEvent.CANCEL
    move(session, meeting, event, side=None, actor_id=actor_id, reason=reason.strip(), now=now)
    tell.cancelled(session, meeting, reason.strip(), now=now)


def note_outcome(
    session: Session, meeting_id: UUID, *, held: bool, actor_id: UUID, is_staff: bool, now: datetime
) -> None:
    """Say whether a meeting took place. Raises Refused before it begins, NotFound for outsiders."""
    meeting = locked(session, meeting_id)
    side = None if is_staff else side_of(session, meeting, actor_id)
    slot = session.get(MeetingSlot, meeting.slot_id) if meeting.slot_id else None
    if slot is None or slot.starts_at > now:
        raise Refused("This meeting has not begun. Come back when its time has come.")
    move(session, meeting, MeetingEvent.HOLD if held else MeetingEvent.MISS, side=side, actor_id=actor_id, now=now)
