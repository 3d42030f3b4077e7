"""Who applied and who comes."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.money import AmountBand
from app.registration.models import Registration
from app.registration.rules.prices import Terms
from app.registration.rules.stored import terms_from
from app.registration.states import ENDED, ParticipantType, RegistrationState
from app.regulatory.states import Opening, Participation


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """Somebody whose place is confirmed. `country` is the organization's, which is the market."""

    registration_id: UUID
    user_id: UUID
    name: str
    organization_id: UUID
    organization_name: str
    country: str
    participant_type: ParticipantType
    offers: list[Opening]
    seeks: list[Participation]
    band: AmountBand
    time_zone: str


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One application as its owner and the desk read it; `terms` is None until it is submitted."""

    id: UUID
    summit_id: UUID
    number: int
    user_id: UUID
    organization_id: UUID | None
    state: RegistrationState
    participant_type: ParticipantType | None
    country: str | None
    answers: dict[str, Any]
    offers: list[Opening]
    seeks: list[Participation]
    languages: list[str]
    band: AmountBand
    steps_saved: int
    submitted_at: datetime | None
    terms: Terms | None
    decision_due_on: date | None
    decided_at: datetime | None
    decision_reason: str
    decision_words: str
    question: str
    answer: str
    waitlisted_at: datetime | None
    offer_until: datetime | None
    pay_until: datetime | None
    confirmed_at: datetime | None
    badge_code: str | None
    moves: int
    letter_at: datetime | None = None
    assignee_id: UUID | None = None
    second_eyes: bool = False
    has_others: bool = False


def confirmed(session: Session, summit_id: UUID) -> list[ParticipantRow]:
    """Return everybody whose place is confirmed, by organization, name and number of application."""
    found = session.execute(
        _participants().where(Registration.summit_id == summit_id, Registration.state == RegistrationState.CONFIRMED)
    ).all()
    ordered = sorted(found, key=lambda row: (row.organization_name, row.name, row.number))
    return [_participant(row) for row in ordered]


def participant(session: Session, summit_id: UUID, registration_id: UUID) -> ParticipantRow | None:
    """Return one person whose place at the summit is confirmed; None for any other state."""
    wanted = _participants().where(Registration.id == registration_id, Registration.summit_id == summit_id)
    row = session.execute(wanted.where(Registration.state == RegistrationState.CONFIRMED)).one_or_none()
    return None if row is None else _participant(row)


def _participants() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Registration.id, Registration.user_id, User.name, Registration.organization_id,
            Organization.name.label("organization_name"), Registration.country, Registration.participant_type,
            Registration.offers, Registration.seeks, Registration.band, User.time_zone, Registration.number,
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
    )  # fmt: skip


def _participant(row: Any) -> ParticipantRow:
    return ParticipantRow(
        registration_id=row.id, user_id=row.user_id, name=row.name, organization_id=row.organization_id,
        organization_name=row.organization_name, country=row.country, participant_type=row.participant_type,
        offers=[Opening(o) for o in row.offers], seeks=[Participation(p) for p in row.seeks], band=row.band,
        time_zone=row.time_zone,
    )  # fmt: skip


def registration_of(session: Session, summit_id: UUID, user_id: UUID) -> RegistrationRow | None:
    """Return a person's application as they were told it stands: the one that is not ended, else the newest."""
    found = session.scalars(
        select(Registration)
        .where(Registration.summit_id == summit_id, Registration.user_id == user_id)
        .order_by(Registration.number.desc())
    ).all()
    live = [r for r in found if r.state not in ENDED or r.letter_at is not None]
    return replace(_as_told(row_of((live or list(found))[0])), has_others=len(found) > 1) if found else None


def _as_told(row: RegistrationRow) -> RegistrationRow:
    """Return an application as its owner knows it: in review while the letter about a decision waits."""
    if row.letter_at is None:
        return row
    return replace(
        row, state=RegistrationState.IN_REVIEW, decided_at=None, decision_reason="", decision_words="", question="",
        answer="", waitlisted_at=None,
    )  # fmt: skip


def registration(session: Session, registration_id: UUID) -> RegistrationRow | None:
    """Return one application."""
    found = session.get(Registration, registration_id)
    return None if found is None else row_of(found)


def row_of(r: Registration) -> RegistrationRow:
    """Return an application as its owner and the desk read it."""
    return RegistrationRow(
        id=r.id, summit_id=r.summit_id, number=r.number, user_id=r.user_id,
        organization_id=r.organization_id, state=r.state,
        participant_type=r.participant_type, country=r.country, answers=r.answers,
        offers=[Opening(o) for o in r.offers], seeks=[Participation(p) for p in r.seeks], languages=list(r.languages),
        band=r.band, steps_saved=r.steps_saved, submitted_at=r.submitted_at,
        terms=terms_from(r.terms) if r.terms else None, decision_due_on=r.decision_due_on, decided_at=r.decided_at,
        decision_reason=r.decision_reason, decision_words=r.decision_words, question=r.question, answer=r.answer,
        waitlisted_at=r.waitlisted_at, offer_until=r.offer_until, pay_until=r.pay_until, confirmed_at=r.confirmed_at,
        badge_code=r.badge_code, moves=r.moves, letter_at=r.letter_at, assignee_id=r.assignee_id,
        second_eyes=r.second_eyes,
    )  # fmt: skip
