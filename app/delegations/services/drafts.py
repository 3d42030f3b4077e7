"""Applications of delegates: begun from what the focal point entered, taken over by the person, whose own they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import audit
from app.core.errors import InvalidInput, Refused
from app.core.money import AmountBand
from app.delegations.models import Delegate, Delegation
from app.delegations.services.endorse import acting, delegate_in
from app.delegations.states import COPY, LEAVE
from app.payments.states import PaymentMethod
from app.registration import services as registrations
from app.registration.models import Registration
from app.registration.rules.application import (
    Aims,
    ForOrganization,
    HowToPay,
    Ownership,
    Part,
    You,
    ownership_from,
    to_answers,
)
from app.registration.services.moves import settings_in_force
from app.registration.states import RegistrationState
from app.regulatory.states import Opening, Participation


def follow_join(session: Session, organization_id: UUID, user_id: UUID, now: datetime) -> None:
    """Let somebody who has joined an organization take over what was entered for them."""
    user = session.get_one(User, user_id)
    wanted = (
        select(Delegate)
        .join(Delegation, Delegation.id == Delegate.delegation_id)
        .where(Delegation.organization_id == organization_id, Delegate.email == user.email)
        .where(Delegate.removed_at.is_(None), Delegate.user_id.is_(None))
    )
    for delegate in session.scalars(wanted.order_by(Delegate.entered_at)):
        take_over(session, delegate, user_id, by_id=None, now=now)


def take_over(session: Session, delegate: Delegate, user_id: UUID, *, by_id: UUID | None, now: datetime) -> None:
    """Let a delegate be this person, and begin their application with what was entered.

    An application they have already is linked when it names the organization or is an empty draft, and never
    overwritten; one for another organization stays theirs alone. Outside the days of application nothing begins.
    """
    delegate.user_id = user_id
    session.flush()
    audit.record(session, "delegate.taken_over", ("delegate", delegate.id), actor_id=by_id or user_id)
    delegation = session.get_one(Delegation, delegate.delegation_id)
    try:
        with session.begin_nested():
            draft = registrations.start_registration(session, delegation.summit_id, user_id, now=now, by_id=by_id)
    except Refused:
        return
    if draft.organization_id not in (None, delegation.organization_id):
        return
    delegate.registration_id = draft.id
    session.flush()
    if draft.state is RegistrationState.DRAFT and not draft.answers:
        for part in _parts(delegate, delegation):
            registrations.save_draft(session, draft.id, part, actor_id=user_id, now=now, by_id=by_id)


def _parts(delegate: Delegate, delegation: Delegation) -> list[Part]:
    """Return what was entered, as parts of an application in their order."""
    you = You(
        delegate.participant_type, delegate.name, delegate.job_title, delegate.citizenship, delegate.birth_year
    )  # fmt: skip
    parts: list[Part] = [you, ForOrganization(organization_id=delegation.organization_id)]
    if "ownership" in delegate.prepared:
        parts.append(ownership_from(delegate.prepared))
    if "aims" in delegate.prepared:
        parts.append(aims_from(delegate.prepared))
    return parts


def aims_from(prepared: dict[str, Any]) -> Aims:
    """Return the aims that a focal point filled in."""
    kept = prepared.get("aims") or {}
    return Aims(
        seeks=tuple(Participation(one) for one in kept.get("seeks", ())),
        offers=tuple(Opening(one) for one in kept.get("offers", ())),
        band=AmountBand(kept.get("band", AmountBand.UNDISCLOSED)), languages=tuple(kept.get("languages", ("en",))),
    )  # fmt: skip


def prepare(
    session: Session, delegation_id: UUID, delegate_id: UUID, aims: Aims, ownership: str, *, actor_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    """Fill in the rest of an application for a delegate; a draft that is there gets what it lacks.

    `ownership` is COPY (as a colleague's submitted application says), NOBODY (no owner of a quarter or more) or LEAVE
    (the person says). What the person has filled in stays as it is.
    """
    delegation = acting(session, delegation_id, actor_id, [delegate_id])
    delegate = delegate_in(session, delegation, delegate_id)
    _require_draft(session, delegate)
    prepared = {**delegate.prepared, "aims": to_answers(aims)}
    prepared.pop("ownership", None)
    if ownership != LEAVE:
        owned = _copied(session, delegation) if ownership == COPY else Ownership()
        prepared["ownership"] = to_answers(owned)
    delegate.prepared = prepared
    session.flush()
    audit.record(
        session, "delegate.prepared", ("delegate", delegate.id), actor_id=actor_id, detail={"ownership": ownership}
    )
    _fill(session, delegation, delegate, actor_id=actor_id, now=now)


def _copied(session: Session, delegation: Delegation) -> Ownership:
    """Return what the newest submitted application for the organization says of its owners."""
    wanted = select(Registration.answers).where(
        Registration.organization_id == delegation.organization_id, Registration.submitted_at.is_not(None)
    )
    for answers in session.scalars(wanted.order_by(Registration.submitted_at.desc()).limit(5)):
        if "ownership" in answers:
            return ownership_from(answers)
    raise InvalidInput("Nobody of your organization has submitted an application yet. Choose another answer.")


def _require_draft(session: Session, delegate: Delegate) -> Registration | None:
    draft = session.get(Registration, delegate.registration_id) if delegate.registration_id else None
    if draft is not None and draft.state is not RegistrationState.DRAFT:
        raise Refused(f"The application of {delegate.name} has been submitted and is the person's to change.")
    return draft


def _fill(session: Session, delegation: Delegation, delegate: Delegate, *, actor_id: UUID, now: datetime) -> None:
    draft = _require_draft(session, delegate)
    if draft is None or delegate.user_id is None:
        return
    for part in _parts(delegate, delegation):
        if not _has(draft, part):
            registrations.save_draft(session, draft.id, part, actor_id=delegate.user_id, now=now, by_id=actor_id)


def _has(draft: Registration, part: Part) -> bool:
    if isinstance(part, Aims):
        return bool(draft.seeks or draft.offers)
    if isinstance(part, ForOrganization):
        return draft.organization_id is not None
    return ("you" if isinstance(part, You) else "ownership") in draft.answers


def submit_on_behalf(
    session: Session, delegation_id: UUID, delegate_id: UUID, *, actor_id: UUID, now: datetime
) -> None:  # fmt: skip
    """Submit a delegate's application for them, where the summit permits it; the declaration stays the person's own.

    Nothing is approved before the person has made it. Raises Refused while the person has not taken over, InvalidInput
    naming what is missing.
    """
    delegation = acting(session, delegation_id, actor_id, [delegate_id])
    delegate = delegate_in(session, delegation, delegate_id)
    _version, settings = settings_in_force(session, delegation.summit_id)
    if not settings.submission_on_behalf:
        raise Refused("This summit takes applications from the people themselves only.")
    draft = _require_draft(session, delegate)
    if draft is None or delegate.user_id is None:
        raise Refused(f"{delegate.name} has not accepted the invitation yet. Submit when they have.")
    _fill(session, delegation, delegate, actor_id=actor_id, now=now)
    delegate.submitted_by_id, delegate.submitted_at = actor_id, now
    session.flush()
    paying = HowToPay(method=PaymentMethod.GROUP) if delegate.is_paid_for else None
    registrations.submit(session, draft.id, actor_id=delegate.user_id, now=now, paying=paying, by_id=actor_id)
