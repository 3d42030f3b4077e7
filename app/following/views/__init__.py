"""Pages of following: saved searches, one's own list, a team's notes on an entry, and the end of a mail."""

from app.following.views import entry_part, kept, notes, searches, stopping
from app.following.views.blueprint import bp

__all__ = ["bp", "entry_part", "kept", "notes", "searches", "stopping"]
