"""Saved views of the desk: one's own and those shared with everybody there."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.registration.desk_models import DeskView
from app.registration.rules.desk_filter import DeskFilter, read


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view; `is_default` counts for its owner only."""

    id: UUID
    name: str
    owner_id: UUID
    owner: str
    shown: DeskFilter
    is_shared: bool
    is_default: bool

    def is_start_for(self, reader_id: UUID) -> bool:
        """Tell whether the desk opens with this view for somebody."""
        return self.is_default and self.owner_id == reader_id


def views_for(session: Session, summit_id: UUID, reader_id: UUID) -> list[ViewRow]:
    """Return the views that somebody can open, their own first, by name."""
    wanted = (
        select(DeskView, User.name)
        .join(User, User.id == DeskView.owner_id)
        .where(DeskView.summit_id == summit_id, or_(DeskView.owner_id == reader_id, DeskView.is_shared))
        .order_by(DeskView.owner_id != reader_id, DeskView.name, DeskView.id)
    )
    return [
        ViewRow(view.id, view.name, view.owner_id, owner, read(view.shown), view.is_shared, view.is_default)
        for view, owner in session.execute(wanted)
    ]
