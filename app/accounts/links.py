"""Links in mails: made once, hashed at rest, good once and for a while."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import EmailToken
from app.accounts.queries import token_digest
from app.accounts.states import LinkPurpose
from app.core.access import Role
from app.core.errors import DomainError

GOOD_FOR = {
    LinkPurpose.VERIFY: timedelta(hours=24),
    LinkPurpose.RESET: timedelta(minutes=20),
    LinkPurpose.INVITE: timedelta(days=14),
}


class LinkSpent(DomainError):
    """The link was used, has expired or never was; which of these is nobody's business."""

    status, code = 410, "link_spent"

    def __init__(self, message: str = "This link no longer works: it was used before or is too old.") -> None:
        super().__init__(message)


def make_link(
    session: Session, purpose: LinkPurpose, email: str, *, user_id: UUID | None = None,
    organization_id: UUID | None = None, role: Role | None = None, created_by_id: UUID | None = None, now: datetime,
) -> str:  # fmt: skip
    """Return the secret of a new link; earlier links of the same kind to the same end stop working."""
    secret = secrets.token_urlsafe(32)
    spend_links(session, purpose, email=email, user_id=user_id, organization_id=organization_id, now=now)
    session.add(
        EmailToken(
            purpose=purpose, token_hash=token_digest(secret), email=email, user_id=user_id, role=role,
            organization_id=organization_id, created_by_id=created_by_id, created_at=now,
            expires_at=now + GOOD_FOR[purpose],
        )
    )  # fmt: skip
    session.flush()
    return secret


def spend_links(
    session: Session, purpose: LinkPurpose, *, email: str | None = None, user_id: UUID | None = None,
    organization_id: UUID | None = None, now: datetime,
) -> None:  # fmt: skip
    """Make links of one kind unusable: those of a person, or those to an address for an organization."""
    spent = update(EmailToken).where(EmailToken.purpose == purpose, EmailToken.used_at.is_(None))
    if user_id is not None:
        spent = spent.where(EmailToken.user_id == user_id)
    else:
        spent = spent.where(EmailToken.email == email, EmailToken.organization_id == organization_id)
    session.execute(spent.values(used_at=now))


def open_link(session: Session, purpose: LinkPurpose, secret: str, *, now: datetime, lock: bool = False) -> EmailToken:
    """Return a link that still works. Raises LinkSpent for every other."""
    wanted = select(EmailToken).where(EmailToken.token_hash == token_digest(secret), EmailToken.purpose == purpose)
    found = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise LinkSpent
    return found


def use_link(session: Session, purpose: LinkPurpose, secret: str, *, now: datetime) -> EmailToken:
    """Return a link that still works and make this its only use. Raises LinkSpent for every other."""
    found = open_link(session, purpose, secret, now=now, lock=True)
    found.used_at = now
    return found
