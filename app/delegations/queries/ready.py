"""What many applications wait for from their organizations, asked at once: the preview of a bulk decision."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization
from app.delegations.models import Delegate, FocalGrant, Nominated, Nomination
from app.delegations.queries.who import LEADS
from app.delegations.states import Endorsement
from app.registration.application_models import RegistrationDeclaration
from app.registration.models import Registration
from app.registration.queries.application import LETTER
from app.registration.rules.summit import SummitSettings

UNDECLARED = "It was submitted on behalf of the person, who has not declared yet that it is complete and true."
NO_LETTER = "The nomination letter is missing: the person's own, or one of their delegation that names them."
WAITS = {
    Endorsement.WAITING: "It waits for the endorsement of the organization's focal point.",
    Endorsement.RESERVE: "The organization keeps this person in reserve, beyond its cap.",
    Endorsement.REFUSED: "The organization's focal point has not endorsed this person.",
}


def waiting_many(session: Session, ids: Sequence[UUID], settings: SummitSettings) -> dict[UUID, str]:
    """Return, for those that wait for somebody, for what; as each alone would be told when it is decided."""
    focal = or_(
        exists().where(Membership.organization_id == Registration.organization_id, Membership.role.in_(LEADS)),
        exists().where(
            FocalGrant.revoked_at.is_(None),
            or_(FocalGrant.organization_id == Registration.organization_id, FocalGrant.country == Organization.country),
        ),
    )
    letter = exists().where(
        Nomination.delegation_id == Delegate.delegation_id, Nomination.withdrawn_at.is_(None),
        or_(
            Nomination.covers_all,
            exists().where(Nominated.nomination_id == Nomination.id, Nominated.delegate_id == Delegate.id),
        ),
    )  # fmt: skip
    declared = exists().where(RegistrationDeclaration.registration_id == Registration.id)
    wanted = (
        select(
            Registration.id, Registration.participant_type, Registration.answers[LETTER].as_string().label("own"),
            Delegate.endorsement, and_(Delegate.submitted_by_id.is_not(None), ~declared).label("undeclared"),
            focal.label("focal"), letter.label("letter"),
        )
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(Delegate, and_(Delegate.registration_id == Registration.id, Delegate.removed_at.is_(None)))
        .where(Registration.id.in_(ids))
        .order_by(Delegate.entered_at.desc())
    )  # fmt: skip
    found = {row.id: _waits_for(row, settings) for row in session.execute(wanted)}
    return {one: why for one, why in found.items() if why}


def _waits_for(row: Any, settings: SummitSettings) -> str:
    why = []
    if row.participant_type in settings.nomination_types and not row.own and not row.letter:
        why.append(NO_LETTER)
    if row.undeclared:
        why.append(UNDECLARED)
    elif settings.endorsement_asked and row.focal and row.endorsement is not Endorsement.ENDORSED:
        why.append(WAITS[row.endorsement or Endorsement.WAITING])
    return " ".join(why)
