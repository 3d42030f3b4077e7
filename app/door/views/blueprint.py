"""The blueprint of this room, and what its pages share."""

from flask import Blueprint

from app.core.access import Role, holders
from app.core.db import db
from app.registration import queries as registrations
from app.registration.queries import SummitView
from app.regulatory.queries import country_choices

bp = Blueprint("door", __name__)

ORGANIZERS = holders(Role.ORGANIZER)
DOOR = holders(Role.DOOR_STAFF, Role.ORGANIZER)
FIRST_GATE = "Main entrance"


def market_choices(summit: SummitView) -> list[tuple[str, str]]:
    """Return the markets that applications came from, as a list to choose from; all of them come first."""
    names = dict(country_choices(db()))
    found = [(key, names.get(key, key)) for key in registrations.markets(db(), summit.id)]
    return [("", "All markets"), *sorted(found, key=lambda one: one[1])]


def summit_now() -> SummitView:
    """Return the current summit. Raises NoSummitYet before the first is configured."""
    return registrations.the_summit(db())
