"""Follow what happens to applications: one that names an organization joins its delegation and asks for endorsement."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.queries import members
from app.core import audit
from app.delegations.models import Delegate, Delegation, FocalGrant, Nominated
from app.delegations.queries.desk import delegate_of, letters_naming
from app.delegations.queries.who import LEADS, acts_for, has_focal_point
from app.delegations.services.count import cap_of, open_delegation
from app.delegations.services.endorse import move_endorsement
from app.delegations.states import Endorsement, EndorsementEvent
from app.notifications.mail import queue_mail
from app.payments import services as payments
from app.payments.states import PaymentMethod
from app.registration.models import Registration
from app.registration.queries.application import Application, declared
from app.registration.queries.money import payment_of
from app.registration.rules.application import you_from
from app.registration.rules.summit import SummitSettings
from app.registration.services.moves import settings_in_force
from app.registration.states import ENDED


def follow_submission(session: Session, registration: Registration, now: datetime) -> None:
    """Put a submitted application into its organization's delegation, and ask the focal point where the summit does.

    Whoever manages the organization speaks for themselves: endorsed at once, while the cap has room.
    """
    you = you_from(registration.answers)
    if you is None or registration.organization_id is None:
        return
    if not has_focal_point(session, registration.organization_id):
        return
    delegation = open_delegation(session, registration.summit_id, registration.organization_id, actor_id=None, now=now)
    user = session.get_one(User, registration.user_id)
    delegate = _delegate_for(session, delegation, registration, user)
    if delegate is None:
        delegate = Delegate(
            delegation_id=delegation.id, email=user.email, endorsement=Endorsement.WAITING, prepared={}, entered_at=now,
        )  # fmt: skip
        session.add(delegate)
    delegate.user_id, delegate.registration_id = user.id, registration.id
    delegate.name, delegate.job_title, delegate.citizenship = you.full_name, you.job_title, you.citizenship
    delegate.birth_year, delegate.participant_type = you.birth_year, you.participant_type
    session.flush()
    audit.record(session, "delegate.applied", ("delegate", delegate.id), actor_id=user.id, after=delegate.endorsement)
    _endorse_lead(session, delegation, delegate, now=now)
    _ask(session, delegation, delegate, now=now)
    if delegate.is_paid_for and (payment := payment_of(session, registration.id)) is not None:
        payments.choose_method(session, payment.id, PaymentMethod.GROUP, actor_id=user.id, now=now, payer_only=False)


def _delegate_for(session: Session, delegation: Delegation, registration: Registration, user: User) -> Delegate | None:
    """Return who was entered for this person; an earlier application of theirs that has ended makes room."""
    wanted = select(Delegate).where(
        Delegate.delegation_id == delegation.id, Delegate.removed_at.is_(None),
        or_(Delegate.registration_id == registration.id, Delegate.user_id == user.id, Delegate.email == user.email),
    )  # fmt: skip
    return session.scalars(wanted.order_by(Delegate.entered_at).limit(1)).first()


def _endorse_lead(session: Session, delegation: Delegation, delegate: Delegate, *, now: datetime) -> None:
    leads = delegate.user_id is not None and acts_for(session, delegate.user_id, delegation.organization_id)
    if leads and delegate.endorsement is Endorsement.WAITING and not cap_of(session, delegation).is_full:
        move_endorsement(session, delegation, delegate, EndorsementEvent.ENDORSE, actor_id=delegate.user_id, now=now)


def _ask(session: Session, delegation: Delegation, delegate: Delegate, *, now: datetime) -> None:
    _version, settings = settings_in_force(session, delegation.summit_id)
    if not settings.endorsement_asked or delegate.endorsement is not Endorsement.WAITING:
        return
    house = session.get_one(Organization, delegation.organization_id)
    leads = [member.email for member in members(session, house.id) if member.role in LEADS]
    words = {
        "name": delegate.name, "organization": house.name, "summit": settings.name, "delegation": str(delegation.id),
    }  # fmt: skip
    for address in leads or _officers(session, house):
        queue_mail(session, "delegation_asks", [address], words, now=now)


def _officers(session: Session, house: Organization) -> list[str]:
    granted = select(User.email).join(FocalGrant, FocalGrant.user_id == User.id).where(
        FocalGrant.revoked_at.is_(None), User.suspended_at.is_(None),
        or_(FocalGrant.organization_id == house.id, FocalGrant.country == house.country),
    )  # fmt: skip
    return sorted(set(session.scalars(granted)))


def waits_for(session: Session, registration: Registration, settings: SummitSettings) -> str | None:
    """Return, in a sentence, what an application waits for from the organization or from the person."""
    if registration.organization_id is None:
        return None
    delegate = delegate_of(session, registration.id)
    if delegate is not None and delegate.submitted_by_id is not None and declared(session, registration.id) is None:
        return "It was submitted on behalf of the person, who has not declared yet that it is complete and true."
    if not settings.endorsement_asked or not has_focal_point(session, registration.organization_id):
        return None
    return {
        Endorsement.ENDORSED: None,
        Endorsement.WAITING: "It waits for the endorsement of the organization's focal point.",
        Endorsement.RESERVE: "The organization keeps this person in reserve, beyond its cap.",
        Endorsement.REFUSED: "The organization's focal point has not endorsed this person.",
    }[delegate.endorsement if delegate is not None else Endorsement.WAITING]


def letter_given(session: Session, application: Application) -> bool:
    """Tell whether a nomination letter of the delegation names this person."""
    delegate = delegate_of(session, application.id)
    return delegate is not None and bool(letters_naming(session, delegate))


def letter_can_come(session: Session, application: Application) -> bool:
    """Tell whether a focal point can still give the nomination letter of this person."""
    if application.organization_id is None:
        return False
    return has_focal_point(session, application.organization_id, besides=application.user_id)


def follow_merge(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Let a merged person stand in each delegation once, and hand no right to act for others to the record kept."""
    wanted = select(Delegate).where(Delegate.user_id.in_([kept_id, gone_id]), Delegate.removed_at.is_(None))
    seen: dict[UUID, Delegate] = {}
    for delegate in session.scalars(wanted.order_by(Delegate.registration_id.is_(None), Delegate.entered_at)):
        first = seen.setdefault(delegate.delegation_id, delegate)
        if first is not delegate:
            _drop_twin(session, first, delegate, now=now)
    grants = update(FocalGrant).where(FocalGrant.user_id == gone_id, FocalGrant.revoked_at.is_(None))
    session.execute(grants.values(revoked_at=now))


