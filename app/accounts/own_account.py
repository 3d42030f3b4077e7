"""What people change about themselves: name, time zone, address, password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import links, merging, sessions, sign_up
from app.accounts.models import User
from app.accounts.rules import folded, normal_email, time_zone_names
from app.accounts.states import LinkPurpose
from app.core import audit
from app.core.errors import InvalidInput, NotFound
from app.notifications.mail import queue_mail
from app.notifications.outbox import queue

RESET_ASKED = "accounts.reset_asked"


def _locked(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("That account is gone.")
    return user


def change_profile(session: Session, user_id: UUID, *, name: str, time_zone: str) -> None:
    """Change how a person is named and in which zone they read times."""
    name = " ".join(name.split())
    if not name or len(name) > 200 or time_zone not in time_zone_names():
        raise InvalidInput("Enter a name of at most 200 characters and choose a time zone from the list.")
    user = _locked(session, user_id)
    before = {"name": user.name, "time_zone": user.time_zone}
    user.name, user.time_zone, user.search_text = name, time_zone, folded(f"{name} {user.email}")
    after = {"name": name, "time_zone": time_zone}
    audit.record(
        session, "user.changed", ("user", user_id), actor_id=user_id, detail={"before": before, "after": after}
    )


def change_password(session: Session, user_id: UUID, password_hash: str, *, keep: UUID | None, now: datetime) -> None:
    """Set a password that was judged and hashed, end every session but `keep`, and tell the owner by mail.

    Links that were mailed before, for another password or another address, stop working.
    """
    user = _locked(session, user_id)
    user.password_hash = password_hash
    for purpose in (LinkPurpose.RESET, LinkPurpose.VERIFY):
        links.spend_links(session, purpose, user_id=user_id, now=now)
    sessions.end_sessions(session, user_id, actor_id=user_id, keep=keep, reason="The password changed.", now=now)
    queue_mail(session, "accounts_password_changed", [user.email], {"name": user.name}, now=now)
    audit.record(session, "password.changed", ("user", user_id), actor_id=user_id)


def ask_for_address(session: Session, user_id: UUID, email: str, *, may_mail: bool, now: datetime) -> None:
    """Mail a link to a new address and a notice to the present one; nothing changes until the link is used.

    A new address that is somebody's already gets a mail that says so instead; the answer here is the same.
    """
    email, user = normal_email(email), _locked(session, user_id)
    if email == user.email:
        raise InvalidInput("That is your address already. Enter the new one.")
    taken = session.scalars(select(User).where(User.email == email)).one_or_none()
    if may_mail and taken is not None and taken.email_verified_at is not None:
        queue_mail(session, "accounts_already_here", [email], {"name": taken.name}, now=now)
    elif may_mail:
        sign_up.send_confirmation(session, user_id, email, user.name, now=now)
    queue_mail(session, "accounts_address_asked", [user.email], {"name": user.name, "email": email}, now=now)
    audit.record(session, "user.address_asked", ("user", user_id), actor_id=user_id, detail={"email": email})


def ask_for_reset(session: Session, email: str, *, now: datetime) -> None:
    """Queue the answer to somebody who forgot a password; whether the address is known is found out later."""
    queue(session, RESET_ASKED, {"email": normal_email(email)}, now=now)
    audit.record(session, "reset.asked", ("user", "unknown"), actor_id=None, detail={"email": normal_email(email)})


def answer_reset(session: Session, email: str, *, now: datetime) -> None:
    """Mail a link for choosing a new password; an address nobody has gets a mail that says just that."""
    user = merging.person_at(session, email)
    if user is None:
        queue_mail(session, "accounts_unknown", [email], {}, now=now)
        return
    if user.email != email:
        merging.tell_merged(session, user, email, now=now)
        return
    secret = links.make_link(session, LinkPurpose.RESET, email, user_id=user.id, now=now)
    queue_mail(session, "accounts_reset", [email], {"name": user.name, "secret": secret}, now=now)


def reset_password(session: Session, secret: str, password_hash: str, *, now: datetime) -> UUID:
    """Use a reset link: set the password, end all sessions, return whose it was. Raises LinkSpent.

    Whoever reads the mail owns the address, so it counts as confirmed.
    """
    link = links.use_link(session, LinkPurpose.RESET, secret, now=now)
    if link.user_id is None:
        raise links.LinkSpent
    user = _locked(session, link.user_id)
    user.email_verified_at = user.email_verified_at or now
    change_password(session, user.id, password_hash, keep=None, now=now)
    return user.id
