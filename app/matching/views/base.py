"""The blueprint of matching and what its pages share."""

from flask import Blueprint, request

from app.core.access import Role, holders
from app.core.db import db
from app.core.errors import NotFound
from app.registration import queries as registration
from app.registration.queries import SummitView

bp = Blueprint("matching", __name__)
ORGANIZERS = holders(Role.ORGANIZER, Role.ADMINISTRATOR)
SPEAKERS = (Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)


def summit() -> SummitView:
    """Return the current summit. Raises NotFound before the first is configured."""
    found = registration.current_summit(db())
    if found is None:
        raise NotFound("No summit is configured yet. An organizer sets it up under Summit settings.")
    return found


def page_number() -> int:
    """Return the page asked for; anything that is no page is the first."""
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def words(name: str = "q") -> str:
    """Return the words searched for."""
    return " ".join(request.args.get(name, "").split())[:100]
