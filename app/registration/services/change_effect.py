"""What a change does to an application: its facts, its places, the names it stands for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core.db import lock_rows
from app.core.errors import Refused
from app.core.money import AmountBand
from app.questionnaires import services as questionnaires
from app.registration.change_states import PartKey
from app.registration.models import Pool, Registration
from app.registration.queries.application import LETTER, asked_of
from app.registration.queries.money import KIND
from app.registration.rules.application import NewOrganization, ownership_from, you_from
from app.registration.services.apply import create_organization
from app.registration.services.moves import settings_in_force
from app.registration.services.places import free_places, take_places
from app.registration.services.submit import names_to_screen
from app.registration.states import HOLDING
from app.screening.states import NameToScreen

CHANGE = "registration_change"
"""The kind of subject under which screening knows the names of a proposed change."""


def put_into(
    session: Session, registration: Registration, part: PartKey, after: Mapping[str, Any], *, actor_id: UUID,
    now: datetime, over_target_reason: str = "",
) -> None:  # fmt: skip
    """Write changed facts into the application. Raises PoolFull when a place of another pool is needed and gone."""
    match part:
        case PartKey.YOU | PartKey.OWNERSHIP:
            kept = registration.answers.get(part.value) or {}
            registration.answers = {**registration.answers, part.value: {**kept, **after}}
        case PartKey.ORGANIZATION:
            _put_organization(session, registration, after, now=now, over_target_reason=over_target_reason)
        case PartKey.AIMS:
            _put_aims(registration, after)
        case PartKey.NOMINATION:
            registration.answers = {**registration.answers, LETTER: after.get("letter")}
        case PartKey.QUESTIONS:
            asked = asked_of(session, registration)
            if asked.version is not None:
                questionnaires.save_answers(
                    session, asked.version, KIND, registration.id, after, actor_id=actor_id, now=now
                )
    session.flush()


def _put_aims(registration: Registration, after: Mapping[str, Any]) -> None:
    registration.seeks = list(after.get("seeks", registration.seeks) or [])
    registration.offers = list(after.get("offers", registration.offers) or [])
    registration.languages = list(after.get("languages", registration.languages) or [])
    registration.band = AmountBand(after.get("band", registration.band))


def _put_organization(
    session: Session, registration: Registration, after: Mapping[str, Any], *, now: datetime, over_target_reason: str
) -> None:
    """Let the person come for another organization; a place that is held moves to its pools."""
    if after.get("new"):
        wanted = create_organization(session, registration, NewOrganization(**after["new"]), now=now)
    else:
        found = session.get(Organization, UUID(str(after["organization_id"])))
        if found is None:
            raise Refused("That organization is gone. Refuse the change and ask the applicant.")
        wanted = found
    holds = registration.state in HOLDING
    if holds:
        in_summit = select(Pool.id).where(Pool.summit_id == registration.summit_id)
        lock_rows(session, Pool.id, session.scalars(in_summit).all())  # old and new pools, in the one order
        free_places(session, registration, now=now)
    registration.organization_id, registration.country = wanted.id, wanted.country
    session.flush()
    if holds:
        _version, settings = settings_in_force(session, registration.summit_id)
        take_places(session, registration, settings, now=now, over_target_reason=over_target_reason)


def screened_names(
    session: Session, registration: Registration, part: PartKey | None = None, after: Mapping[str, Any] | None = None
) -> list[NameToScreen]:
    """Return the names an application stands for, or would stand for after a change of `part`."""
    change, answers = dict(after or {}), dict(registration.answers)
    if part in (PartKey.YOU, PartKey.OWNERSHIP):
        answers[part.value] = {**(answers.get(part.value) or {}), **change}
    you = you_from(answers)
    if you is None:
        raise Refused("The part 'You' is missing.")
    name, country = _organization(session, registration, change if part is PartKey.ORGANIZATION else {})
    return names_to_screen(you, name, country, ownership_from(answers))


def _organization(session: Session, registration: Registration, change: Mapping[str, Any]) -> tuple[str, str]:
    if change.get("new"):
        return " ".join(str(change["new"]["name"]).split()), str(change["new"]["country"])
    found = session.get(Organization, UUID(str(change.get("organization_id") or registration.organization_id)))
    return (found.name, found.country) if found else ("", "")
