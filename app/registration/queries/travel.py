"""Reads of the travel form: one's own, who has not filled it in, the organizers' list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.paging import Page, paginate
from app.questionnaires import queries as questionnaires
from app.questionnaires.models import Questionnaire, QuestionnaireReply
from app.questionnaires.queries import VersionRow
from app.questionnaires.rules import Facts, Question
from app.questionnaires.rules.shipped import TRAVEL
from app.questionnaires.states import QuestionType
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.rules.travel import stage_due
from app.registration.states import ParticipantType, RegistrationState
from app.registration.visa_models import TravelReminder
from app.registration.visa_states import INVITED

T = QuestionType
FILTERED = (T.YES_NO, T.ONE_OF)
SHORT = (T.DATE, T.YES_NO, T.ONE_OF, T.SHORT_TEXT, T.NUMBER, T.COUNTRY)
MOST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class TravelReply:
    """What a person is asked, answered, and how often and when it was saved; `version` None asks nothing."""

    version: VersionRow | None
    answers: dict[str, Any]
    edits: int
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Traveller:
    """Somebody who comes, with what they answered; `saved_at` is None while they answered nothing."""

    registration_id: UUID
    number: int
    name: str
    email: str
    organization: str
    country: str
    participant_type: ParticipantType
    state: RegistrationState
    answers: dict[str, Any]
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which travellers: by whether they answered, by one answer, by words in name or organization."""

    answered: bool | None = None
    question: str = ""
    value: str = ""
    search: str = ""


def travel_reply(session: Session, summit_id: UUID, registration_id: UUID) -> TravelReply:
    """Return the version in force and what the person answered so far, to this or an earlier one."""
    version = travel_version(session, summit_id)
    wanted = (
        select(QuestionnaireReply.answers, QuestionnaireReply.edits, QuestionnaireReply.saved_at)
        .join(Questionnaire, Questionnaire.id == QuestionnaireReply.questionnaire_id)
        .where(Questionnaire.summit_id == summit_id, Questionnaire.key == TRAVEL)
        .where(QuestionnaireReply.subject_kind == KIND, QuestionnaireReply.subject_id == registration_id)
    )
    kept = session.execute(wanted).one_or_none()
    return TravelReply(version, dict(kept[0]), kept[1], kept[2]) if kept else TravelReply(version, {}, 0, None)


def travel_version(session: Session, summit_id: UUID) -> VersionRow | None:
    """Return what is asked about travel now, None when nothing is."""
    return questionnaires.current(session, TRAVEL, summit_id)


def columns(version: VersionRow | None) -> list[Question]:
    """Return the questions that fit into a list: short, not about a person's needs, the first few."""
    if version is None:
        return []
    fit = [q for q in version.definition.questions() if q.type in SHORT and not q.is_personal and not q.is_manager_only]
    return fit[:MOST_COLUMNS]


def filters(version: VersionRow | None) -> list[Question]:
    """Return the questions whose answers a list can be cut down to."""
    return [q for q in version.definition.questions() if q.type in FILTERED] if version else []


def travellers(
    session: Session, summit_id: UUID, version: VersionRow | None, wanted: Wanted, *, number: int = 1
) -> Page[Traveller]:
    """Return those who hold a place, by name."""
    return paginate(session, _listed(summit_id, version, wanted), _traveller, number=number)


def every_traveller(
    session: Session, summit_id: UUID, version: VersionRow | None, wanted: Wanted
) -> Iterator[Traveller]:
    """Yield all of them, for an export."""
    for row in session.execute(_listed(summit_id, version, wanted).execution_options(yield_per=500)):
        yield _traveller(*row)


def traveller(session: Session, summit_id: UUID, registration_id: UUID) -> Traveller | None:
    """Return one of them, None for somebody who holds no place."""
    wanted = _listed(summit_id, None, Wanted()).where(Registration.id == registration_id)
    row = session.execute(wanted).one_or_none()
    return _traveller(*row) if row else None


