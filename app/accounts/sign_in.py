"""Coming in: what is checked, what is noted, and what somebody is told who may not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import passwords, services
from app.accounts.models import User
from app.accounts.rules import normal_email
from app.core import audit
from app.core.errors import DomainError, Refused

WRONG = "That address and password do not belong together. Check both, or choose a new password."
SUSPENDED = "This account is suspended. Write to the organizers if you think that is a mistake."
UNCONFIRMED = "Confirm your address first. We mail you a new link now, at most three within six hours."
DEMO_ONLY = "This is a demonstration account. It works in the demonstration only."


class WrongPassword(DomainError):
    """The pair does not fit; whether the address is known is not said."""

    status, code = 422, "wrong_password"


class Unconfirmed(Refused):
    """The password fits, but nobody has shown yet that the address is theirs."""

    code = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Known:
    """What sign-in must know about an address; `user_id` None: nobody has it."""

    email: str
    user_id: UUID | None = None
    name: str = ""
    password_hash: str | None = None
    verified: bool = False
    suspended: bool = False
    demo: bool = False


def known(session: Session, email: str) -> Known:
    """Return what sign-in must know. End the session before checking a password: that takes its time."""
    email = normal_email(email)
    wanted = select(User.id, User.name, User.password_hash, User.email_verified_at, User.suspended_at, User.is_demo)
    row = session.execute(wanted.where(User.email == email)).one_or_none()
    if row is None:
        return Known(email)
    return Known(
        email, row.id, row.name, row.password_hash, verified=row.email_verified_at is not None,
        suspended=row.suspended_at is not None, demo=row.is_demo,
    )  # fmt: skip


def refusal(found: Known, *, fits: bool, demo_people: bool) -> DomainError | None:
    """Return why somebody may not come in, None when they may. Particulars are for those who know the password."""
    if not fits:
        return WrongPassword(WRONG)
    if found.suspended:
        return Refused(SUSPENDED)
    if found.demo and not demo_people:
        return Refused(DEMO_ONLY)
    return None if found.verified else Unconfirmed(UNCONFIRMED)


def note_failure(session: Session, found: Known, why: DomainError, *, address: str) -> None:
    """Put a failed sign-in on the record; the address tried stands in the part that can be erased."""
    audit.record(
        session, "sign_in.failed", ("user", found.user_id or "unknown"), actor_id=None, after=why.code,
        detail={"email": found.email, "address": address},
    )  # fmt: skip


def enter(session: Session, user_id: UUID, *, password: str | None, device: str, address: str, now: datetime) -> str:
    """Sign somebody in who was checked, and return the session's token; renews an outdated hash."""
    user = session.get(User, user_id, with_for_update=True)
    if user is None or user.suspended_at is not None:
        raise Refused(SUSPENDED)
    if password is not None and user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
        audit.record(session, "password.rehashed", ("user", user.id), actor_id=user.id)
    return services.start_session(session, user_id, device=device, address=address, now=now)
