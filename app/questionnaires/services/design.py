"""Design questionnaires: a draft is edited by several people who notice each other, then published for good."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.questionnaires.models import Questionnaire, QuestionnaireVersion
from app.questionnaires.rules.definition import Definition, Section, definition_from, to_plain
from app.questionnaires.rules.differences import differences
from app.questionnaires.rules.faults import faults
from app.questionnaires.rules.shipped import SHIPPED
from app.questionnaires.states import VersionState

Edit = Callable[[Definition], Definition]
"""One edit of a definition."""
NO_DRAFT = "There is no draft of this questionnaire any more. Open it again to see the version in force."


class EditedMeanwhile(Refused):
    """Somebody else changed the draft after this person opened the page."""

    code = "edited_meanwhile"


def provide_shipped(session: Session, summit_id: UUID, *, now: datetime) -> None:
    """Give a summit the questionnaires that we ship, published; one that it has already is left alone."""
    held = set(session.scalars(select(Questionnaire.key).where(Questionnaire.summit_id == summit_id)))
    for key, (title, definition) in SHIPPED.items():
        if key not in held:
            made = Questionnaire(summit_id=summit_id, key=key, title=title, version=1, created_at=now)
            session.add(made)
            session.flush()
            session.add(
                QuestionnaireVersion(
                    questionnaire_id=made.id, number=1, state=VersionState.PUBLISHED, content=to_plain(definition),
                    edited_at=now, published_at=now,
                )
            )  # fmt: skip
            _record(session, made, "shipped", None)
    session.flush()


def create_questionnaire(
    session: Session, summit_id: UUID, *, key: str, title: str, actor_id: UUID, now: datetime
) -> UUID:
    """Begin a questionnaire with an empty draft; `key` is the name programs call it by."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,38}", key):
        raise InvalidInput("The key has 2 to 39 small letters, digits and hyphens, and begins with a letter.")
    taken = Refused("There is a questionnaire with this key already. Open that one, or choose another key.")
    if session.scalar(select(Questionnaire.id).where(Questionnaire.summit_id == summit_id, Questionnaire.key == key)):
        raise taken
    made = Questionnaire(summit_id=summit_id, key=key, title=_title(title), version=0, created_at=now)
    session.add(made)
    with explained({"uq_questionnaires_summit_id_key": taken}):
        session.flush()
    first = Definition((Section("s1", {"en": title.strip()}),))
    _add_draft(session, made, first, number=1, actor_id=actor_id, now=now)
    _record(session, made, "created", actor_id)
    return made.id


def _title(title: str) -> str:
    if not title.strip() or len(title.strip()) > 120:
        raise InvalidInput("Write a title of at most 120 characters.")
    return title.strip()


def rename(session: Session, questionnaire_id: UUID, *, title: str, actor_id: UUID) -> None:
    """Give a questionnaire another title, as organizers read it."""
    found = _locked(session, questionnaire_id)
    if found.title != _title(title):
        found.title = _title(title)
        _record(session, found, "renamed", actor_id)


def open_draft(session: Session, questionnaire_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Begin a draft as a copy of the version in force; one that was begun before is gone on with."""
    found = _locked(session, questionnaire_id)
    if _draft(session, found.id) is not None:
        return
    last = session.scalar(select(func.max(QuestionnaireVersion.number)).where(_of(found.id))) or 0
    held = select(QuestionnaireVersion.content).where(_of(found.id), QuestionnaireVersion.number == found.version)
    content = session.scalar(held)
    definition = definition_from(content) if content else Definition()
    _add_draft(session, found, definition, number=last + 1, actor_id=actor_id, now=now)
    _record(session, found, "draft_begun", actor_id)


def _add_draft(
    session: Session, of: Questionnaire, definition: Definition, *, number: int, actor_id: UUID, now: datetime
) -> None:
    session.add(
        QuestionnaireVersion(
            questionnaire_id=of.id, number=number, state=VersionState.DRAFT, content=to_plain(definition),
            edited_by=actor_id, edited_at=now,
        )
    )  # fmt: skip
    session.flush()


def change_draft(
    session: Session, questionnaire_id: UUID, edit: Edit, *, what: str, seen_edits: int,
    actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Apply one edit to the draft; `what` names it for the record.

    Raises EditedMeanwhile when the draft was changed since `seen_edits`: nothing is overwritten.
    """
    found = _locked(session, questionnaire_id)
    draft = _seen_draft(session, found.id, seen_edits)
    draft.content = to_plain(edit(definition_from(draft.content)))
    draft.edits += 1
    draft.edited_by, draft.edited_at = actor_id, now
    session.flush()
    _record(session, found, "edited", actor_id, what)


def discard_draft(session: Session, questionnaire_id: UUID, *, seen_edits: int, actor_id: UUID) -> None:
    """Throw the draft away; the version in force stays."""
    found = _locked(session, questionnaire_id)
    session.delete(_seen_draft(session, found.id, seen_edits))
    session.flush()
    _record(session, found, "draft_discarded", actor_id)


def publish(
    session: Session, questionnaire_id: UUID, *, seen_edits: int, actor_id: UUID, now: datetime,
    participant_types: Mapping[str, str], countries: Mapping[str, str],
) -> int:  # fmt: skip
    """Put the draft in force and return its number. Refuses while anything in it is at fault or nothing changed.

    Whoever answered before keeps their answers and the version they answered.
    """
    found = _locked(session, questionnaire_id)
    draft = _seen_draft(session, found.id, seen_edits)
    definition = definition_from(draft.content)
    if wrong := faults(definition, participant_types=participant_types, countries=countries):
        raise Refused(f"This cannot be published yet: {wrong[0].message}")
    held = select(QuestionnaireVersion.content).where(_of(found.id), QuestionnaireVersion.number == found.version)
    content = session.scalar(held)
    if content and not differences(definition_from(content), definition):
        raise Refused("The draft is the same as the version in force. Change something, or discard it.")
    before = f"version {found.version}"
    draft.state, draft.published_by, draft.published_at = VersionState.PUBLISHED, actor_id, now
    found.version = draft.number
    session.flush()
    audit.record(
        session, "questionnaire.published", ("questionnaire", found.id), actor_id=actor_id, before=before,
        after=f"version {found.version}", detail={"key": found.key},
    )  # fmt: skip
    return found.version


def _locked(session: Session, questionnaire_id: UUID) -> Questionnaire:
    found = session.get(Questionnaire, questionnaire_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("That questionnaire does not exist.")
    return found


def _of(questionnaire_id: UUID) -> ColumnElement[bool]:
    return QuestionnaireVersion.questionnaire_id == questionnaire_id


def _draft(session: Session, questionnaire_id: UUID) -> QuestionnaireVersion | None:
    wanted = select(QuestionnaireVersion).where(_of(questionnaire_id), QuestionnaireVersion.state == VersionState.DRAFT)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _seen_draft(session: Session, questionnaire_id: UUID, seen_edits: int) -> QuestionnaireVersion:
    draft = _draft(session, questionnaire_id)
    if draft is None:
        raise NotFound(NO_DRAFT)
    if draft.edits != seen_edits:
        raise EditedMeanwhile(
            "Somebody else changed this draft after you opened the page, so your change was not made. "
            "Look at the draft as it is now, then repeat yours."
        )
    return draft


def _record(session: Session, about: Questionnaire, verb: str, actor_id: UUID | None, reason: str = "") -> None:
    audit.record(
        session, f"questionnaire.{verb}", ("questionnaire", about.id), actor_id=actor_id, reason=reason,
        detail={"key": about.key},
    )  # fmt: skip
