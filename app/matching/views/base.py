"""The blueprint of matching and what its pages share."""

from flask import Blueprint

from app.core.access import Role, holders
from app.core.db import db
from app.registration import queries as registration
from app.registration.queries import SummitView

bp = Blueprint("matching", __name__)
ORGANIZERS = holders(Role.ORGANIZER, Role.ADMINISTRATOR)
SPEAKERS = (Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)


def summit() -> SummitView:
    """Return the current summit. Raises NoSummitYet before the first is configured."""
    return registration.the_summit(db())
