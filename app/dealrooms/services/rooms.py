"""A room: opened by the entry's company, set up, closed, opened again; its agreement and who answers questions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.dealrooms.models import Acceptance, Folder, Grant, NdaVersion, Room, RoomPerson
from app.dealrooms.rules import words
from app.dealrooms.services.base import COMPANY_ROLES, EDITORS, OFFICER, company_room, require_open, role_in
from app.dealrooms.services.moves import live_grants, move
from app.dealrooms.services.tell import Letter, name_of, to_grantee, to_officers
from app.dealrooms.states import GrantEvent, GrantState, RoomEvent, RoomRole, RoomState, move_room
from app.directory.models import Entry
from app.documents.services import require_attested_text
from app.notifications import outbox

EXPIRE = "dealrooms.expire"
OUTDATED = "Somebody changed the settings of this room since you opened the page. Look at them again, then save."


def open_room(session: Session, entry_id: UUID, *, actor_id: UUID, now: datetime) -> Room:
    """Open the deal room of an entry for its company, with the usual folders and agreement, and nobody in it.

    Raises NotFound for an entry of somebody else and Refused where there is an open room already.
    """
    entry = session.get(Entry, entry_id, with_for_update=True)
    role = role_in(session, entry.organization_id, actor_id) if entry and entry.organization_id else None
    if entry is None or entry.organization_id is None or role not in EDITORS:
        raise NotFound("There is no such entry of your company.")
    if entry.shown_since is None:
        raise Refused("A deal room opens for an entry that is shown in the directory. Publish the entry first.")
    room = Room(
        entry_id=entry.id, organization_id=entry.organization_id, state=RoomState.OPEN, opened_by_id=actor_id,
        opened_at=now, expires_at=None, ended_at=None, downloads=False, export_approval=False, export_locked=False,
        question_quota=words.USUAL_QUOTA, nda_number=1, revision=1,
    )  # fmt: skip
    session.add(room)
    with explained({"uq_deal_rooms_open": Refused("This entry has a deal room already. Open it from the list.")}):
        session.flush()
    _keep_nda(session, room, words.DEFAULT_NDA, actor_id=actor_id, now=now)
    session.add_all(Folder(room_id=room.id, name=name, position=n) for n, name in enumerate(words.USUAL_FOLDERS, 1))
    session.flush()
    audit.record(
        session, "deal_room.opened", ("deal_room", room.id), actor_id=actor_id, after=room.state,
        detail={"entry": str(entry.id)},
    )  # fmt: skip
    return room


def change_settings(
    session: Session, room_id: UUID, *, downloads: bool, expires_at: datetime | None, export_approval: bool,
    question_quota: int, revision: int, actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Change what holds for everybody in a room. Turning export approval on puts all access to the officer again.

    Raises Refused where the export officer locked the approval, or somebody else changed the settings meanwhile.
    """
    held = company_room(session, room_id, actor_id)
    room = held.room
    if room.revision != revision:
        raise Refused(OUTDATED)
    if room.export_locked and not export_approval:
        raise Refused("The export officer has locked the approval on. Ask the officer to unlock it first.")
    if not 0 <= question_quota <= words.MOST_QUOTA:
        raise InvalidInput(f"Choose between 0 and {words.MOST_QUOTA} questions.")
    before = {"downloads": room.downloads, "until": str(room.expires_at), "approval": room.export_approval}
    room.downloads, room.question_quota = downloads, question_quota
    if room.expires_at != expires_at:
        room.expires_at = words.last_moment(expires_at, now=now)
        _expire_later(session, room.expires_at, now)
    _set_approval(session, room, held.entry, export_approval, actor_id=actor_id, now=now)
    room.revision += 1
    audit.record(
        session, "deal_room.changed", ("deal_room", room.id), actor_id=actor_id,
        detail={"before": before, "downloads": downloads, "until": str(room.expires_at), "approval": export_approval},
    )  # fmt: skip


def lock_approval(session: Session, room_id: UUID, locked: bool, *, actor_id: UUID, now: datetime) -> None:
    """Let the export officer lock the approval on, or unlock it; nobody else may."""
    held = company_room(session, room_id, actor_id, OFFICER)
    room = held.room
    if room.export_locked is locked:
        return
    if locked:
        _set_approval(session, room, held.entry, True, actor_id=actor_id, now=now)
    room.export_locked = locked
    room.revision += 1
    audit.record(
        session, "deal_room.approval_locked" if locked else "deal_room.approval_unlocked", ("deal_room", room.id),
        actor_id=actor_id,
    )  # fmt: skip


def _set_approval(session: Session, room: Room, entry: Entry, wanted: bool, *, actor_id: UUID, now: datetime) -> None:
    turned_on = wanted and not room.export_approval
    room.export_approval = wanted
    session.flush()
    for grant in live_grants(session, room.id) if turned_on else []:
        if grant.state in (GrantState.NDA_PENDING, GrantState.GRANTED) and grant.approved_at is None:
            why = "The room asks for the export officer's approval now."
            move(session, grant, GrantEvent.ASK_OFFICER, actor_id=actor_id, reason=why, now=now)
            to_officers(
                session, Letter.APPROVAL, room, entry, who=name_of(session, grant.organization_id), now=now
            )  # fmt: skip


