"""Pages of this room."""

from app.delegations.views import delegation, letters, lists, members, officers, own, sheets
from app.delegations.views.blueprint import bp

__all__ = ["bp", "delegation", "letters", "lists", "members", "officers", "own", "sheets"]
