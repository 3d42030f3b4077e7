"""What the desk reads of an application beside its fixed facts: designed questions, the declaration, changes."""

from typing import Any

from app.core.db import db
from app.questionnaires.rules import answers_in_words
from app.registration.queries.application import LETTER, asked_of, declared
from app.registration.queries.changes import changes_of
from app.registration.queries.desk import DeskPage


def asked_and_changed(page: DeskPage) -> dict[str, Any]:
    """Return what `registration/_asked.html` shows."""
    mine = page.registration
    asked = asked_of(db(), mine)
    sections, staff_fill_in = [], False
    if asked.version is not None:
        definition = asked.version.definition
        sections = answers_in_words(definition, asked.answers, asked.facts, countries=page.countries, is_staff=True)
        staff_fill_in = any(question.is_manager_only for question in definition.questions())
    return {
        "asked_sections": sections, "staff_fill_in": staff_fill_in, "declared": declared(db(), mine.id),
        "changes": changes_of(db(), mine.id, asked, countries=page.countries), "own_letter": mine.answers.get(LETTER),
    }  # fmt: skip
