"""How many places of an organization are used."""

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.delegations.models import Delegate, Delegation
from app.delegations.rules.caps import Cap, most_delegates
from app.delegations.states import Endorsement
from app.registration.models import Registration
from app.registration.rules.summit import SummitSettings
from app.registration.services.moves import settings_in_force
from app.registration.states import ENDED


def cap_of(session: Session, delegation: Delegation) -> Cap:
    """Return how many delegates the organization may endorse and how many it has; who left counts no more."""
    _version, settings = settings_in_force(session, delegation.summit_id)
    return cap_and_counts(session, delegation, settings)[0]


def cap_and_counts(
    session: Session, delegation: Delegation, settings: SummitSettings
) -> tuple[Cap, dict[Endorsement, int]]:
    """Return the cap, and how many delegates stand where, those counted too who left."""
    comes = or_(Delegate.registration_id.is_(None), Registration.state.not_in(ENDED))
    counted = (
        select(Delegate.endorsement, func.count(), func.sum(case((comes, 1), else_=0)))
        .outerjoin(Registration, Registration.id == Delegate.registration_id)
        .where(Delegate.delegation_id == delegation.id, Delegate.removed_at.is_(None))
    )
    found = {row[0]: (row[1], row[2]) for row in session.execute(counted.group_by(Delegate.endorsement))}
    counts = {one: found.get(one, (0, 0)) for one in Endorsement}
    most = most_delegates(settings.pools, str(delegation.organization_id))
    cap = Cap(most, counts[Endorsement.ENDORSED][1], counts[Endorsement.RESERVE][1])
    return cap, {one: counted for one, (counted, _comes) in counts.items()}
