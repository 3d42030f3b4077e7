"""Pages of this room: my meetings, my agenda, the organizers' timetable."""

from app.scheduling.views import agenda, meetings, timetable
from app.scheduling.views.base import bp

__all__ = ["agenda", "bp", "meetings", "timetable"]
