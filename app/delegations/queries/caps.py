"""How many places of an organization are used."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.delegations.models import Delegate, Delegation
from app.delegations.rules.caps import Cap, most_delegates
from app.delegations.states import Endorsement
from app.registration.models import Registration
from app.registration.services.moves import settings_in_force
from app.registration.states import ENDED


def cap_of(session: Session, delegation: Delegation) -> Cap:
    """Return how many delegates the organization may endorse and how many it has; who left counts no more."""
    _version, settings = settings_in_force(session, delegation.summit_id)
    comes = or_(Delegate.registration_id.is_(None), Registration.state.not_in(ENDED))
    counted = select(Delegate.endorsement, func.count()).outerjoin(
        Registration, Registration.id == Delegate.registration_id
    )
    counted = counted.where(Delegate.delegation_id == delegation.id, Delegate.removed_at.is_(None), comes)
    found = {row[0]: row[1] for row in session.execute(counted.group_by(Delegate.endorsement))}
    return Cap(
        most_delegates(settings.pools, str(delegation.organization_id)), found.get(Endorsement.ENDORSED, 0),
        found.get(Endorsement.RESERVE, 0),
    )  # fmt: skip
