"""How access moves: by the table, with a line in its history and on the record."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.dealrooms.models import Acceptance, Grant, GrantPerson, GrantStep, Room
from app.dealrooms.states import LIVE_GRANTS, GrantEvent, GrantState, PersonStanding, move_grant

PAST: dict[GrantEvent | None, str] = {
    None: "requested",
    GrantEvent.GRANT: "given",
    GrantEvent.ASK_OFFICER: "put_to_officer",
    GrantEvent.APPROVE: "approved",
    GrantEvent.REFUSE: "refused",
    GrantEvent.DECLINE: "declined",
    GrantEvent.ACCEPT_NDA: "nda_accepted",
    GrantEvent.LEAVE: "left",
    GrantEvent.REVOKE: "revoked",
    GrantEvent.EXPIRE: "expired",
}
OFFICERS_WORD = frozenset({GrantEvent.APPROVE, GrantEvent.REFUSE})


def move(
    session: Session, grant: Grant, event: GrantEvent, *, actor_id: UUID | None, reason: str = "", now: datetime
) -> None:
    """Move held access and keep the step. Raises TransitionRefused.

    What the export officer gives as reason stays in the company's history: the partner reads the reason on the grant.
    """
    before, grant.state = grant.state, move_grant(grant.state, event)
    grant.moved_at = now
    if event is not GrantEvent.ACCEPT_NDA:
        grant.reason = "" if event in OFFICERS_WORD else reason
    keep_step(session, grant, event, before, actor_id=actor_id, reason=reason, now=now)


def keep_step(
    session: Session, grant: Grant, event: GrantEvent | None, before: GrantState | None, *, actor_id: UUID | None,
    reason: str, now: datetime,
) -> None:  # fmt: skip
    """Add a line to the history of access and to the record."""
    session.flush()
    last = session.scalar(select(func.max(GrantStep.number)).where(GrantStep.grant_id == grant.id)) or 0
    session.add(
        GrantStep(grant_id=grant.id, number=last + 1, at=now, actor_id=actor_id, event=event, before=before,
                  after=grant.state, reason=reason)
    )  # fmt: skip
    session.flush()
    audit.record(
        session, f"room_access.{PAST[event]}", ("room_grant", grant.id), actor_id=actor_id, before=before,
        after=grant.state, reason=reason,
        detail={"room": str(grant.room_id), "organization": str(grant.organization_id)},
    )  # fmt: skip


def live_grants(session: Session, room_id: UUID) -> list[Grant]:
    """Return the live grants of a room that is held, held as well."""
    wanted = select(Grant).where(Grant.room_id == room_id, Grant.state.in_(LIVE_GRANTS)).order_by(Grant.id)
    return list(session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def has_signed(session: Session, room: Room, organization_id: UUID) -> bool:
    """Tell whether somebody of an organization accepted the agreement that holds now."""
    mine = (Acceptance.room_id == room.id) & (Acceptance.organization_id == organization_id)
    found = select(Acceptance.id).where(mine, Acceptance.nda_number == room.nda_number)
    return session.scalar(found.limit(1)) is not None


def say_of(session: Session, grant: Grant, user_id: UUID, standing: PersonStanding | None, *, now: datetime) -> None:
    """Keep what the company says of one person of an organization; None takes it back."""
    row = session.get(GrantPerson, (grant.id, user_id))
    if standing is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(GrantPerson(grant_id=grant.id, user_id=user_id, standing=standing, at=now))
    else:
        row.standing, row.at = standing, now
    session.flush()
