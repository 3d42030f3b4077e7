"""The words of letters: those in force, every version, and the letters about one application."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.registration.desk_models import DecisionLetter, LetterTemplate
from app.registration.rules.letters import SHIPPED, Words
from app.registration.states import LetterKind, LetterState


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One version of the words of a letter; an empty body means the words we ship were put back."""

    version: int
    subject: str
    body: str
    made_by: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter about a decision: `wording` is None while the words in force are to be used."""

    id: UUID
    registration_id: UUID
    kind: LetterKind
    state: LetterState
    wording: Words | None
    facts: dict[str, str]
    made_by: str | None
    made_at: datetime
    leaves_at: datetime
    closed_at: datetime | None


def words_in_force(session: Session, summit_id: UUID, kind: LetterKind) -> Words:
    """Return the newest words for a kind of letter, those we ship when organizers wrote none."""
    newest = select(LetterTemplate.subject, LetterTemplate.body).where(
        LetterTemplate.summit_id == summit_id, LetterTemplate.kind == kind
    )
    row = session.execute(newest.order_by(LetterTemplate.version.desc()).limit(1)).one_or_none()
    return Words(row.subject, row.body) if row and row.body else SHIPPED[kind]


def template_versions(session: Session, summit_id: UUID, kind: LetterKind) -> list[TemplateRow]:
    """Return what was written for a kind of letter, newest first."""
    wanted = (
        select(
            LetterTemplate.version, LetterTemplate.subject, LetterTemplate.body, User.name, LetterTemplate.made_at
        )
        .outerjoin(User, User.id == LetterTemplate.made_by)
        .where(LetterTemplate.summit_id == summit_id, LetterTemplate.kind == kind)
        .order_by(LetterTemplate.version.desc())
    )  # fmt: skip
    return [TemplateRow(*row) for row in session.execute(wanted)]


def template_states(session: Session, summit_id: UUID) -> dict[LetterKind, int]:
    """Return the number of the newest version of each letter that was ever written here."""
    wanted = (
        select(LetterTemplate.kind, func.max(LetterTemplate.version))
        .where(LetterTemplate.summit_id == summit_id)
        .group_by(LetterTemplate.kind)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def letters_of(session: Session, registration_id: UUID) -> list[LetterRow]:
    """Return the letters about the decisions on an application, newest first."""
    wanted = (
        select(DecisionLetter, User.name)
        .outerjoin(User, User.id == DecisionLetter.made_by)
        .where(DecisionLetter.registration_id == registration_id)
        .order_by(DecisionLetter.made_at.desc(), DecisionLetter.id)
    )
    return [letter_row(letter, name) for letter, name in session.execute(wanted)]


def letter_row(letter: DecisionLetter, name: str | None) -> LetterRow:
    """Return a letter with the name of who took the decision."""
    return LetterRow(
        id=letter.id, registration_id=letter.registration_id, kind=letter.kind, state=letter.state,
        wording=Words(letter.subject, letter.body) if letter.body else None, facts=letter.facts, made_by=name,
        made_at=letter.made_at, leaves_at=letter.leaves_at, closed_at=letter.closed_at,
    )  # fmt: skip
