"""A delegation, opened when first needed, and how many of its places are used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.db import insert_or_skip
from app.core.errors import NotFound
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.caps import cap_of
from app.delegations.queries.who import NO_DELEGATION

__all__ = ["cap_of", "locked", "next_rank", "open_delegation"]


def open_delegation(
    session: Session, summit_id: UUID, organization_id: UUID, *, actor_id: UUID | None, now: datetime
) -> Delegation:
    """Return an organization's delegation to a summit under lock, opening it the first time."""
    wanted = select(Delegation).where(Delegation.summit_id == summit_id, Delegation.organization_id == organization_id)
    found = session.scalars(wanted.with_for_update()).one_or_none()
    if found is not None:
        return found
    row = {"id": ids.new_id(), "summit_id": summit_id, "organization_id": organization_id, "opened_at": now}
    session.execute(insert_or_skip(session, Delegation), [row])
    made = session.scalars(wanted.with_for_update()).one()
    if made.id == row["id"]:
        audit.record(
            session, "delegation.opened", ("delegation", made.id), actor_id=actor_id,
            detail={"organization": str(organization_id)},
        )  # fmt: skip
    return made


def locked(session: Session, delegation_id: UUID) -> Delegation:
    """Return a delegation under lock: whoever counts its places against the cap holds it. Raises NotFound."""
    found = session.get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(NO_DELEGATION)
    return found


def next_rank(session: Session, delegation_id: UUID) -> int:
    """Return the rank of whoever joins the reserve next."""
    held = select(func.max(Delegate.rank)).where(Delegate.delegation_id == delegation_id, Delegate.removed_at.is_(None))
    return (session.scalar(held) or 0) + 1
