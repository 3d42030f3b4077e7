"""What administrators do to accounts: roles, suspension, sessions; and the demonstration's people."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import merging, services, sessions
from app.accounts.models import RoleGrant, User
from app.accounts.states import ROLE_LABELS, RecordKind
from app.core import audit
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications.mail import queue_mail

on_suspend: list[Callable[[Session, UUID, datetime], None]] = []
"""Filled where the rooms are put together: who hears, in its transaction, that somebody was suspended."""
NO_REASON = "Say why in a few words: the reason goes on the record."


def _person(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("That person does not exist.")
    return user


def _tell(session: Session, user: User, change: str, *, now: datetime) -> None:
    queue_mail(session, "accounts_role_changed", [user.email], {"name": user.name, "change": change}, now=now)


def give_role(session: Session, user_id: UUID, role: Role, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Grant a staff role for a stated reason and tell the person. Nobody grants their own."""
    user = _person(session, user_id)
    if not reason.strip():
        raise InvalidInput(NO_REASON)
    services.grant_role(session, user_id, role, actor_id=actor_id, reason=reason.strip(), now=now)
    _tell(session, user, f"You now have the role {ROLE_LABELS[role]}.", now=now)


def take_role(session: Session, user_id: UUID, role: Role, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Revoke a staff role for a stated reason, from the person's next request on. Nobody revokes their own."""
    user = _person(session, user_id)
    if actor_id == user_id:
        raise Refused("Nobody changes their own roles. Ask another administrator.")
    if not reason.strip():
        raise InvalidInput(NO_REASON)
    wanted = select(RoleGrant).where(
        RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
    )
    grant = session.scalars(wanted.with_for_update()).one_or_none()
    if grant is None:
        raise NotFound("That person does not have that role.")
    grant.revoked_at, grant.revoked_by_id = now, actor_id
    _tell(session, user, f"You no longer have the role {ROLE_LABELS[role]}.", now=now)
    audit.record(session, "role.revoked", ("user", user_id), actor_id=actor_id, before=role, reason=reason.strip())


def suspend_user(session: Session, user_id: UUID, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Shut somebody out: their sessions end at once and they cannot sign in until restored."""
    user = _person(session, user_id)
    if actor_id == user_id:
        raise Refused("You cannot suspend yourself. Ask another administrator.")
    if not reason.strip():
        raise InvalidInput(NO_REASON)
    if user.suspended_at is not None:
        raise Refused("This person is suspended already.")
    user.suspended_at = now
    sessions.end_sessions(session, user_id, actor_id=actor_id, reason="Suspended.", now=now)
    audit.record(session, "user.suspended", ("user", user_id), actor_id=actor_id, reason=reason.strip())
    for handler in on_suspend:
        handler(session, user_id, now)


def restore_user(session: Session, user_id: UUID, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Let a suspended person sign in again."""
    user = _person(session, user_id)
    if not reason.strip():
        raise InvalidInput(NO_REASON)
    if user.suspended_at is None:
        raise Refused("This person is not suspended.")
    if merging.kept_record(session, RecordKind.PERSON, user.id) is not None:
        raise Refused("This record was merged into another and stays shut. Open the one that was kept.")
    user.suspended_at = None
    audit.record(session, "user.restored", ("user", user_id), actor_id=actor_id, reason=reason.strip())


def offer_demo_sign_in(session: Session, user_id: UUID, *, label: str, demonstration: bool) -> None:
    """List a person on the sign-in page of the demonstration. Refused everywhere else."""
    if not demonstration:
        raise Refused("People can be offered for one-click sign-in in the demonstration only.")
    user = _person(session, user_id)
    user.is_demo, user.demo_label = True, label[:200]
    audit.record(session, "user.offered_in_demo", ("user", user_id), actor_id=None)
