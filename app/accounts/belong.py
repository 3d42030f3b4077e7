"""Belonging to an organization: create one, invite, join, change roles, leave."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import duplicates, links, merging, own_account, services
from app.accounts.models import EmailToken, JoinRequest, Membership, Organization, RoleGrant, User
from app.accounts.rules import lead_role, normal_email, roles_in
from app.accounts.states import (
    ASK_TRANSITIONS,
    ROLE_LABELS,
    AskEvent,
    AskState,
    LinkPurpose,
    OrganizationKind,
    RecordKind,
)
from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.states import advance
from app.notifications.mail import queue_mail

on_join: list[Callable[[Session, UUID, UUID, datetime], None]] = []
"""Filled where the rooms are put together: told which organization a person has joined, by invitation or on request."""

NO_REQUEST = "Nobody asks that any more. Reload the page."
GONE = "That organization does not exist, or you do not belong to it."
LAST_LEAD = "An organization needs somebody who manages its members. Give that role to somebody else first."


def found_organization(
    session: Session, *, name: str, kind: OrganizationKind, country: str, website: str, user_id: UUID, now: datetime
) -> UUID:
    """Create an organization whose first member, and manager of members, is the person who creates it."""
    added = services.create_organization(
        session, name=name, kind=kind, country=country, website=website, actor_id=user_id, now=now
    )
    services.add_member(session, added.id, user_id, lead_role(kind), actor_id=user_id, now=now)
    duplicates.look_at(session, RecordKind.ORGANIZATION, added.id, now=now)
    return added.id


def managed(session: Session, organization_id: UUID, actor_id: UUID) -> Organization:
    """Return an organization whose members `actor_id` manages, locked. Raises NotFound for every other."""
    found = session.get(Organization, organization_id, with_for_update=True)
    mine = select(Membership.role).where(Membership.organization_id == organization_id, Membership.user_id == actor_id)
    if found is None or session.scalar(mine) is not lead_role(found.kind):
        raise NotFound(GONE)
    return found


def invite(session: Session, organization_id: UUID, *, email: str, role: Role, actor_id: UUID, now: datetime) -> None:
    """Mail a link with which the owner of that address, and nobody else, can join in that role within 14 days.

    Inviting again replaces the earlier link. Only who manages the members may; refuses who belongs already.
    """
    place, email = managed(session, organization_id, actor_id), normal_email(email)
    if role not in roles_in(place.kind):
        raise InvalidInput(f"'{ROLE_LABELS[role]}' is not a role in this organization.")
    belongs = select(Membership.id).join(User, User.id == Membership.user_id)
    if session.scalar(belongs.where(Membership.organization_id == place.id, User.email == email)) is not None:
        raise Refused("This person belongs to your organization already. Change their role in the list of members.")
    secret = links.make_link(
        session, LinkPurpose.INVITE, email, organization_id=place.id, role=role, created_by_id=actor_id, now=now
    )
    inviter = session.get_one(User, actor_id)
    words = {"inviter": inviter.name, "organization": place.name, "role": ROLE_LABELS[role], "secret": secret}
    queue_mail(session, "accounts_invitation", [email], words, now=now)
    audit.record(
        session, "invitation.sent", ("organization", place.id), actor_id=actor_id, after=role, detail={"email": email}
    )


def withdraw_invitation(
    session: Session, organization_id: UUID, invitation_id: UUID, *, actor_id: UUID, now: datetime
) -> None:
    """Make an invitation that was not accepted yet unusable."""
    place = managed(session, organization_id, actor_id)
    link = session.get(EmailToken, invitation_id, with_for_update=True)
    if link is None or link.organization_id != place.id or link.used_at is not None:
        raise NotFound("That invitation does not exist, or it was accepted.")
    link.used_at = now
    audit.record(
        session, "invitation.withdrawn", ("organization", place.id), actor_id=actor_id, detail={"email": link.email}
    )


def accept_invitation(session: Session, secret: str, *, now: datetime) -> None:
    """Let the person who has the invited address join. The link reached their mailbox: no sign-in is needed.

    Raises LinkSpent, also for a suspended person, and NotFound when nobody has confirmed the address yet.
    """
    link = links.use_link(session, LinkPurpose.INVITE, secret, now=now)
    user = merging.person_at(session, link.email)
    if user is None or user.email_verified_at is None:
        raise NotFound("Nobody has signed up with the invited address yet.")
    if user.suspended_at is not None or link.organization_id is None or link.role is None:
        raise links.LinkSpent
    services.add_member(session, link.organization_id, user.id, link.role, actor_id=user.id, now=now)
    for joined in on_join:
        joined(session, link.organization_id, user.id, now)


def join_as_newcomer(
    session: Session, secret: str, *, name: str, password_hash: str, time_zone: str, now: datetime
) -> UUID:
    """Create the account of an invited person, with a confirmed address, let them join, and return their id.

    A sign-up with that address that was never confirmed is taken over: it proved nothing.
    """
    link = links.open_link(session, LinkPurpose.INVITE, secret, now=now)
    user = merging.person_at(session, link.email)
    if user is not None and (user.email_verified_at is not None or user.email != link.email):
        raise Refused("Somebody signs in with this address already. Open the link again and join.")
    if user is None:
        user = services.create_user(session, email=link.email, name=name, time_zone=time_zone, now=now)
    user.password_hash, user.email_verified_at = password_hash, now
    own_account.change_profile(session, user.id, name=name, time_zone=time_zone)
    accept_invitation(session, secret, now=now)
    duplicates.look_at(session, RecordKind.PERSON, user.id, now=now)
    return user.id


def ask_to_join(session: Session, organization_id: UUID, *, user_id: UUID, now: datetime) -> str:
    """Ask whoever manages an organization to be let in, and return its name; asking again changes nothing.

    Where nobody manages it, the organizers are asked. Refuses who belongs already.
    """
    place = session.get(Organization, organization_id)
    if place is None or merging.kept_record(session, RecordKind.ORGANIZATION, organization_id) is not None:
        raise NotFound("That organization does not exist.")
    mine = (Membership.organization_id == organization_id, Membership.user_id == user_id)
    if session.scalar(select(Membership.id).where(*mine)) is not None:
        raise Refused("You belong to this organization already.")
    asked = JoinRequest(organization_id=organization_id, user_id=user_id, state=AskState.WAITING, asked_at=now)
    session.add(asked)
    with explained({"uq_join_requests_waiting": Refused(f"You have asked {place.name} already. Wait for an answer.")}):
        session.flush()
    person = session.get_one(User, user_id)
    words = {"name": person.name, "email": person.email, "organization": place.name, "place": str(place.id)}
    for address in _who_lets_in(session, place):
        queue_mail(session, "accounts_asks_to_join", [address], words, now=now)
    audit.record(
        session, "membership.asked", ("organization", place.id), actor_id=user_id, detail={"user": str(user_id)}
    )
    return place.name


def _who_lets_in(session: Session, place: Organization) -> list[str]:
    leads = select(User.email).join(Membership, Membership.user_id == User.id)
    leads = leads.where(Membership.organization_id == place.id, Membership.role == lead_role(place.kind))
    staff = select(User.email).join(RoleGrant, RoleGrant.user_id == User.id)
    staff = staff.where(RoleGrant.role == Role.ORGANIZER, RoleGrant.revoked_at.is_(None))
    found = [session.scalars(of.where(User.suspended_at.is_(None)).order_by(User.email)).all() for of in (leads, staff)]
    return list(found[0] or found[1])


def answer_request(
    session: Session, organization_id: UUID, request_id: UUID, event: AskEvent, *, actor_id: UUID, now: datetime
) -> None:
    """Let somebody who asked belong as a participant, or decline; they get a mail either way."""
    place = managed(session, organization_id, actor_id)
    request = session.get(JoinRequest, request_id, with_for_update=True)
    if request is None or request.organization_id != place.id:
        raise NotFound(NO_REQUEST)
    before = request.state
    request.state = advance(ASK_TRANSITIONS, before, event, thing="request")
    request.decided_at, request.decided_by_id = now, actor_id
    if request.state is AskState.ACCEPTED:
        services.add_member(session, place.id, request.user_id, Role.PARTICIPANT, actor_id=actor_id, now=now)
        for joined in on_join:
            joined(session, place.id, request.user_id, now)
    said = "You belong to" if request.state is AskState.ACCEPTED else "Your request to join was declined by"
    _tell(session, request.user_id, f"{said} {place.name}.", now=now)
    audit.record(
        session, f"membership.request_{request.state}", ("organization", place.id), actor_id=actor_id, before=before,
        after=request.state, detail={"user": str(request.user_id)},
    )  # fmt: skip


def _member(session: Session, organization_id: UUID, user_id: UUID) -> Membership:
    wanted = select(Membership).where(Membership.organization_id == organization_id, Membership.user_id == user_id)
    found = session.scalars(wanted.with_for_update()).one_or_none()
    if found is None:
        raise NotFound("That person does not belong to this organization.")
    return found


def _keep_a_lead(session: Session, place: Organization, user_id: UUID) -> None:
    others = select(Membership.id).where(
        Membership.organization_id == place.id, Membership.role == lead_role(place.kind), Membership.user_id != user_id
    )
    if session.scalars(others.limit(1)).first() is None:
        raise Refused(LAST_LEAD)


def change_member_role(
    session: Session, organization_id: UUID, user_id: UUID, role: Role, *, actor_id: UUID, now: datetime
) -> None:
    """Give a member another role, from their next request on, and tell them by mail."""
    place = managed(session, organization_id, actor_id)
    membership = _member(session, place.id, user_id)
    if role not in roles_in(place.kind):
        raise InvalidInput(f"'{ROLE_LABELS[role]}' is not a role in this organization.")
    if membership.role is role:
        return
    if role is not lead_role(place.kind):
        _keep_a_lead(session, place, user_id)
    before, membership.role = membership.role, role
    _tell(session, user_id, f"You are now {ROLE_LABELS[role]} of {place.name}.", now=now)
    audit.record(
        session, "membership.changed", ("organization", place.id), actor_id=actor_id, before=before, after=role,
        detail={"user": str(user_id)},
    )  # fmt: skip


def remove_member(session: Session, organization_id: UUID, user_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """End a membership: who manages the members may end any, everybody may end their own."""
    if actor_id == user_id:
        place = session.get(Organization, organization_id, with_for_update=True)
    else:
        place = managed(session, organization_id, actor_id)
    if place is None:
        raise NotFound(GONE)
    membership = _member(session, place.id, user_id)
    if membership.role is lead_role(place.kind):
        _keep_a_lead(session, place, user_id)
    session.delete(membership)
    _tell(session, user_id, f"You no longer belong to {place.name}.", now=now)
    audit.record(
        session, "membership.ended", ("organization", place.id), actor_id=actor_id, before=membership.role,
        detail={"user": str(user_id)},
    )  # fmt: skip


def _tell(session: Session, user_id: UUID, change: str, *, now: datetime) -> None:
    user = session.get_one(User, user_id)
    queue_mail(session, "accounts_role_changed", [user.email], {"name": user.name, "change": change}, now=now)
