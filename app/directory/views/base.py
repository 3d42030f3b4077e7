"""The blueprint of the directory and what its pages share."""

from collections.abc import Callable

from flask import Blueprint

from app.core.access import COMPANY, Principal, Role, holders, principal_or_none
from app.core.db import db
from app.core.errors import NotFound
from app.directory import queries
from app.directory.queries import EntryView
from app.directory.queries.content import NO_ENTRY
from app.directory.queries.parts import EntryPart
from app.directory.states import Tier

bp = Blueprint("directory", __name__)


# Filled where the rooms are put together: what stands beside an entry for its reader, in this order.
entry_parts: list[Callable[[EntryView, Principal | None], EntryPart | None]] = []
EDITORS = (Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)
COMPANY_PEOPLE = holders(*COMPANY)
COMPANY_EDITORS = holders(*EDITORS)
REVIEWERS = holders(*queries.REVIEWERS)


def whole(text: str | None) -> int:
    """Return a small whole number that a hidden field carried; anything else is 0."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def tier_of(person: Principal | None) -> Tier:
    """Return how much the person of this request sees, as things stand now."""
    return queries.reader_tier(db(), person.user_id if person else None, person.roles if person else ())


def seen_entry(key: str) -> EntryView:
    """Return an entry as the person of this request may see it. Raises NotFound."""
    found = queries.entry_for(db(), key, principal_or_none())
    if found is None:
        raise NotFound(NO_ENTRY)
    return found
