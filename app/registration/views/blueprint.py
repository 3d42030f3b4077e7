"""The blueprint of this room, and what its pages share."""

from flask import Blueprint

from app.core.db import db
from app.core.errors import NotFound
from app.registration import queries
from app.registration.queries import SummitView

bp = Blueprint("registration", __name__)


def summit_now() -> SummitView:
    """Return the current summit. Raises NotFound before the first is configured."""
    found = queries.current_summit(db())
    if found is None:
        raise NotFound("No summit has been set up yet. Come back later.")
    return found
