"""What this installation allows, read at the edge and handed to services as values."""

from app.config import Environment
from app.core.settings import settings


def list_age_limit() -> int | None:
    """Return how old, in days, the screening list may be when a place is given; None in a demonstration."""
    chosen = settings()
    return None if chosen.environment is Environment.DEMO else chosen.screening_list_max_age_days
