"""Delegates: enter one, change or remove one, invite them again; each takes over their own application."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import links
from app.accounts.merging import person_at
from app.accounts.models import Membership, Organization, User
from app.accounts.states import LinkPurpose
from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import InvalidInput, Refused
from app.delegations.models import Delegate, Delegation
from app.delegations.rules.caps import full_words
from app.delegations.rules.people import Named
from app.delegations.services.count import cap_of, next_rank
from app.delegations.services.drafts import take_over
from app.delegations.services.endorse import CapReached, acting, delegate_in
from app.delegations.states import Endorsement
from app.notifications.mail import queue_mail
from app.registration.models import Registration
from app.registration.rules.application import type_refusal
from app.registration.services.moves import settings_in_force
from app.registration.states import ENDED, RegistrationState


class AlreadyIn(Refused):
    """The delegation has somebody with this address."""

    code = "already_in"


def enter(
    session: Session, delegation_id: UUID, person: Named, *, actor_id: UUID, now: datetime, keep_reserve: bool = False
) -> Delegate:
    """Enter a delegate, who is thereby endorsed, and invite them to take over the application.

    Raises CapReached beyond the cap unless `keep_reserve` lets the person be ranked as reserve, AlreadyIn for an
    address that is in the delegation, InvalidInput for a type that the organization cannot send.
    """
    delegation = acting(session, delegation_id, actor_id)
    house = session.get_one(Organization, delegation.organization_id)
    if refusal := type_refusal(person.participant_type, house.kind):
        raise InvalidInput(refusal.partition(" Go back")[0])
    taken = AlreadyIn(f"{person.email} is in this delegation already. Open that person to change something.")
    if present(session, delegation.id, person.email) is not None:
        raise taken
    cap = cap_of(session, delegation)
    if cap.is_full and not keep_reserve:
        raise CapReached(full_words(cap, organization=house.name))
    delegate = Delegate(
        delegation_id=delegation.id, email=person.email, name=person.name, job_title=person.job_title,
        citizenship=person.citizenship, birth_year=person.birth_year, participant_type=person.participant_type,
        endorsement=Endorsement.RESERVE if cap.is_full else Endorsement.ENDORSED,
        rank=next_rank(session, delegation.id) if cap.is_full else None,
        decided_at=now, decided_by_id=actor_id, prepared={}, entered_at=now, entered_by_id=actor_id,
    )  # fmt: skip
    session.add(delegate)
    with explained({"uq_delegates_present": taken}):
        session.flush()
    audit.record(
        session, "delegate.entered", ("delegate", delegate.id), actor_id=actor_id, after=delegate.endorsement,
        detail={"delegation": str(delegation.id), "email": person.email, "name": person.name},
    )  # fmt: skip
    _reach(session, delegation, house, delegate, actor_id=actor_id, now=now)
    return delegate


def present(session: Session, delegation_id: UUID, email: str) -> Delegate | None:
    """Return who is in a delegation under an address, None when nobody is."""
    wanted = select(Delegate).where(Delegate.delegation_id == delegation_id, Delegate.removed_at.is_(None))
    return session.scalars(wanted.where(Delegate.email == email)).one_or_none()


def _reach(
    session: Session, delegation: Delegation, house: Organization, delegate: Delegate, *, actor_id: UUID, now: datetime
) -> None:
    """Tell a member of the organization that their draft is there; invite everybody else to join and take it over."""
    user = person_at(session, delegate.email)
    belongs = select(Membership.id).where(Membership.organization_id == house.id)
    _version, settings = settings_in_force(session, delegation.summit_id)
    words = {
        "name": delegate.name, "inviter": session.get_one(User, actor_id).name, "organization": house.name,
        "summit": settings.name, "is_reserve": delegate.endorsement is Endorsement.RESERVE,
    }  # fmt: skip
    if user is not None and session.scalar(belongs.where(Membership.user_id == user.id)) is not None:
        take_over(session, delegate, user.id, by_id=actor_id, now=now)
        queue_mail(session, "delegation_entered", [user.email], words, now=now)
    else:
        secret = links.make_link(
            session, LinkPurpose.INVITE, delegate.email, organization_id=house.id, role=Role.PARTICIPANT,
            created_by_id=actor_id, now=now,
        )  # fmt: skip
        queue_mail(session, "delegation_invitation", [delegate.email], {**words, "secret": secret}, now=now)
    delegate.invited_at = now
    session.flush()


def invite_again(session: Session, delegation_id: UUID, delegate_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Mail a new invitation; the earlier link stops working. Refuses once the person has taken over."""
    delegation = acting(session, delegation_id, actor_id)
    delegate = delegate_in(session, delegation, delegate_id)
    if delegate.user_id is not None:
        raise Refused(f"{delegate.name} has taken over already and sees the application after signing in.")
    house = session.get_one(Organization, delegation.organization_id)
    _reach(session, delegation, house, delegate, actor_id=actor_id, now=now)
    audit.record(session, "delegate.invited_again", ("delegate", delegate.id), actor_id=actor_id)


def change(
    session: Session, delegation_id: UUID, delegate_id: UUID, person: Named, *, actor_id: UUID, now: datetime
) -> None:
    """Change what was entered about somebody who has not taken over yet; a new address gets its own invitation."""
    delegation = acting(session, delegation_id, actor_id)
    delegate = delegate_in(session, delegation, delegate_id)
    if delegate.user_id is not None:
        raise Refused(f"{delegate.name} has taken over the application and changes it there.")
    house = session.get_one(Organization, delegation.organization_id)
    if refusal := type_refusal(person.participant_type, house.kind):
        raise InvalidInput(refusal.partition(" Go back")[0])
    before = {"name": delegate.name, "email": delegate.email}
    moved = person.email != delegate.email
    for name in ("name", "email", "job_title", "citizenship", "birth_year", "participant_type"):
        setattr(delegate, name, getattr(person, name))
    with explained({"uq_delegates_present": AlreadyIn(f"{person.email} is in this delegation already.")}):
        session.flush()
    if moved:
        links.spend_links(session, LinkPurpose.INVITE, email=before["email"], organization_id=house.id, now=now)
        _reach(session, delegation, house, delegate, actor_id=actor_id, now=now)
    audit.record(
        session, "delegate.changed", ("delegate", delegate.id), actor_id=actor_id,
        detail={"before": before, "after": {"name": person.name, "email": person.email}},
    )  # fmt: skip


def remove(session: Session, delegation_id: UUID, delegate_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Take somebody off the delegation; an unused invitation dies. Refuses while an application runs: refuse that one.

    A draft stays the person's own.
    """
    delegation = acting(session, delegation_id, actor_id, [delegate_id])
    delegate = delegate_in(session, delegation, delegate_id)
    state = session.scalar(select(Registration.state).where(Registration.id == delegate.registration_id))
    if state is not None and state not in ENDED | {RegistrationState.DRAFT}:
        raise Refused(
            f"{delegate.name} has submitted an application. Withdraw your endorsement or refuse it instead; only the "
            "person can withdraw the application."
        )
    delegate.removed_at, delegate.removed_by_id = now, actor_id
    links.spend_links(
        session, LinkPurpose.INVITE, email=delegate.email, organization_id=delegation.organization_id, now=now
    )
    session.flush()
    audit.record(
        session, "delegate.removed", ("delegate", delegate.id), actor_id=actor_id, before=delegate.endorsement,
        detail={"email": delegate.email},
    )  # fmt: skip
