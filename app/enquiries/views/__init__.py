"""Pages of this room: asking, the desk, a company's export officer, and what everyone may read."""

from app.enquiries.views import desk, mine, officer, shown
from app.enquiries.views.base import bp

__all__ = ["bp", "desk", "mine", "officer", "shown"]
