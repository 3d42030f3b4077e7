"""Access of an organization: asked for or offered, given, approved by the export officer, narrowed, ended."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.dealrooms.models import Folder, Grant, GrantFolder, Room
from app.dealrooms.rules import words
from app.dealrooms.services.base import (
    COMPANY_ROLES,
    OFFICER,
    company_room,
    grant_in,
    locked_room,
    require_open,
    role_in,
)
from app.dealrooms.services.moves import has_signed, keep_step, move, say_of
from app.dealrooms.services.rooms import EXPIRE, end_grant
from app.dealrooms.services.tell import Letter, name_of, to_company, to_grantee, to_officers
from app.dealrooms.states import LIVE_GRANTS, GrantEvent, GrantState, PersonStanding, RoomState
from app.directory.models import Entry
from app.interest import services as interests
from app.interest.models import Interest
from app.interest.states import LIVE, InterestState, Visibility
from app.notifications import outbox

TWICE = "Your organization has asked for this deal room already. See where it stands under Deal rooms."
NAMELESS = (
    "This partner still shows only its country and kind of organization. It can show its name on its page about the "
    "interest, or ask for access itself; then you can give access."
)


def request_access(session: Session, interest_id: UUID, *, note: str, actor_id: UUID, now: datetime) -> Grant:
    """Ask for the deal room of the entry that one's organization is interested in; asking shows its name.

    Raises NotFound for somebody else's interest or where there is no open room, and Refused for who only watches, is
    not admitted, or asked already.
    """
    interest = session.get(Interest, interest_id)
    if interest is None or role_in(session, interest.organization_id, actor_id) is None:
        raise NotFound("There is no such interest. Go back to the list of your interests.")
    room, entry = _open_room_of(session, interest.entry_id)
    if interest.state is InterestState.WATCHING:
        raise Refused("You only watch this programme. State your interest first; then you can ask for its deal room.")
    if interest.state not in LIVE and interest.state is not InterestState.SIGNED:
        raise Refused("This interest has ended. State it anew, then ask for the deal room.")
    interests.require_partner(session, actor_id, interest.organization_id)
    said = words.tidy_text(note, "a note", most=1000) if note.strip() else ""
    grant = _new_grant(session, room, interest, actor_id, note=said, now=now)
    keep_step(session, grant, None, None, actor_id=actor_id, reason=said, now=now)
    who = name_of(session, interest.organization_id)
    to_company(session, Letter.REQUESTED, room, entry, f"/our-rooms/{room.id}/access/{grant.id}", who=who, now=now)
    return grant


def invite(
    session: Session, room_id: UUID, interest_id: UUID, *, folder_ids: Collection[UUID] = (),
    expires_at: datetime | None = None, actor_id: UUID, now: datetime,
) -> Grant:  # fmt: skip
    """Give access to the partner behind an interest without being asked; the partner must show its names."""
    held = company_room(session, room_id, actor_id)
    require_open(held.room)
    interest = session.get(Interest, interest_id)
    if interest is None or interest.entry_id != held.entry.id or interest.state is InterestState.WATCHING:
        raise NotFound("There is no such interest in this entry.")
    if interest.state not in LIVE and interest.state is not InterestState.SIGNED:
        raise Refused("This interest has ended.")
    if interest.visibility is Visibility.SUMMARY_ONLY:
        raise Refused(NAMELESS)
    grant = _new_grant(session, held.room, interest, interest.user_id, note="", now=now)
    keep_step(session, grant, None, None, actor_id=actor_id, reason="Offered by the company.", now=now)
    _give(session, held.room, held.entry, grant, folder_ids, expires_at, actor_id=actor_id, now=now)
    return grant


def give_access(
    session: Session, room_id: UUID, grant_id: UUID, *, folder_ids: Collection[UUID] = (),
    expires_at: datetime | None = None, actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Grant what was asked for: for the whole room, or for the folders named. Goes to the officer where asked."""
    held = company_room(session, room_id, actor_id)
    require_open(held.room)
    grant = grant_in(session, room_id, grant_id)
    _give(session, held.room, held.entry, grant, folder_ids, expires_at, actor_id=actor_id, now=now)


