"""Marking another organization in private: keep us apart, or we know each other already."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.accounts.rules import folded
from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory.rules import tidy
from app.partners.models import PartnerMark
from app.partners.queries.marks import count_of
from app.partners.services.who import require_member
from app.partners.states import MarkKind

MOST_MARKS, LONGEST_NAME, LONGEST_NOTE = 200, 200, 500

# A higher room hangs in here and is told that two organizations are to be kept apart; it tells neither why.
on_apart: list[Callable[[Session, UUID, UUID, datetime], None]] = []


def set_mark(
    session: Session, organization_id: UUID, *, name: str, kind: MarkKind, note: str = "", actor_id: UUID,
    now: datetime,
) -> PartnerMark:  # fmt: skip
    """Mark whoever bears a name, now or later; said again of the same name, it replaces what was said.

    Whether an organization of that name is here makes no difference to what happens or is shown. Raises NotFound for
    an outsider, InvalidInput for an unfit name, Refused for the organization itself or too many marks.
    """
    organization = require_member(session, organization_id, actor_id)
    name = " ".join(tidy(name).split())
    if not folded(name) or len(name) > LONGEST_NAME:
        raise InvalidInput(f"Enter the name of the other organization, at most {LONGEST_NAME} characters.")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"Use at most {LONGEST_NOTE} characters for the note.")
    if folded(name) == folded(organization.name):
        raise Refused("That is your own organization. Enter the name of another one.")
    wanted = select(PartnerMark).where(PartnerMark.organization_id == organization_id)
    row = session.scalars(wanted.where(PartnerMark.search_name == folded(name)).with_for_update()).one_or_none()
    if row is None and count_of(session, organization_id) >= MOST_MARKS:
        raise Refused(f"Your list holds {MOST_MARKS} organizations already. Take one off before you add another.")
    before = row.kind if row else None
    found = session.scalars(select(Organization.id).where(Organization.search_name == folded(name)).limit(2)).all()
    if row is None:
        row = PartnerMark(organization_id=organization_id, name=name, search_name=folded(name))
        session.add(row)
    row.other_id = found[0] if len(found) == 1 else None
    row.kind, row.note, row.set_by, row.set_at = kind, tidy(note), actor_id, now
    session.flush()
    # The record says that something was marked and never whom: more people read it than may know.
    audit.record(
        session, "partner_mark.set", ("partner_mark", row.id), actor_id=actor_id, before=before, after=kind
    )  # fmt: skip
    if kind is MarkKind.KEEP_APART:
        for other_id in found:
            for handler in on_apart:
                handler(session, organization_id, other_id, now)
    return row


def _may_keep(session: Session, organization_id: UUID, actor_id: UUID) -> bool:
    """Tell whether the actor keeps the list of an organization."""
    try:
        require_member(session, organization_id, actor_id)
    except NotFound:
        return False
    return True


def lift_mark(session: Session, mark_id: UUID, *, actor_id: UUID) -> UUID:
    """Take a mark back; return the organization that had set it. Raises NotFound for an outsider."""
    row = session.get(PartnerMark, mark_id, with_for_update=True)
    if row is None or not _may_keep(session, row.organization_id, actor_id):
        raise NotFound("There is no such line on your list. Load the list again.")
    session.delete(row)
    session.flush()
    audit.record(session, "partner_mark.lifted", ("partner_mark", mark_id), actor_id=actor_id, before=row.kind)
    return row.organization_id
