"""The blueprint of following and what its pages share."""

from flask import Blueprint

from app.core.access import Principal
from app.core.db import db
from app.core.errors import NotFound
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.directory.queries.content import NO_ENTRY
from app.directory.states import Tier

bp = Blueprint("following", __name__)


def tier_of(person: Principal) -> Tier:
    """Return how much a person may see, as things stand now."""
    return directory.reader_tier(db(), person.user_id, person.roles)


def shown_row(key: str, person: Principal) -> EntryRow:
    """Return an entry that a person may see: shown to everyone, or their own company's. Raises NotFound."""
    found = directory.entry(db(), key=key, tier=Tier.PUBLIC, own=person.organizations())
    if found is None:
        raise NotFound(NO_ENTRY)
    return found.row


def teams(person: Principal) -> dict[str, str]:
    """Return the organizations for which a person may keep notes, by id."""
    return {str(one.organization_id): one.organization_name for one in person.memberships}
