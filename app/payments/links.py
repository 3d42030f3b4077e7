"""Pay links in mails: each leads to one payment's pay page and to nothing else, until the money is due or has come."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.payments.models import PayLink, Payment

WITHOUT_DEADLINE = timedelta(days=7)


class PayLinkSpent(DomainError):
    """The link is too old or never was; which of these is nobody's business."""

    status, code = 410, "link_spent"

    def __init__(self) -> None:
        super().__init__("This link no longer works. Sign in and open your application to see what can be done.")


def make_pay_link(session: Session, payment: Payment, *, now: datetime) -> str:
    """Return the secret of a new link to a locked payment's pay page; links sent before work as well."""
    secret = secrets.token_urlsafe(32)
    until = payment.pay_by or now + WITHOUT_DEADLINE
    session.add(PayLink(payment_id=payment.id, token_hash=_hash(secret), made_at=now, expires_at=until))
    session.flush()
    return secret


def payment_behind(session: Session, secret: str, *, now: datetime) -> UUID:
    """Return the payment a link leads to. Raises PayLinkSpent for every link that does not work."""
    found = session.scalars(select(PayLink).where(PayLink.token_hash == _hash(secret))).one_or_none()
    if found is None or found.expires_at <= now:
        raise PayLinkSpent
    return found.payment_id


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
