"""Meetings from published matches: suggested to both sides, withdrawn on roll-back, ended when kept apart."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit
from app.directory.models import Entry
from app.matching.queries import IS_PARTNER, MEETS, PairRow
from app.matching.services import Published
from app.matching.states import Side
from app.notifications import outbox
from app.registration.models import Registration, Summit
from app.registration.states import RegistrationState
from app.scheduling import rules, tell
from app.scheduling.models import Meeting, MeetingPerson, MeetingSlot
from app.scheduling.services.moves import SPEAKERS, move, note
from app.scheduling.states import AGREED, LIVE, WAITING, MeetingEvent, MeetingState, Origin

EXPIRE_JOB = "scheduling.expire_due"
ROLLED_BACK = "The organizers took this suggestion back."
APART = "This meeting is no longer possible."
HIDDEN = "The programme is no longer in the summit's directory."
LEFT = "The partner no longer comes to the summit."


def suggest_meetings(session: Session, published: Published, now: datetime) -> None:
    """Suggest each published pair to both sides, unless the two have a live meeting already."""
    lives = select(Meeting.registration_id, Meeting.entry_id).where(
        Meeting.summit_id == published.summit_id, Meeting.state.in_(LIVE)
    )
    taken = {(registration_id, entry_id) for registration_id, entry_id in session.execute(lives)}
    wanted = [pair for pair in published.pairs if (pair.registration_id, pair.entry_id) not in taken]
    maker = Maker(session, published.summit_id, wanted, now)
    made = [
        meeting
        for pair in wanted
        if (meeting := maker.make(pair, state=MeetingState.SUGGESTED, origin=Origin.MATCH, run_id=published.run_id))
    ]
    session.flush()
    if made:
        outbox.queue(session, EXPIRE_JOB, {}, now=now, run_at=maker.expires_at)
    tell.suggested(session, made, now=now)


def withdraw_suggestions(session: Session, published: Published, now: datetime) -> None:
    """Withdraw the suggestions of a run that are not agreed yet; what both sides accepted stays."""
    wanted = select(Meeting).where(Meeting.run_id == published.run_id, Meeting.state.in_(WAITING))
    for meeting in session.scalars(wanted.order_by(Meeting.number).with_for_update()).all():
        move(
            session, meeting, MeetingEvent.WITHDRAW, side=None, actor_id=published.actor_id, reason=ROLLED_BACK, now=now
        )


def part_pair(session: Session, registration_id: UUID, entry_id: UUID, now: datetime) -> None:
    """End what is open or planned between a pair that one side now keeps apart; the other is told no reason."""
    _end_all(session, and_(Meeting.registration_id == registration_id, Meeting.entry_id == entry_id), APART, now)


def follow_leaver(session: Session, registration_id: UUID, now: datetime) -> None:
    """End what is open or planned with a partner who no longer comes, and tell those who had agreed."""
    _end_all(session, Meeting.registration_id == registration_id, LEFT, now)


def follow_hidden(session: Session, entry_id: UUID, now: datetime) -> None:
    """End what is open or planned with a programme that left the directory, and tell those who had agreed."""
    _end_all(session, Meeting.entry_id == entry_id, HIDDEN, now)


def _end_all(session: Session, which: ColumnElement[bool], reason: str, now: datetime) -> None:
    wanted = select(Meeting).where(which, Meeting.state.in_(WAITING | AGREED)).order_by(Meeting.number)
    for meeting in session.scalars(wanted.with_for_update()).all():
        was_agreed = meeting.state in AGREED
        event = MeetingEvent.CANCEL if was_agreed else MeetingEvent.WITHDRAW
        move(session, meeting, event, side=None, actor_id=None, reason=reason, now=now)
        if was_agreed:
            tell.cancelled(session, meeting, reason, now=now)


def expire_due(session: Session, *, now: datetime) -> int:
    """End suggestions and requests that nobody answered in time; return how many."""
    wanted = select(Meeting).where(Meeting.state.in_(WAITING), Meeting.expires_at <= now)
    due = session.scalars(wanted.order_by(Meeting.number).with_for_update()).all()
    for meeting in due:
        move(
            session, meeting, MeetingEvent.EXPIRE, side=None, actor_id=None, reason="Nobody answered in time.", now=now
        )
    return len(due)


class Maker:
    """Makes meetings of one summit with the next numbers and with the least busy representatives."""

    def __init__(self, session: Session, summit_id: UUID, pairs: Sequence[PairRow], now: datetime) -> None:
        self.session, self.summit_id, self.now = session, summit_id, now
        session.execute(select(Summit.id).where(Summit.id == summit_id).with_for_update())
        newest = session.scalar(select(func.max(Meeting.number)).where(Meeting.summit_id == summit_id))
        self.number = newest or 0
        wanted = {pair.registration_id for pair in pairs}
        comes = select(Registration.id, Registration.user_id).where(Registration.id.in_(wanted), IS_PARTNER)
        self.people = dict(session.execute(comes).all())
        meets = select(Entry.id, Entry.organization_id).where(Entry.id.in_({pair.entry_id for pair in pairs}), MEETS)
        self.companies = dict(session.execute(meets).all())
        self.load = _load(session, summit_id)
        self.speakers: dict[UUID, list[UUID]] = {}
        first = session.scalar(
            select(func.min(MeetingSlot.starts_at)).where(
                MeetingSlot.summit_id == summit_id, MeetingSlot.is_open, MeetingSlot.starts_at > now
            )
        )
        self.expires_at = rules.deadline(now, first)

    def make(
        self, pair: PairRow, *, state: MeetingState, origin: Origin, run_id: UUID | None = None,
        asked_by: Side | None = None, representative: UUID | None = None, text: str = "",
    ) -> Meeting | None:  # fmt: skip
        """Add a meeting; None when one of the two does not come (any more) or the company has nobody to sit."""
        partner, company = self.people.get(pair.registration_id), self.companies.get(pair.entry_id)
        sits = representative or (self._representative(company) if company else None)
        if partner is None or company is None or sits is None:
            return None
        self.number += 1
        meeting = Meeting(
            summit_id=self.summit_id, number=self.number, registration_id=pair.registration_id,
            entry_id=pair.entry_id, organization_id=company, origin=origin, run_id=run_id, asked_by=asked_by,
            state=state, note=text, reasons_partner=pair.reasons_partner, reasons_company=pair.reasons_company,
            partner_agreed_at=self.now if asked_by is Side.PARTNER else None,
            company_agreed_at=self.now if asked_by is Side.COMPANY else None,
            created_at=self.now, moved_at=self.now, expires_at=self.expires_at,
        )  # fmt: skip
        self.session.add(meeting)
        self.session.flush()
        for user_id, side in ((partner, Side.PARTNER), (sits, Side.COMPANY)):
            self.session.add(MeetingPerson(meeting_id=meeting.id, user_id=user_id, side=side))
            self.load[user_id] += 1
        note(self.session, meeting, state.value, side=asked_by, actor_id=None, now=self.now)
        audit.record(self.session, f"meeting.{state}", ("meeting", meeting.id), actor_id=None, after=state)
        return meeting

    def _representative(self, company: UUID) -> UUID | None:
        """Return who of the company sits: whoever has the fewest meetings."""
        if company not in self.speakers:
            self.speakers[company] = _speakers(self.session, self.summit_id, company)
        ranked = sorted(enumerate(self.speakers[company]), key=lambda item: (self.load[item[1]], item[0]))
        return ranked[0][1] if ranked else None


def _speakers(session: Session, summit_id: UUID, company: UUID) -> list[UUID]:
    """Return who can sit for a company, longest members first: those who come, or all when none of them does."""
    members = [member.user_id for member in accounts.members(session, company) if member.role in SPEAKERS]
    confirmed = select(Registration.user_id).where(
        Registration.summit_id == summit_id, Registration.state == RegistrationState.CONFIRMED,
        Registration.user_id.in_(members),
    )  # fmt: skip
    here = set(session.scalars(confirmed))
    return [user_id for user_id in members if user_id in here] or members


def _load(session: Session, summit_id: UUID) -> Counter[UUID]:
    counted = (
        select(MeetingPerson.user_id, func.count())
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(Meeting.summit_id == summit_id, Meeting.state.in_(LIVE))
        .group_by(MeetingPerson.user_id)
    )
    return Counter(dict(session.execute(counted).all()))
