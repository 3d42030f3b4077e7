"""Pages of this room: rankings of both sides, match runs."""

from app.matching.views import ranking, runs
from app.matching.views.base import bp

__all__ = ["bp", "ranking", "runs"]
