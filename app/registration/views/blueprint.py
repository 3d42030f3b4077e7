"""The blueprint of this room, and what its pages share."""

from flask import Blueprint

from app.core.db import db
from app.registration import queries
from app.registration.queries import SummitView

bp = Blueprint("registration", __name__)


def summit_now() -> SummitView:
    """Return the current summit. Raises NoSummitYet before the first is configured."""
    return queries.the_summit(db())
