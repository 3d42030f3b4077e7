"""Coming in for the first time: sign up, confirm the address. Known and unknown addresses look the same."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import duplicates, links, merging, sessions
from app.accounts.models import User
from app.accounts.rules import folded, normal_email
from app.accounts.services import EmailTaken, create_user
from app.accounts.states import LinkPurpose, RecordKind
from app.core import audit
from app.core.errors import NotFound
from app.notifications.mail import queue_mail
from app.notifications.outbox import queue

SIGN_UP_ASKED = "accounts.sign_up_asked"


def ask_to_sign_up(
    session: Session, *, email: str, name: str, password_hash: str, time_zone: str, now: datetime
) -> None:
    """Queue a sign-up; whether the address is known is found out later, so that the time it takes tells nobody."""
    asked = {"email": normal_email(email), "name": name, "password_hash": password_hash, "time_zone": time_zone}
    queue(session, SIGN_UP_ASKED, asked, now=now)
    audit.record(session, "sign_up.asked", ("user", "unknown"), actor_id=None, detail={"email": asked["email"]})


def sign_up(session: Session, *, email: str, name: str, password_hash: str, time_zone: str, now: datetime) -> None:
    """Add a person and mail a link that confirms the address, or mail the owner that they are here already.

    Whoever signs up again before confirming starts over: the newest name and password count, older links die.
    """
    user = merging.person_at(session, email)
    if user is not None and user.email != email:
        merging.tell_merged(session, user, email, now=now)
        return
    if user is not None and user.email_verified_at is not None:
        audit.record(session, "sign_up.repeated", ("user", user.id), actor_id=None)
        queue_mail(session, "accounts_already_here", [email], {"name": user.name}, now=now)
        return
    if user is None:
        user = create_user(session, email=email, name=name, time_zone=time_zone, now=now)
    else:
        user.name, user.time_zone, user.search_text = name, time_zone, folded(f"{name} {email}")
        audit.record(session, "sign_up.restarted", ("user", user.id), actor_id=None)
    user.password_hash = password_hash
    duplicates.look_at(session, RecordKind.PERSON, user.id, now=now)
    send_confirmation(session, user.id, email, user.name, now=now)


def send_confirmation(session: Session, user_id: UUID, email: str, name: str, *, now: datetime) -> None:
    """Mail the link that makes an address somebody's own."""
    secret = links.make_link(session, LinkPurpose.VERIFY, email, user_id=user_id, now=now)
    queue_mail(session, "accounts_confirm", [email], {"name": name, "secret": secret}, now=now)


def confirm_address(session: Session, secret: str, *, now: datetime) -> str:
    """Use a confirmation link and return the address; a link to a new address changes the person's address.

    Raises LinkSpent, or EmailTaken when somebody else has confirmed that address meanwhile.
    """
    link = links.use_link(session, LinkPurpose.VERIFY, secret, now=now)
    user = session.get(User, link.user_id, with_for_update=True)
    if user is None:
        raise NotFound("That account is gone.")
    if link.email != user.email:
        _change_address(session, user, link.email, now=now)
    user.email_verified_at = user.email_verified_at or now
    audit.record(session, "user.address_confirmed", ("user", user.id), actor_id=user.id)
    return user.email


def _change_address(session: Session, user: User, email: str, *, now: datetime) -> None:
    holder = session.scalars(select(User).where(User.email == email).with_for_update()).one_or_none()
    if holder is not None and holder.email_verified_at is not None:
        raise EmailTaken("Somebody signs in with that address meanwhile, so yours stays as it was.")
    if holder is not None:
        _set_aside(session, holder)
    old, user.email = user.email, email
    user.search_text = folded(f"{user.name} {email}")
    links.spend_links(session, LinkPurpose.RESET, user_id=user.id, now=now)
    sessions.end_sessions(session, user.id, actor_id=user.id, reason="The address changed.", now=now)
    for address in (old, email):
        queue_mail(session, "accounts_address_changed", [address], {"name": user.name, "email": email}, now=now)
    audit.record(
        session, "user.address_changed", ("user", user.id), actor_id=user.id, detail={"before": old, "after": email}
    )


def _set_aside(session: Session, squatter: User) -> None:
    """Free an address from an account that never confirmed it: whoever does confirm it has the better claim."""
    squatter.email, squatter.password_hash = f"{squatter.id}@unconfirmed.invalid", None
    squatter.search_text = folded(f"{squatter.name} {squatter.email}")
    session.flush()
    audit.record(session, "user.set_aside", ("user", squatter.id), actor_id=None)
