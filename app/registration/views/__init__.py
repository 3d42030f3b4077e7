"""Pages of this room."""

from app.registration.views import apply, desk, door, status, summit
from app.registration.views.blueprint import bp

__all__ = ["apply", "bp", "desk", "door", "status", "summit"]
