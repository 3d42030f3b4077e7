"""The blueprint of this room, and what its pages share."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint

from app.core.access import Role, principal
from app.core.db import db
from app.core.errors import NotFound
from app.delegations.models import Delegation
from app.delegations.queries.pages import DelegateRow, DelegationView, delegate, delegation_view
from app.delegations.queries.who import LEADS, NO_DELEGATION, may_see
from app.registration import queries as registration
from app.registration.queries import SummitView

bp = Blueprint("delegations", __name__)
SEES_MONEY = frozenset({Role.FINANCE, Role.ORGANIZER})
GOOD, WARN = "good", "warn"
TONES = {"endorsed": GOOD, "waiting": WARN, "reserve": "info", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class Open:
    """A delegation that somebody has opened, and whether they may change it."""

    delegation: Delegation
    view: DelegationView
    summit: SummitView
    may_change: bool

    @property
    def id(self) -> UUID:
        return self.delegation.id

    @property
    def may_see_invoices(self) -> bool:
        """Tell whether the reader sees what the organization is invoiced: its own leads, finance and organizers."""
        reader = principal()
        return self.view.organization_id in reader.organizations(*LEADS) or bool(reader.roles & SEES_MONEY)


def opened(delegation_id: UUID, *, to_change: bool = False) -> Open:
    """Return a delegation to who may see it. Raises NotFound for others, and for who may only look when changing."""
    found, house, may_change = may_see(db(), delegation_id, principal())
    summit = registration.summit_view(db(), found.summit_id)
    if summit is None or (to_change and not may_change):
        raise NotFound(NO_DELEGATION)
    return Open(found, delegation_view(db(), found, house, summit), summit, may_change)


def member(of: Open, delegate_id: UUID) -> DelegateRow:
    """Return a delegate of an opened delegation. Raises NotFound."""
    found = delegate(db(), of.summit, of.id, delegate_id)
    if found is None:
        raise NotFound("That person is not in this delegation any more.")
    return found
