"""A person accepts a room's agreement: identified, screened, for themself, with the very text kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.dealrooms.models import Acceptance, Grant
from app.dealrooms.queries.access import access_of
from app.dealrooms.rules import words
from app.dealrooms.rules.access import SENTENCES, Closed, may_sign
from app.dealrooms.services.base import NO_ROOM, grant_in, locked_room
from app.dealrooms.services.moves import move
from app.dealrooms.services.rooms import nda_now
from app.dealrooms.services.tell import Letter, name_of, to_company, to_grantee
from app.dealrooms.states import GrantEvent, GrantState


def accept_nda(
    session: Session, room_id: UUID, *, typed_name: str, agreed: bool, number: int, address: str, user_id: UUID,
    now: datetime,
) -> Acceptance:  # fmt: skip
    """Accept the agreement in force, which must be the one that was read. The first person opens the access.

    Raises NotFound for a stranger, Refused for who may not sign or read an older text, and InvalidInput without the
    tick or a full name.
    """
    room, entry = locked_room(session, room_id)
    found = access_of(session, room_id, user_id, now=now)
    if found is None:
        raise NotFound(NO_ROOM)
    if (shut := may_sign(found.standing, now=now)) is not None:
        raise NotFound(NO_ROOM) if shut is Closed.STRANGER else Refused(SENTENCES[shut])
    if not agreed:
        raise InvalidInput("Tick the box to say that you accept the agreement.")
    name = words.typed_name(typed_name, found.person_name)
    text = nda_now(session, room)
    if number != text.number:
        raise Refused("The company changed the text since you opened the page. Read the new one, then accept it.")
    grant = grant_in(session, room_id, found.grant_id)
    acceptance = Acceptance(
        room_id=room_id, grant_id=grant.id, nda_number=text.number, sha256=text.sha256, user_id=user_id,
        organization_id=grant.organization_id, typed_name=name, address=address[:64], accepted_at=now,
    )  # fmt: skip
    session.add(acceptance)
    twice = "uq_deal_room_acceptances_once"
    with explained({twice: Refused("You have accepted this agreement already. Open the room.")}):
        session.flush()
    audit.record(
        session, "nda.accepted", ("deal_room", room_id), actor_id=user_id, after=str(text.number),
        detail={"sha256": text.sha256, "name": name, "address": address, "organization": str(grant.organization_id)},
    )  # fmt: skip
    _open(session, grant, user_id, now)
    to_grantee(session, Letter.GRANTED, grant, entry, f"/deal-rooms/{room_id}", only=[user_id], now=now)
    if grant.state is GrantState.GRANTED and found.standing.grant is GrantState.NDA_PENDING:
        who, path = name_of(session, grant.organization_id), f"/our-rooms/{room_id}/access/{grant.id}"
        to_company(session, Letter.SIGNED, room, entry, path, who=who, now=now)
    return acceptance


def _open(session: Session, grant: Grant, user_id: UUID, now: datetime) -> None:
    move(session, grant, GrantEvent.ACCEPT_NDA, actor_id=user_id, now=now)
