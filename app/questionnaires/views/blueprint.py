"""The blueprint of this room, what a higher room tells it, and what its pages share."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from app.core.access import Role, holders
from app.core.db import db
from app.core.errors import NotFound
from app.questionnaires import queries
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import VersionRow
from app.questionnaires.services.design import NO_DRAFT

bp = Blueprint("questionnaires", __name__)
ORGANIZERS = holders(Role.ORGANIZER)

participant_types: dict[str, str] = {}
"""As what people can come, with the words for it; filled where the rooms are put together."""
summit_of: list[Callable[[Session], UUID]] = []
"""How to find the summit whose questionnaires are designed; filled where the rooms are put together."""


def summit_id() -> UUID:
    """Return the summit in hand."""
    return summit_of[0](db())


def found(questionnaire_id: UUID) -> Questionnaire:
    """Return a questionnaire of the summit in hand. Raises NotFound."""
    row = queries.questionnaire(db(), questionnaire_id)
    if row is None or row.summit_id != summit_id():
        raise NotFound("That questionnaire does not exist.")
    return row


def draft_of(questionnaire_id: UUID) -> VersionRow:
    """Return the draft of a questionnaire of the summit in hand. Raises NotFound."""
    draft = queries.draft(db(), found(questionnaire_id).id)
    if draft is None:
        raise NotFound(NO_DRAFT)
    return draft
