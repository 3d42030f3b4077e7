"""Asking whether a mandate still holds, once, when nobody confirmed it for half a year."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core import audit
from app.notifications import mail
from app.partners.models import Mandate
from app.partners.states import MandateState

NAG = "partners.nag"


def nag_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Mail whoever looks after a mandate that nobody confirmed in time; return how many mails were queued."""
    wanted = (
        select(Mandate, Organization.name, User.email)
        .join(Organization, Organization.id == Mandate.organization_id)
        .join(User, User.id == Mandate.owner_id)
        .where(Mandate.state == MandateState.ACTIVE, Mandate.due_at <= now, Mandate.nagged_at.is_(None))
        .order_by(Mandate.due_at, Mandate.id)
        .limit(limit)
        .with_for_update(of=Mandate)
    )
    rows = session.execute(wanted).all()
    for mandate, organization_name, email in rows:
        mandate.nagged_at = now
        context = {
            "mandate": mandate.name, "organization": organization_name, "path": f"/mandates/{mandate.id}",
            "confirmed_at": (mandate.confirmed_at or now).isoformat(),
        }  # fmt: skip
        mail.queue_mail(session, "partners_stale", to=[email], context=context, now=now)
        audit.record(session, "mandate.reminded", ("mandate", mandate.id), actor_id=None)
    return len(rows)
