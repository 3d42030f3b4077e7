"""Changes of submitted applications, as their owner and the desk read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.questionnaires.rules import in_words, said
from app.registration.application_models import RegistrationChange
from app.registration.change_states import PART_LABELS, ChangeState, PartKey
from app.registration.models import Registration
from app.registration.queries.application import LETTER, Application, Asked
from app.registration.rules.application import to_answers, you_from
from app.registration.rules.in_words import LABELS, fact_in_words
from app.regulatory.queries import country_choices
from app.screening.models import Case
from app.screening.states import CaseState


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """One fact before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as the desk reads it; `screening` None: no new name, nothing to screen."""

    id: UUID
    registration_id: UUID
    number: int
    part: PartKey
    label: str
    state: ChangeState
    facts: list[ChangedFact]
    why: str
    proposed_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    reason: str
    case_id: UUID | None
    screening: CaseState | None

    @property
    def is_waiting(self) -> bool:
        return self.state is ChangeState.PROPOSED


def facts_by_part(application: Application, asked: Asked) -> dict[PartKey, dict[str, Any]]:
    """Return the facts of an application, part by part, as plain values."""
    you = you_from(application.answers)
    return {
        PartKey.YOU: to_answers(you) if you else {},
        PartKey.ORGANIZATION: {"organization_id": str(application.organization_id)},
        PartKey.OWNERSHIP: {"owners": [], "is_state_owned": False, **(application.answers.get("ownership") or {})},
        PartKey.AIMS: {
            "seeks": [str(one) for one in application.seeks], "offers": [str(one) for one in application.offers],
            "band": str(application.band), "languages": list(application.languages),
        },
        PartKey.QUESTIONS: _open_answers(asked),
        PartKey.NOMINATION: {"letter": application.answers.get(LETTER)},
    }  # fmt: skip


def _open_answers(asked: Asked) -> dict[str, Any]:
    """Return the answers of the person; what staff filled in is not theirs to change."""
    questions = asked.version.definition.questions() if asked.version else ()
    return {q.key: asked.answers.get(q.key) for q in questions if not q.is_manager_only}


def has_waiting_change() -> ColumnElement[bool]:
    """Return the condition that an application has a change that waits for the desk, for a query of applications."""
    return exists().where(
        RegistrationChange.registration_id == Registration.id, RegistrationChange.state == ChangeState.PROPOSED
    )


def changes_of(
    session: Session, registration_id: UUID, asked: Asked, *, only: UUID | None = None, limit: int = 50,
    countries: Mapping[str, str] | None = None,
) -> list[ChangeRow]:  # fmt: skip
    """Return the changes of an application, or `only` one: those that wait first, then the newest.

    `countries` are names by code, read when not given.
    """
    wanted = (
        select(RegistrationChange, User.name, Case.id, Case.state)
        .outerjoin(User, User.id == RegistrationChange.decided_by)
        .outerjoin(Case, (Case.subject_kind == "registration_change") & (Case.subject_id == RegistrationChange.id))
        .where(RegistrationChange.registration_id == registration_id)
        .order_by(
            (RegistrationChange.state == ChangeState.PROPOSED).desc(), RegistrationChange.number.desc()
        )
        .limit(limit)
    )  # fmt: skip
    if only is not None:
        wanted = wanted.where(RegistrationChange.id == only)
    found = session.execute(wanted).all()
    if not found:
        return []
    countries = countries or dict(country_choices(session))
    names = _organization_names(session, [row[0] for row in found])
    return [_row(*row, asked, countries, names) for row in found]


def change(session: Session, change_id: UUID) -> RegistrationChange | None:
    """Return one change."""
    return session.get(RegistrationChange, change_id)


def _organization_names(session: Session, changes: Iterable[RegistrationChange]) -> dict[str, str]:
    ids = {
        UUID(str(side["organization_id"]))
        for one in changes
        for side in (one.before, one.after)
        if side.get("organization_id")
    }
    found = session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(ids)))
    return {str(key): name for key, name in found}


def _row(
    found: RegistrationChange, decided_by: str | None, case_id: UUID | None, screening: CaseState | None,
    asked: Asked, countries: Mapping[str, str], organizations: Mapping[str, str],
) -> ChangeRow:  # fmt: skip
    part = PartKey(found.part)
    return ChangeRow(
        id=found.id, registration_id=found.registration_id, number=found.number, part=part, label=PART_LABELS[part],
        state=found.state, facts=_facts(part, found, asked, countries, organizations), why=found.why,
        proposed_at=found.proposed_at, decided_at=found.decided_at, decided_by=decided_by, reason=found.reason,
        case_id=case_id, screening=screening,
    )  # fmt: skip


def _facts(
    part: PartKey, found: RegistrationChange, asked: Asked, countries: Mapping[str, str],
    organizations: Mapping[str, str],
) -> list[ChangedFact]:  # fmt: skip
    if part is PartKey.QUESTIONS:
        return [_answer(key, found, asked, countries) for key in found.after]
    return [
        ChangedFact(
            LABELS.get(name, name),
            fact_in_words(name, found.before.get(name), countries=countries, organizations=organizations),
            fact_in_words(name, found.after.get(name), countries=countries, organizations=organizations),
        )
        for name in found.after
        if name != "organization_id" or found.after[name] or not found.after.get("new")
    ]


def _answer(key: str, found: RegistrationChange, asked: Asked, countries: Mapping[str, str]) -> ChangedFact:
    question = asked.version.definition.question(key) if asked.version else None
    if question is None:
        return ChangedFact(key, str(found.before.get(key)), str(found.after.get(key)))
    return ChangedFact(
        said(question.label), in_words(question, found.before.get(key), countries),
        in_words(question, found.after.get(key), countries),
    )  # fmt: skip
