"""An application as it is filled in: the questions it is asked, what is missing, what stands in its inputs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.questionnaires import queries as questionnaires
from app.questionnaires.queries import VersionRow
from app.questionnaires.rules import Facts, missing, said
from app.questionnaires.rules.shipped import APPLICATION, DECLARATION
from app.registration.application_models import RegistrationDeclaration, RegistrationDraft
from app.registration.change_states import PART_LABELS, PartKey
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.queries.people import RegistrationRow
from app.registration.rules.application import PARTS, Aims, you_from
from app.registration.rules.summit import SummitSettings
from app.registration.states import RegistrationState

Application = Registration | RegistrationRow
LETTER = "nomination_letter"
"""The key under which an application keeps its nomination letter."""

letters_elsewhere: list[Callable[[Session, Application], bool]] = []
"""Each tells whether a nomination letter given elsewhere, such as a delegation's, names this person."""
letters_to_come: list[Callable[[Session, Application], bool]] = []
"""Each tells whether somebody else, such as a focal point, can still give the nomination letter of this person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The designed questions of an application and what was answered; `version` None asks nothing."""

    version: VersionRow | None
    answers: dict[str, Any]
    facts: Facts
    edits: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that an application needs before it is submitted; `question` is the key of a designed one."""

    part: PartKey
    words: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class PageInputs:
    """What stands in the inputs of a page; `edits` counts its saves, `inputs` is empty after one in earnest."""

    inputs: dict[str, list[str]]
    edits: int
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a person declared, under which name and when."""

    words: str
    name: str
    declared_at: datetime


def facts_of(application: Application) -> Facts:
    """Return what conditions may look at beside the answers."""
    return Facts(str(application.participant_type or ""), application.country or "")


def asked_of(session: Session, application: Application) -> Asked:
    """Return what an application is asked: a draft the version in force, later ones the version they answered."""
    kept = questionnaires.reply(session, APPLICATION, KIND, application.id)
    version = kept.version if kept else None
    if version is None or application.state is RegistrationState.DRAFT:
        version = questionnaires.current(session, APPLICATION, application.summit_id)
    return Asked(version, kept.answers if kept else {}, facts_of(application), kept.edits if kept else 0)


def declaration_of(asked: Asked) -> str:
    """Return what the person declares when they submit."""
    return (said(asked.version.definition.declaration) if asked.version else "") or DECLARATION


def needs_letter(settings: SummitSettings, application: Application) -> bool:
    """Tell whether people of this type bring a nomination letter."""
    return application.participant_type is not None and application.participant_type in settings.nomination_types


def nomination_missing(session: Session, application: Application, settings: SummitSettings) -> str | None:
    """Return a sentence when this type needs a nomination letter and neither the person nor somebody else gave one."""
    if not needs_letter(settings, application) or application.answers.get(LETTER):
        return None
    if any(given(session, application) for given in letters_elsewhere):
        return None
    return "The nomination letter is missing: the person's own, or one of their delegation that names them."


def is_letter_left_to_others(session: Session, application: Application) -> bool:
    """Tell whether an application may be submitted without a nomination letter: somebody else gave it or can."""
    return any(given(session, application) for given in (*letters_elsewhere, *letters_to_come))


def whats_missing(
    settings: SummitSettings, application: Application, asked: Asked, *, without_letter: bool = False
) -> list[Missing]:
    """Return what must be filled in before the application is submitted, in the order of its pages.

    `without_letter` when somebody else gives the nomination letter.
    """
    has = {
        PartKey.YOU: you_from(application.answers) is not None,
        PartKey.ORGANIZATION: application.organization_id is not None,
        PartKey.OWNERSHIP: "ownership" in application.answers,
        PartKey.AIMS: application.steps_saved > PARTS.index(Aims),
    }
    found = [Missing(part, PART_LABELS[part]) for part, is_there in has.items() if not is_there]
    if not without_letter and needs_letter(settings, application) and not application.answers.get(LETTER):
        found.append(Missing(PartKey.NOMINATION, "The nomination letter"))
    if asked.version:
        found += [
            Missing(PartKey.QUESTIONS, said(question.label), question.key)
            for question in missing(asked.version.definition, asked.answers, asked.facts)
        ]
    return found


def page_inputs(session: Session, registration_id: UUID, page: str) -> PageInputs:
    """Return what stands in the inputs of a page, as it was typed."""
    wanted = select(RegistrationDraft.inputs, RegistrationDraft.edits, RegistrationDraft.saved_at).where(
        RegistrationDraft.registration_id == registration_id, RegistrationDraft.page == page
    )
    row = session.execute(wanted).one_or_none()
    return PageInputs(*row) if row else PageInputs({}, 0, None)


def pages_in_progress(session: Session, registration_id: UUID) -> set[str]:
    """Return the pages with something typed that was not saved in earnest yet."""
    wanted = select(RegistrationDraft.page, RegistrationDraft.inputs).where(
        RegistrationDraft.registration_id == registration_id
    )
    return {page for page, inputs in session.execute(wanted) if inputs}


def declared(session: Session, registration_id: UUID) -> Declared | None:
    """Return what the person declared last."""
    wanted = (
        select(RegistrationDeclaration)
        .where(RegistrationDeclaration.registration_id == registration_id)
        .order_by(RegistrationDeclaration.declared_at.desc())
    )
    found = session.scalars(wanted.limit(1)).first()
    return Declared(found.words, found.name, found.declared_at) if found else None
