"""Pages of this room, and the door API."""

from app.door.views import api, attendance, badge, badges, desk, devices, scanner
from app.door.views.blueprint import bp

__all__ = ["api", "attendance", "badge", "badges", "bp", "desk", "devices", "scanner"]
