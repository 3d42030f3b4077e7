"""One scan at the desk."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.door.services.take import Shown, Taker, take_scans
from app.door.states import Direction
from app.registration.queries import summit_view


def scan_badge(
    session: Session, summit_id: UUID, *, nonce: UUID, gate: str, actor_id: UUID, now: datetime, code: str = "",
    registration_id: UUID | None = None, direction: Direction = Direction.IN,
) -> UUID:  # fmt: skip
    """Answer a scan, or a name chosen from the list; return the id of the scan, which keeps the answer.

    The same `nonce` again gives the first answer again and changes nothing.
    """
    summit = summit_view(session, summit_id)
    if summit is None:
        raise NotFound("There is no such summit.")
    shown = Shown(nonce, gate, now, direction, code=code, registration_id=registration_id)
    return take_scans(session, summit, [shown], by=Taker(person_id=actor_id), now=now)[nonce]
