"""Makers of questionnaires and of changes of applications."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import clock
from app.questionnaires import queries, services
from app.questionnaires.queries import VersionRow
from app.questionnaires.rules import Condition, Definition, Option, Question, Section
from app.questionnaires.rules.shipped import APPLICATION
from app.questionnaires.states import Operator, QuestionType
from app.registration.application_models import RegistrationChange
from app.registration.change_states import ChangeState, PartKey
from app.registration.states import RegistrationState
from tests.factories import accounts
from tests.factories import registration as registrations

T = QuestionType
TYPES = {"partner": "Foreign partner", "media": "Media", "government": "Government or agency"}
COUNTRIES = {"JP": "Japan", "FR": "France", "US": "United States"}


def question(key: str = "q1", kind: QuestionType = T.SHORT_TEXT, label: str = "", **facts: Any) -> Question:
    """A question that can be asked."""
    if kind in (T.ONE_OF, T.SEVERAL_OF) and "options" not in facts:
        facts["options"] = (Option("a", {"en": "Alpha"}), Option("b", {"en": "Beta"}))
    return Question(key, kind, {"en": label or f"Question {key}"}, **facts)


def definition(*questions: Question, **facts: Any) -> Definition:
    """One section with these questions."""
    return Definition((Section("s1", {"en": "Section"}, questions=questions),), **facts)


def when(source: str, *values: str, operator: Operator = Operator.IS) -> tuple[Condition, ...]:
    """One condition."""
    return (Condition(source, operator, values),)


def draft(session: Session, summit_id: UUID, key: str = APPLICATION) -> VersionRow:
    """The draft of a shipped questionnaire."""
    found = next(row for row in queries.questionnaires(session, summit_id) if row.key == key)
    services.open_draft(session, found.id, actor_id=accounts.user(session).id, now=clock.now())
    made = queries.draft(session, found.id)
    assert made is not None
    return made


def published(session: Session, summit_id: UUID, content: Definition, key: str = APPLICATION) -> VersionRow:
    """Put `content` in force."""
    begun = draft(session, summit_id, key)
    organizer = accounts.user(session).id
    services.change_draft(
        session, begun.questionnaire_id, lambda _d: content, what="all", seen_edits=begun.edits, actor_id=organizer,
        now=clock.now(),
    )  # fmt: skip
    services.publish(
        session, begun.questionnaire_id, seen_edits=begun.edits + 1, actor_id=organizer, now=clock.now(),
        participant_types=TYPES, countries=COUNTRIES,
    )  # fmt: skip
    made = queries.current(session, key, summit_id)
    assert made is not None
    return made


def proposed_change(session: Session) -> RegistrationChange:
    """A confirmed participant asks to leave."""
    made = registrations.registration(session, state=RegistrationState.CONFIRMED)
    change = RegistrationChange(
        registration_id=made.id, number=1, part=PartKey.WITHDRAWAL.value, state=ChangeState.PROPOSED, before={},
        after={}, why="Ill.", proposed_by=made.user_id, proposed_at=clock.now(),
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change