def _drop_twin(session: Session, first: Delegate, twin: Delegate, *, now: datetime) -> None:
    if _is_over(session, first) and not _is_over(session, twin):
        first.registration_id = twin.registration_id
    twin.removed_at = now
    for row in session.scalars(select(Nominated).where(Nominated.delegate_id == twin.id)):
        if session.get(Nominated, (row.nomination_id, first.id)) is None:
            session.add(Nominated(nomination_id=row.nomination_id, delegate_id=first.id))
    session.flush()
    audit.record(
        session, "delegate.removed", ("delegate", twin.id), actor_id=None, before=twin.endorsement,
        reason="Two records of the person were merged.",
    )  # fmt: skip


def _is_over(session: Session, delegate: Delegate) -> bool:
    state = session.scalar(select(Registration.state).where(Registration.id == delegate.registration_id))
    return state is None or state in ENDED


def follow_organizations(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Let the delegates of both records of an organization stand in one delegation; beyond the cap they wait."""
    theirs = select(Delegation).where(Delegation.organization_id == gone_id).order_by(Delegation.id)
    for going in session.scalars(theirs.with_for_update()):
        wanted = select(Delegation).where(
            Delegation.organization_id == kept_id, Delegation.summit_id == going.summit_id
        )
        kept = session.scalars(wanted.with_for_update()).one_or_none()
        if kept is not None:
            _move_delegates(session, going, kept, now=now)
    grants = update(FocalGrant).where(FocalGrant.organization_id == gone_id, FocalGrant.revoked_at.is_(None))
    session.execute(grants.values(revoked_at=now))


def _move_delegates(session: Session, going: Delegation, kept: Delegation, *, now: datetime) -> None:
    here = select(Delegate).where(Delegate.delegation_id == kept.id, Delegate.removed_at.is_(None))
    known = {delegate.email: delegate for delegate in session.scalars(here)}
    there = select(Delegate).where(Delegate.delegation_id == going.id, Delegate.removed_at.is_(None))
    for delegate in session.scalars(there.order_by(Delegate.entered_at)).all():
        if (twin := known.get(delegate.email)) is not None:
            _drop_twin(session, twin, delegate, now=now)
            continue
        if delegate.endorsement is Endorsement.ENDORSED and cap_of(session, kept).is_full:
            move_endorsement(session, going, delegate, EndorsementEvent.WITHDRAW, actor_id=None, now=now)
        delegate.delegation_id, delegate.rank = kept.id, None
        if delegate.endorsement is Endorsement.RESERVE:
            delegate.endorsement, delegate.decided_at, delegate.decided_by_id = Endorsement.WAITING, None, None
        session.flush()
