"""Reads of this room; other rooms use the names listed here."""

from app.delegations.queries.desk import EndorsementRow, endorsement_of, is_endorsed, is_unendorsed
from app.delegations.queries.pages import DelegationRow, DelegationView, delegations_of, every_delegation
from app.delegations.queries.who import acts_for, may_see

__all__ = [
    "DelegationRow",
    "DelegationView",
    "EndorsementRow",
    "acts_for",
    "delegations_of",
    "endorsement_of",
    "every_delegation",
    "is_endorsed",
    "is_unendorsed",
    "may_see",
]
