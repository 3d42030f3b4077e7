"""Who works at the desk, and who may speak on exports for an entry's company."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Membership, RoleGrant, User
from app.core.access import Role
from app.directory import queries as directory
from app.directory.models import Entry

DESK = frozenset({Role.ORGANIZER, Role.REVIEWER})


@dataclass(frozen=True, slots=True)
class PersonOfDesk:
    """An organizer or a reviewer, who may own questions."""

    id: UUID
    name: str
    email: str
    is_organizer: bool


def desk_people(session: Session) -> list[PersonOfDesk]:
    """Return everybody who may own a question, by name."""
    held = (
        select(User.id, User.name, User.email, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role.in_([Role.REVIEWER, Role.ORGANIZER]), RoleGrant.revoked_at.is_(None),
            User.suspended_at.is_(None),
        )
        .order_by(User.name, User.id)
    )  # fmt: skip
    found: dict[UUID, PersonOfDesk] = {}
    for user_id, name, email, role in session.execute(held):
        leads = role is Role.ORGANIZER or (user_id in found and found[user_id].is_organizer)
        found[user_id] = PersonOfDesk(user_id, name, email, leads)
    return list(found.values())


def officers_of(session: Session, entry_id: UUID) -> list[str]:
    """Return the addresses of the export officers of the company that claimed an entry; none when nobody did."""
    entry = directory.entry_row(session, entry_id)
    if entry is None or entry.organization_id is None:
        return []
    members = accounts.members(session, entry.organization_id)
    return [member.email for member in members if member.role is Role.EXPORT_OFFICER]


def officer_entries(session: Session, user_id: UUID) -> frozenset[UUID]:
    """Return the entries of companies for which a person is the export officer, as things stand now."""
    return frozenset(session.scalars(entries_of_officer(user_id)))


def entries_of_officer(user_id: UUID) -> Select[UUID]:
    """Return the same as a part of another query."""
    return (
        select(Entry.id)
        .join(Membership, Membership.organization_id == Entry.organization_id)
        .where(Membership.user_id == user_id, Membership.role == Role.EXPORT_OFFICER)
    )
