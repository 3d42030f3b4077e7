"""Pages of this room."""

from app.accounts.views import account, entering, links, organizations, people
from app.accounts.views.blueprint import bp

__all__ = ["account", "bp", "entering", "links", "organizations", "people"]