def write_nda(session: Session, room_id: UUID, text: str, *, ask: str, actor_id: UUID, now: datetime) -> None:
    """Put a new text of the agreement in force: everybody has to accept it before the room opens to them again."""
    held = company_room(session, room_id, actor_id)
    require_open(held.room)
    body = words.tidy_text(text, "the text of the agreement", most=words.LONGEST_NDA)
    require_attested_text(body, None, ask=ask, longer_than=words.LONGEST_NDA)
    if words.digest(body) == nda_now(session, held.room).sha256:
        raise Refused("This is the text that is in force already.")
    held.room.nda_number += 1
    _keep_nda(session, held.room, body, actor_id=actor_id, now=now)
    for grant in live_grants(session, held.room.id):
        if grant.state is GrantState.GRANTED:
            signed = session.scalars(select(Acceptance.user_id).where(Acceptance.grant_id == grant.id).distinct()).all()
            path = f"/deal-rooms/{held.room.id}/nda"
            to_grantee(session, Letter.NEW_NDA, grant, held.entry, path, only=signed, now=now)


def _keep_nda(session: Session, room: Room, body: str, *, actor_id: UUID, now: datetime) -> None:
    session.add(
        NdaVersion(room_id=room.id, number=room.nda_number, body=body, sha256=words.digest(body), made_by_id=actor_id,
                   made_at=now)
    )  # fmt: skip
    session.flush()
    audit.record(
        session, "deal_room.nda_written", ("deal_room", room.id), actor_id=actor_id, after=str(room.nda_number),
        detail={"sha256": words.digest(body)},
    )  # fmt: skip


def nda_now(session: Session, room: Room) -> NdaVersion:
    """Return the text of the agreement that holds now."""
    wanted = select(NdaVersion).where(NdaVersion.room_id == room.id, NdaVersion.number == room.nda_number)
    return session.scalars(wanted).one()


def close_room(session: Session, room_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Close a room: every access ends, and everybody who had one is told."""
    held = company_room(session, room_id, actor_id, COMPANY_ROLES)
    end_room(session, held.room, held.entry, RoomEvent.CLOSE, actor_id=actor_id, reason=reason, now=now)


def reopen_room(session: Session, room_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Open a closed room again, with nobody in it; a last day that is over is taken off."""
    held = company_room(session, room_id, actor_id)
    room = held.room
    if held.entry.shown_since is None:
        raise Refused("The entry is not shown in the directory. Publish it first, then open its deal room again.")
    before, room.state = room.state, move_room(room.state, RoomEvent.REOPEN)
    room.ended_at, room.revision = None, room.revision + 1
    if room.expires_at is not None and room.expires_at <= now:
        room.expires_at = None
    with explained({"uq_deal_rooms_open": Refused("This entry has another open deal room already.")}):
        session.flush()
    audit.record(
        session, "deal_room.reopened", ("deal_room", room.id), actor_id=actor_id, before=before, after=room.state
    )


def end_room(
    session: Session, room: Room, entry: Entry, event: RoomEvent, *, actor_id: UUID | None, reason: str, now: datetime
) -> None:
    """End a held room and every access to it."""
    before, room.state = room.state, move_room(room.state, event)
    room.ended_at, room.revision = now, room.revision + 1
    audit.record(
        session, f"deal_room.{room.state}", ("deal_room", room.id), actor_id=actor_id, before=before, after=room.state,
        reason=reason,
    )  # fmt: skip
    ends = GrantEvent.EXPIRE if event is RoomEvent.EXPIRE else GrantEvent.REVOKE
    for grant in live_grants(session, room.id):
        end_grant(session, grant, entry, ends, actor_id=actor_id, reason=reason, now=now)


def end_grant(
    session: Session, grant: Grant, entry: Entry, event: GrantEvent, *, actor_id: UUID | None, reason: str,
    now: datetime, tell: bool = True,
) -> None:  # fmt: skip
    """End held access, and tell those who had it."""
    asked = grant.state is GrantState.REQUESTED
    move(session, grant, event, actor_id=actor_id, reason=reason, now=now)
    if tell:
        letter = Letter.DECLINED if asked else Letter.ENDED
        to_grantee(session, letter, grant, entry, "/deal-rooms", reason=reason, now=now)


def name_role(session: Session, room_id: UUID, user_id: UUID, role: RoomRole | None, *, actor_id: UUID) -> None:
    """Let an owner say who of the company drafts answers and who approves them; None goes back to what is usual."""
    held = company_room(session, room_id, actor_id, frozenset({Role.COMPANY_OWNER}))
    theirs = role_in(session, held.room.organization_id, user_id)
    if theirs not in EDITORS:
        raise NotFound("That person is no owner or delegate of your company.")
    mine = (RoomPerson.room_id == room_id) & (RoomPerson.user_id == user_id)
    row = session.scalars(select(RoomPerson).where(mine)).one_or_none()
    if row is not None and role is None:
        session.delete(row)
    elif row is not None and role is not None:
        row.role = role
    elif role is not None:
        session.add(RoomPerson(room_id=room_id, user_id=user_id, role=role))
    session.flush()
    audit.record(
        session, "deal_room.role_named", ("deal_room", room_id), actor_id=actor_id, after=role,
        detail={"user": str(user_id)},
    )  # fmt: skip


def _expire_later(session: Session, at: datetime | None, now: datetime) -> None:
    if at is not None:
        outbox.queue(session, EXPIRE, {}, now=now, run_at=at)
