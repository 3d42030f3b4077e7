"""Who acts for organizations they do not belong to, such as commercial officers of embassies: granted by organizers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.rules import normal_email
from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.delegations.models import FocalGrant
from app.notifications.mail import queue_mail


def grant(
    session: Session, *, email: str, organization_id: UUID | None, country: str | None, reason: str, actor_id: UUID,
    now: datetime,
) -> FocalGrant:  # fmt: skip
    """Let somebody act as focal point of one organization, or of every organization of a country.

    Nobody grants it to themselves. Raises InvalidInput naming what is wrong, Refused when it is held already.
    """
    user = session.scalars(select(User).where(User.email == normal_email(email))).one_or_none()
    if user is None or user.suspended_at is not None:
        raise InvalidInput("Nobody signs in with that address. Ask them to create an account first.")
    if user.id == actor_id:
        raise Refused("Nobody grants this to themselves. Ask another organizer.")
    if (organization_id is None) == (country is None):
        raise InvalidInput("Choose a country, or one organization.")
    if not reason.strip():
        raise InvalidInput("Say why in a few words: the reason goes on the record.")
    made = FocalGrant(
        user_id=user.id, organization_id=organization_id, country=country, reason=reason.strip(), granted_at=now,
        granted_by_id=actor_id,
    )  # fmt: skip
    session.add(made)
    held = Refused("They have this already.")
    with explained({"uq_focal_grants_organization": held, "uq_focal_grants_country": held}):
        session.flush()
    house = session.get(Organization, organization_id) if organization_id else None
    said = house.name if house else f"every organization of {country}"
    words = {"name": user.name, "change": f"You now act as focal point for {said}."}
    queue_mail(session, "accounts_role_changed", [user.email], words, now=now)
    audit.record(
        session, "focal_grant.made", ("user", user.id), actor_id=actor_id, reason=reason.strip(),
        detail={"organization": str(organization_id or ""), "country": country or ""},
    )  # fmt: skip
    return made


def revoke(session: Session, grant_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """End a grant, from the person's next request on."""
    found = session.get(FocalGrant, grant_id, with_for_update=True)
    if found is None or found.revoked_at is not None:
        raise NotFound("That grant has ended already.")
    found.revoked_at, found.revoked_by_id = now, actor_id
    user = session.get_one(User, found.user_id)
    words = {"name": user.name, "change": "You no longer act as focal point for organizations you do not belong to."}
    queue_mail(session, "accounts_role_changed", [user.email], words, now=now)
    audit.record(session, "focal_grant.revoked", ("user", user.id), actor_id=actor_id)
