"""Pages of this room."""

from app.accounts.views import account, duplicates, entering, links, organizations, people
from app.accounts.views.blueprint import bp

__all__ = ["account", "bp", "duplicates", "entering", "links", "organizations", "people"]
