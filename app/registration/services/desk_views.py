"""Saved views of the desk: kept, renamed, shared, opened first, deleted; each by its owner."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.registration.desk_models import DeskView
from app.registration.rules.desk_filter import DeskFilter, to_plain

LONGEST_NAME = 60
MOST_VIEWS = 30
NAME_TAKEN = {
    "uq_desk_views_summit_id_owner_id_name": InvalidInput("You have a view of that name. Choose another name.")
}


def save_view(
    session: Session, summit_id: UUID, name: str, shown: DeskFilter, *, is_shared: bool, is_default: bool,
    actor_id: UUID, now: datetime,
) -> DeskView:  # fmt: skip
    """Keep what the desk shows under a name. Raises InvalidInput for a name that is taken."""
    held = select(func.count()).select_from(DeskView)
    held = held.where(DeskView.summit_id == summit_id, DeskView.owner_id == actor_id)
    if (session.scalar(held) or 0) >= MOST_VIEWS:
        raise Refused(f"You have {MOST_VIEWS} views. Delete one first.")
    if is_default:
        _no_default(session, summit_id, actor_id)
    view = DeskView(
        summit_id=summit_id, owner_id=actor_id, name=_fit_name(name), shown=to_plain(shown), is_shared=is_shared,
        is_default=is_default, made_at=now,
    )  # fmt: skip
    session.add(view)
    with explained(NAME_TAKEN):
        session.flush()
    audit.record(session, "desk_view.saved", ("desk_view", view.id), actor_id=actor_id)
    return view


def change_view(
    session: Session, view_id: UUID, *, name: str, is_shared: bool, is_default: bool, actor_id: UUID
) -> None:
    """Rename, share or unshare one's own view, or let the desk open with it."""
    view = _own(session, view_id, actor_id)
    if is_default and not view.is_default:
        _no_default(session, view.summit_id, actor_id)
    view.name, view.is_shared, view.is_default = _fit_name(name), is_shared, is_default
    with explained(NAME_TAKEN):
        session.flush()
    audit.record(session, "desk_view.changed", ("desk_view", view.id), actor_id=actor_id)


def delete_view(session: Session, view_id: UUID, *, actor_id: UUID) -> None:
    """Delete one's own view; whoever used it because it was shared does without."""
    session.delete(_own(session, view_id, actor_id))
    session.flush()
    audit.record(session, "desk_view.deleted", ("desk_view", view_id), actor_id=actor_id)


def _no_default(session: Session, summit_id: UUID, owner_id: UUID) -> None:
    others = update(DeskView).where(DeskView.summit_id == summit_id, DeskView.owner_id == owner_id)
    session.execute(others.values(is_default=False))


def _own(session: Session, view_id: UUID, actor_id: UUID) -> DeskView:
    view = session.get(DeskView, view_id, with_for_update=True, populate_existing=True)
    if view is None or view.owner_id != actor_id:
        raise NotFound("That view does not exist.")
    return view


def _fit_name(name: str) -> str:
    bare = " ".join(name.split())
    if not bare or len(bare) > LONGEST_NAME:
        raise InvalidInput(f"Give the view a name of at most {LONGEST_NAME} characters.")
    return bare
