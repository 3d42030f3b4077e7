"""Pages of this room."""

from app.invoicing.views import bank, entries, group, papers, payouts, transfer
from app.invoicing.views.base import bp

__all__ = ["bank", "bp", "entries", "group", "papers", "payouts", "transfer"]
