"""What rooms do when something elsewhere changes: no access outlives the standing of who holds it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core import audit
from app.dealrooms.models import Acceptance, Grant, GrantPerson, Room
from app.dealrooms.rules import words
from app.dealrooms.services.base import locked_room
from app.dealrooms.services.moves import live_grants, say_of
from app.dealrooms.services.rooms import end_grant, end_room
from app.dealrooms.services.tell import Letter, to_grantee
from app.dealrooms.states import LIVE_GRANTS, GrantEvent, PersonStanding, RoomEvent, RoomState
from app.directory.models import Entry
from app.registration.models import Registration
from app.screening.models import Case
from app.screening.states import CaseState

BATCH = 200


def follow_hidden(session: Session, entry_id: UUID, now: datetime) -> None:
    """Close the room of an entry that was withdrawn or suspended; it opens again by the company's word only."""
    wanted = select(Room.id).where(Room.entry_id == entry_id, Room.state == RoomState.OPEN).order_by(Room.id)
    for room_id in session.scalars(wanted).all():
        room, entry = locked_room(session, room_id)
        why = "The entry is not shown in the directory any more."
        end_room(session, room, entry, RoomEvent.CLOSE, actor_id=None, reason=why, now=now)


def follow_leaver(session: Session, registration_id: UUID, now: datetime) -> None:
    """Shut out somebody whose admission ended; the company may name them again if they come back."""
    found = session.get(Registration, registration_id)
    if found is not None:
        shut_out(session, found.user_id, reason="Their admission to the summit ended.", now=now)


def follow_case(session: Session, case: Case, now: datetime) -> None:
    """Shut out a person whose screening ended in a confirmed match; what is merely open shuts by itself."""
    if case.state is CaseState.CONFIRMED_MATCH:
        found = session.get(Registration, case.subject_id)
        if found is not None:
            shut_out(session, found.user_id, reason="The screening of their application changed.", now=now)


def follow_suspension(session: Session, user_id: UUID, now: datetime) -> None:
    """Shut out a person who was suspended."""
    shut_out(session, user_id, reason="Their account was suspended.", now=now)


def shut_out(session: Session, user_id: UUID, *, reason: str, now: datetime) -> None:
    """Shut one person out of every room that their organizations may enter."""
    theirs = select(Membership.organization_id).where(Membership.user_id == user_id)
    signed = select(Acceptance.grant_id).where(Acceptance.user_id == user_id)
    named = select(GrantPerson.grant_id).where(GrantPerson.user_id == user_id)
    wanted = select(Grant).where(
        Grant.state.in_(LIVE_GRANTS),
        or_(Grant.organization_id.in_(theirs), Grant.id.in_(signed), Grant.id.in_(named)),
    )
    for grant in session.scalars(wanted.order_by(Grant.room_id, Grant.id)).all():
        locked_room(session, grant.room_id)
        say_of(session, grant, user_id, PersonStanding.SHUT_OUT, now=now)
        audit.record(
            session, "room_access.person_changed", ("room_grant", grant.id), actor_id=None,
            after=PersonStanding.SHUT_OUT, reason=reason, detail={"user": str(user_id)},
        )  # fmt: skip


def follow_merged_people(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Hand nothing on from the record that goes: what it signed stays its own, what it was named for ends."""
    shut_out(session, gone_id, reason="The record was merged into another.", now=now)
    session.execute(delete(GrantPerson).where(GrantPerson.user_id == gone_id))
    session.flush()


def follow_merged_organizations(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """End what the record that goes could enter; the kept one's access narrows to people who accepted an NDA for it.

    A deal room of the record that goes stays with the merged company, if it is still its entry's; nobody's access
    to it changes by that.
    """
    _end_for(session, gone_id, "The organization was merged into another.", now)
    wanted = select(Grant).where(Grant.organization_id == kept_id, Grant.state.in_(LIVE_GRANTS))
    for grant in session.scalars(wanted.order_by(Grant.room_id, Grant.id)).all():
        locked_room(session, grant.room_id)
        if not grant.for_everybody:
            continue
        grant.for_everybody = False
        signed = select(Acceptance.user_id).where(
            Acceptance.room_id == grant.room_id, Acceptance.organization_id == kept_id
        )
        shut = select(GrantPerson.user_id).where(GrantPerson.grant_id == grant.id)
        for user_id in {grant.requested_by_id, *session.scalars(signed)} - set(session.scalars(shut)):
            say_of(session, grant, user_id, PersonStanding.NAMED, now=now)
        audit.record(
            session, "room_access.scope_changed", ("room_grant", grant.id), actor_id=None,
            reason="The organization was merged with another; access narrows to people who were there before.",
        )  # fmt: skip


def _end_for(session: Session, organization_id: UUID, reason: str, now: datetime) -> None:
    wanted = select(Grant.room_id).where(Grant.organization_id == organization_id, Grant.state.in_(LIVE_GRANTS))
    for room_id in sorted(set(session.scalars(wanted)), key=str):
        _, entry = locked_room(session, room_id)
        for grant in live_grants(session, room_id):
            if grant.organization_id == organization_id:
                end_grant(session, grant, entry, GrantEvent.REVOKE, actor_id=None, reason=reason, now=now, tell=False)


def expire_due(session: Session, *, now: datetime) -> int:
    """End rooms and access past their last moment and warn of what ends within a week; return how many changed."""
    rooms = select(Room.id).where(Room.state == RoomState.OPEN, Room.expires_at <= now).order_by(Room.id).limit(BATCH)
    done = 0
    for room_id in session.scalars(rooms).all():
        room, entry = locked_room(session, room_id)
        if room.state is RoomState.OPEN and room.expires_at is not None and room.expires_at <= now:
            why = "Its last day is over."
            end_room(session, room, entry, RoomEvent.EXPIRE, actor_id=None, reason=why, now=now)
            done += 1
    soon = select(Grant).where(
        Grant.state.in_(LIVE_GRANTS), Grant.expires_at <= now + words.WARN_BEFORE,
        or_(Grant.expires_at <= now, Grant.warned_at.is_(None)),
    )  # fmt: skip
    for grant in session.scalars(soon.order_by(Grant.room_id, Grant.id).limit(BATCH)).all():
        _, entry = locked_room(session, grant.room_id)
        session.refresh(grant, with_for_update=True)
        done += _end_or_warn(session, grant, entry, now)
    return done


def _end_or_warn(session: Session, grant: Grant, entry: Entry, now: datetime) -> bool:
    if grant.state not in LIVE_GRANTS or grant.expires_at is None:
        return False
    if grant.expires_at <= now:
        why = "Its last day is over."
        end_grant(session, grant, entry, GrantEvent.EXPIRE, actor_id=None, reason=why, now=now)
        return True
    if grant.warned_at is not None or grant.expires_at > now + words.WARN_BEFORE:
        return False
    grant.warned_at = now
    to_grantee(session, Letter.EXPIRING, grant, entry, f"/deal-rooms/{grant.room_id}", now=now)
    audit.record(session, "room_access.warned", ("room_grant", grant.id), actor_id=None)
    return True