def decline(session: Session, room_id: UUID, grant_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Decline a request; the reason is told."""
    held = company_room(session, room_id, actor_id)
    grant = grant_in(session, room_id, grant_id)
    why = _reason(reason)
    move(session, grant, GrantEvent.DECLINE, actor_id=actor_id, reason=why, now=now)
    to_grantee(session, Letter.DECLINED, grant, held.entry, "/deal-rooms", reason=why, now=now)


def approve(
    session: Session, room_id: UUID, grant_id: UUID, approved: bool, *, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Let the export officer approve access that waits for it, or decline it with a reason."""
    held = company_room(session, room_id, actor_id, OFFICER)
    grant = grant_in(session, room_id, grant_id)
    if not approved:
        why = _reason(reason)
        move(session, grant, GrantEvent.REFUSE, actor_id=actor_id, reason=why, now=now)
        who = name_of(session, grant.organization_id)
        path = f"/our-rooms/{room_id}/access/{grant.id}"
        to_company(session, Letter.REFUSED, held.room, held.entry, path, who=who, reason=why, now=now)
        to_grantee(session, Letter.DECLINED, grant, held.entry, "/deal-rooms", now=now)
        return
    move(session, grant, GrantEvent.APPROVE, actor_id=actor_id, reason=reason.strip()[:1000], now=now)
    grant.approved_by_id, grant.approved_at = actor_id, now
    _ask_for_nda(session, held.room, held.entry, grant, now=now)


def change_scope(
    session: Session, room_id: UUID, grant_id: UUID, *, folder_ids: Collection[UUID], expires_at: datetime | None,
    for_everybody: bool, actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Change which folders live access opens, until when, and whether for everybody of the organization.

    Where the export officer approves, giving more than was approved goes to the officer again.
    """
    held = company_room(session, room_id, actor_id)
    grant = grant_in(session, room_id, grant_id)
    if grant.state not in LIVE_GRANTS:
        raise Refused("This access has ended. Give it anew when the partner asks again.")
    had = _folders(session, grant)
    chosen = _chosen(session, room_id, folder_ids)
    widened = grant.approved_at is not None and had is not None and (chosen is None or bool(chosen - had))
    _set_scope(session, grant, chosen, expires_at, now=now)
    grant.for_everybody = for_everybody
    detail = {"folders": sorted(map(str, chosen or ())), "until": str(expires_at), "everybody": for_everybody}
    audit.record(
        session, "room_access.scope_changed", ("room_grant", grant.id), actor_id=actor_id, detail=detail
    )  # fmt: skip
    if widened and held.room.export_approval and grant.state in (GrantState.NDA_PENDING, GrantState.GRANTED):
        grant.approved_by_id = grant.approved_at = None
        _put_to_officer(session, held.room, held.entry, grant, actor_id=actor_id, now=now)


def say_of_person(
    session: Session, room_id: UUID, grant_id: UUID, user_id: UUID, standing: PersonStanding | None, *,
    actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Name one person of the organization, shut them out, or take back what was said of them."""
    company_room(session, room_id, actor_id, COMPANY_ROLES)
    grant = grant_in(session, room_id, grant_id)
    if role_in(session, grant.organization_id, user_id) is None:
        raise NotFound("That person does not belong to this organization.")
    say_of(session, grant, user_id, standing, now=now)
    audit.record(
        session, "room_access.person_changed", ("room_grant", grant.id), actor_id=actor_id, after=standing,
        detail={"user": str(user_id)},
    )  # fmt: skip


def revoke(session: Session, room_id: UUID, grant_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """End an organization's access at once: the next request of anybody there finds it shut."""
    held = company_room(session, room_id, actor_id, COMPANY_ROLES)
    grant = grant_in(session, room_id, grant_id)
    end_grant(session, grant, held.entry, GrantEvent.REVOKE, actor_id=actor_id, reason=reason.strip()[:1000], now=now)


def leave(session: Session, room_id: UUID, grant_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Give access back, or take a request back, as the partner. Raises NotFound for anybody else's."""
    room, entry = locked_room(session, room_id)
    grant = grant_in(session, room_id, grant_id)
    if role_in(session, grant.organization_id, actor_id) is None:
        raise NotFound("There is no such deal room, or it is not open to you.")
    why = "The partner gave it back."
    end_grant(session, grant, entry, GrantEvent.LEAVE, actor_id=actor_id, reason=why, now=now, tell=False)
    who, path = name_of(session, grant.organization_id), f"/our-rooms/{room.id}/access/{grant.id}"
    to_company(session, Letter.ENDED, room, entry, path, who=who, reason=why, now=now)


def _open_room_of(session: Session, entry_id: UUID) -> tuple[Room, Entry]:
    wanted = select(Room.id).where(Room.entry_id == entry_id, Room.state == RoomState.OPEN)
    room_id = session.scalar(wanted)
    if room_id is None:
        raise NotFound("This entry has no open deal room now.")
    room, entry = locked_room(session, room_id)
    if room.state is not RoomState.OPEN or entry.organization_id != room.organization_id or entry.shown_since is None:
        raise NotFound("This entry has no open deal room now.")
    return room, entry


def _new_grant(
    session: Session, room: Room, interest: Interest, requested_by: UUID, *, note: str, now: datetime
) -> Grant:
    if interest.organization_id == room.organization_id:
        raise Refused("This is your own entry.")
    grant = Grant(
        room_id=room.id, organization_id=interest.organization_id, interest_id=interest.id, state=GrantState.REQUESTED,
        requested_by_id=requested_by, asked_at=now, moved_at=now, note=note, reason="", whole_room=True,
        for_everybody=True, expires_at=None, warned_at=None, approved_by_id=None, approved_at=None, questions_asked=0,
    )  # fmt: skip
    session.add(grant)
    with explained({"uq_deal_room_grants_live": Refused(TWICE)}):
        session.flush()
    return grant


def _give(
    session: Session, room: Room, entry: Entry, grant: Grant, folder_ids: Collection[UUID],
    expires_at: datetime | None, *, actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    _set_scope(session, grant, _chosen(session, room.id, folder_ids), expires_at, now=now)
    if room.export_approval:
        _put_to_officer(session, room, entry, grant, actor_id=actor_id, now=now)
        return
    move(session, grant, GrantEvent.GRANT, actor_id=actor_id, now=now)
    _ask_for_nda(session, room, entry, grant, now=now)


def _put_to_officer(session: Session, room: Room, entry: Entry, grant: Grant, *, actor_id: UUID, now: datetime) -> None:
    move(session, grant, GrantEvent.ASK_OFFICER, actor_id=actor_id, now=now)
    to_officers(session, Letter.APPROVAL, room, entry, who=name_of(session, grant.organization_id), now=now)


def _ask_for_nda(session: Session, room: Room, entry: Entry, grant: Grant, *, now: datetime) -> None:
    """Open at once to an organization whose people accepted the agreement before; ask others to accept it."""
    if has_signed(session, room, grant.organization_id):
        move(session, grant, GrantEvent.ACCEPT_NDA, actor_id=None, reason="Accepted before.", now=now)
        to_grantee(session, Letter.GRANTED, grant, entry, f"/deal-rooms/{room.id}", now=now)
    else:
        to_grantee(session, Letter.NDA, grant, entry, f"/deal-rooms/{room.id}/nda", now=now)


def _chosen(session: Session, room_id: UUID, folder_ids: Collection[UUID]) -> frozenset[UUID] | None:
    """Return the folders meant, None for the whole room. Raises InvalidInput for one of another room."""
    if not folder_ids:
        return None
    mine = select(Folder.id).where(Folder.room_id == room_id, Folder.removed_at.is_(None))
    if not set(folder_ids) <= set(session.scalars(mine)):
        raise InvalidInput("Choose folders of this room.")
    return frozenset(folder_ids)


def _folders(session: Session, grant: Grant) -> frozenset[UUID] | None:
    if grant.whole_room:
        return None
    return frozenset(session.scalars(select(GrantFolder.folder_id).where(GrantFolder.grant_id == grant.id)))


def _set_scope(
    session: Session, grant: Grant, chosen: frozenset[UUID] | None, expires_at: datetime | None, *, now: datetime
) -> None:
    session.execute(delete(GrantFolder).where(GrantFolder.grant_id == grant.id))
    session.add_all(GrantFolder(grant_id=grant.id, folder_id=one) for one in sorted(chosen or (), key=str))
    grant.whole_room = chosen is None
    if grant.expires_at != expires_at:
        grant.expires_at, grant.warned_at = words.last_moment(expires_at, now=now), None
        if expires_at is not None:
            outbox.queue(session, EXPIRE, {}, now=now, run_at=expires_at)
            if (warn := words.warns_at(expires_at, now=now)) is not None:
                outbox.queue(session, EXPIRE, {}, now=now, run_at=warn)
    session.flush()


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise InvalidInput("Write why: the other side reads it.")
    return said[:1000]
