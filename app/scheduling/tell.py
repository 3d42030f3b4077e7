"""The mails of scheduling: one to each person concerned, never more than the change at hand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Organization, User
from app.accounts.queries import PersonRow
from app.directory.models import Entry
from app.matching.states import Side
from app.notifications import mail
from app.registration.models import Registration
from app.scheduling.models import Meeting, MeetingPerson

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Names:
    """What the two sides of a meeting are called."""

    partner: str
    organization: str
    entry: str
    company: str

    def against(self, side: Side) -> str:
        """Return whom somebody on `side` meets, in words."""
        if side is Side.PARTNER:
            return f"{self.company} ({self.entry})"
        return f"{self.partner}, {self.organization}"


def names_of(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, Names]:
    """Return the names of both sides of meetings."""
    wanted = (
        select(Meeting.id, User.name, Organization.name, Entry.name, Entry.lead_company)
        .join(Registration, Registration.id == Meeting.registration_id)
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .join(Entry, Entry.id == Meeting.entry_id)
        .where(Meeting.id.in_(set(meeting_ids)))
    )
    return {row[0]: Names(*row[1:]) for row in session.execute(wanted)}


def suggested(session: Session, meetings: Sequence[Meeting], *, now: datetime) -> None:
    """Tell each person once how many meetings are suggested and with whom."""
    names = names_of(session, [meeting.id for meeting in meetings])
    mine: dict[UUID, list[str]] = defaultdict(list)
    for meeting in meetings:
        for user_id, side in _people(session, meeting.id):
            mine[user_id].append(names[meeting.id].against(side))
    until = {meeting.expires_at.isoformat() for meeting in meetings if meeting.expires_at}
    for person in _ordered(session, mine):
        whom = mine[person.id]
        _send(
            session, "scheduling_suggested", person, now=now, count=len(whom), with_whom=whom[:MOST_NAMED],
            more=max(0, len(whom) - MOST_NAMED), until=max(until), zone=person.time_zone,
        )  # fmt: skip


def requested(session: Session, meeting: Meeting, *, to: Side, now: datetime) -> None:
    """Tell the side that is asked."""
    _to_side(session, meeting, "scheduling_requested", to, now=now, text=meeting.note)


def agreed(session: Session, meeting: Meeting, *, to: Side, now: datetime) -> None:
    """Tell the side that said yes first."""
    _to_side(session, meeting, "scheduling_answered", to, now=now, outcome="accepted", text=meeting.answer_note)


def countered(session: Session, meeting: Meeting, *, to: Side, now: datetime) -> None:
    """Tell the other side what is proposed instead."""
    _to_side(session, meeting, "scheduling_answered", to, now=now, outcome="countered", text=meeting.answer_note)


def declined(session: Session, meeting: Meeting, *, to: Side, now: datetime) -> None:
    """Tell the side that had said yes."""
    _to_side(session, meeting, "scheduling_answered", to, now=now, outcome="declined", text=meeting.end_reason)


def cancelled(session: Session, meeting: Meeting, reason: str, *, now: datetime) -> None:
    """Tell both sides that a meeting is off."""
    for side in Side:
        _to_side(session, meeting, "scheduling_cancelled", side, now=now, text=reason)


def plan_changed(session: Session, changes: Mapping[UUID, list[dict[str, Any]]], *, now: datetime) -> int:
    """Tell those, and only those, whose plan changed; return how many. Times are ISO 8601."""
    people = _ordered(session, changes)
    for person in people:
        _send(session, "scheduling_plan", person, now=now, changes=changes[person.id], zone=person.time_zone)
    return len(people)


def _to_side(session: Session, meeting: Meeting, template: str, to: Side, *, now: datetime, **context: Any) -> None:
    names = names_of(session, [meeting.id])[meeting.id]
    there = [user_id for user_id, side in _people(session, meeting.id) if side is to]
    for person in _ordered(session, there):
        _send(session, template, person, now=now, who=names.against(to), path=f"/meetings/{meeting.id}", **context)


def _people(session: Session, meeting_id: UUID) -> list[tuple[UUID, Side]]:
    wanted = select(MeetingPerson.user_id, MeetingPerson.side).where(MeetingPerson.meeting_id == meeting_id)
    return [(user_id, side) for user_id, side in session.execute(wanted)]


def _ordered(session: Session, user_ids: Iterable[UUID]) -> list[PersonRow]:
    found = accounts.people(session, user_ids).values()
    return sorted(found, key=lambda person: (person.name, person.email))


def _send(session: Session, template: str, person: PersonRow, *, now: datetime, **context: Any) -> None:
    mail.queue_mail(session, template, to=[person.email], context={"name": person.name, **context}, now=now)