def facts(person: Traveller) -> Facts:
    """Return what conditions of questions may look at beside the answers."""
    return Facts(str(person.participant_type or ""), person.country or "")


def counts(session: Session, summit_id: UUID) -> tuple[int, int]:
    """Return how many hold a place, and how many of them filled the form in."""
    reply = _reply_of(summit_id)
    wanted = select(func.count(Registration.id), func.count(reply.c.saved_at)).outerjoin(
        reply, reply.c.subject_id == Registration.id
    )
    row = session.execute(wanted.where(Registration.summit_id == summit_id, Registration.state.in_(INVITED))).one()
    return row[0], row[1]


def to_remind(session: Session, summit_id: UUID, begins_at: datetime, *, now: datetime) -> list[tuple[UUID, str]]:
    """Return who is confirmed, answered nothing and is to be reminded now, and of which time for it this is."""
    reply = _reply_of(summit_id)
    sent = select(TravelReminder.registration_id, TravelReminder.stage)
    done = {(row[0], row[1]) for row in session.execute(sent)}
    empty = (
        select(Registration.id, Registration.confirmed_at)
        .outerjoin(reply, reply.c.subject_id == Registration.id)
        .where(
            Registration.summit_id == summit_id, Registration.state == RegistrationState.CONFIRMED,
            reply.c.saved_at.is_(None),
        )
        .order_by(Registration.id)
    )  # fmt: skip
    stages = ((one, stage_due(at, begins_at, now)) for one, at in session.execute(empty) if at is not None)
    return [(one, stage) for one, stage in stages if stage is not None and (one, stage) not in done]


def _reply_of(summit_id: UUID) -> Any:
    return (
        select(QuestionnaireReply.subject_id, QuestionnaireReply.answers, QuestionnaireReply.saved_at)
        .join(Questionnaire, Questionnaire.id == QuestionnaireReply.questionnaire_id)
        .where(
            Questionnaire.summit_id == summit_id, Questionnaire.key == TRAVEL, QuestionnaireReply.subject_kind == KIND
        )
        .subquery()
    )


def _listed(summit_id: UUID, version: VersionRow | None, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    reply = _reply_of(summit_id)
    found: Select[*tuple[Any, ...]] = (
        select(
            Registration.id, Registration.number, User.name, User.email, func.coalesce(Organization.name, ""),
            Registration.country, Registration.participant_type, Registration.state, reply.c.answers,
            reply.c.saved_at,
        )
        .join(User, User.id == Registration.user_id)
        .outerjoin(Organization, Organization.id == Registration.organization_id)
        .outerjoin(reply, reply.c.subject_id == Registration.id)
        .where(Registration.summit_id == summit_id, Registration.state.in_(INVITED))
    )  # fmt: skip
    if wanted.answered is not None:
        found = found.where(reply.c.saved_at.is_not(None) if wanted.answered else reply.c.saved_at.is_(None))
    if (chosen := _chosen(version, wanted, reply.c.answers)) is not None:
        found = found.where(chosen)
    if wanted.search:
        named = (column.icontains(wanted.search, autoescape=True) for column in (User.name, Organization.name))
        found = found.where(_any(*named))
    return found.order_by(User.name, Registration.id)


def _any(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    first, *others = conditions
    for other in others:
        first = first | other
    return first


def _chosen(version: VersionRow | None, wanted: Wanted, answers: Any) -> ColumnElement[bool] | None:
    """Return the condition that an answer is the wanted one; None when no such question is asked."""
    question = next((q for q in filters(version) if q.key == wanted.question), None)
    if question is None or not wanted.value:
        return None
    held = answers[question.key]
    if question.type is T.YES_NO:
        return and_(held.is_not(None), held.as_boolean().is_(wanted.value == "yes"))
    chosen: ColumnElement[bool] = held.as_string() == wanted.value
    return chosen


def _traveller(*row: Any) -> Traveller:
    known: tuple[Any, ...] = (*row[:-2], dict(row[-2] or {}), row[-1])
    return Traveller(*known)
