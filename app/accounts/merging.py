"""Making one record of two: asked by a person, refused with a sentence, done in one transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts import merge, sessions
from app.accounts.merge import Merging
from app.accounts.models import (
    DuplicatePair,
    EmailToken,
    JoinRequest,
    LikenessKey,
    Membership,
    MergedOrganization,
    MergedPerson,
    Organization,
    RoleGrant,
    User,
)
from app.accounts.rules import folded, lead_role, roles_in
from app.accounts.states import (
    ASK_TRANSITIONS,
    PAIR_TRANSITIONS,
    AskEvent,
    AskState,
    LinkPurpose,
    OrganizationKind,
    PairEvent,
    PairState,
    RecordKind,
)
from app.core import audit
from app.core.access import Role
from app.core.db import lock_rows
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.states import advance
from app.notifications.mail import queue_mail

PERSON_FIELDS = ("name", "email", "time_zone")
ORGANIZATION_FIELDS = ("name", "kind", "country", "website")
NO_RECORD = "One of these records does not exist any more. Go back to the list of pairs."


def obstacles(session: Session, kind: RecordKind, kept_id: UUID, gone_id: UUID, *, actor_id: UUID) -> list[str]:
    """Return, in sentences, what forbids this merge to this person; nothing when it may be done."""
    own = _of_people if kind is RecordKind.PERSON else _of_organizations
    found = own(session, kept_id, gone_id, actor_id)
    for others in merge.obstacles[kind]:
        found += others(session, kept_id, gone_id)
    return found


def _of_people(session: Session, kept_id: UUID, gone_id: UUID, actor_id: UUID) -> list[str]:
    if actor_id in (kept_id, gone_id):
        return ["One of these records is your own. Somebody else must merge them."]
    held = select(RoleGrant.user_id, RoleGrant.role).where(RoleGrant.revoked_at.is_(None))
    grants = session.execute(held.where(RoleGrant.user_id.in_([kept_id, gone_id, actor_id]))).all()
    is_administrator = any(g.user_id == actor_id and g.role is Role.ADMINISTRATOR for g in grants)
    if any(g.user_id != actor_id for g in grants) and not is_administrator:
        return ["One of these people works for the summit. An administrator must merge them."]
    return []


def _of_organizations(session: Session, kept_id: UUID, gone_id: UUID, actor_id: UUID) -> list[str]:
    mine = select(Membership.id).where(
        Membership.user_id == actor_id, Membership.organization_id.in_([kept_id, gone_id])
    )
    if session.scalars(mine.limit(1)).first() is not None:
        return ["You belong to one of these organizations. Somebody else must merge them."]
    return []


def merge_records(session: Session, merging: Merging) -> None:
    """Make one record of two. Raises Refused with every obstacle, InvalidInput for a choice that is missing."""
    if merging.kept_id == merging.gone_id:
        raise InvalidInput("Choose which of the two records stays.")
    _lock(session, merging)
    if found := obstacles(session, merging.kind, merging.kept_id, merging.gone_id, actor_id=merging.actor_id):
        raise Refused(" ".join(found))
    _require_answers(session, merging)
    for settle in merge.settle[merging.kind]:
        settle(session, merging)
    for follow in merge.FOLLOWERS[merging.kind]:
        follow(session, merging.kept_id, merging.gone_id, merging.now)
    session.flush()
    moved = merge.moving(session, merging.kind, merging.gone_id)
    if merging.kind is RecordKind.PERSON:
        _merge_people(session, merging)
    else:
        _merge_organizations(session, merging)
    _close_pairs(session, merging)
    audit.record(
        session, f"{_subject(merging.kind)}.merged", (_subject(merging.kind), merging.gone_id),
        actor_id=merging.actor_id, after="merged",
        detail={"kept": str(merging.kept_id), "moved": dict(moved), "values": dict(merging.values),
                "choices": dict(merging.choices)},
    )  # fmt: skip
    session.expire_all()


def _subject(kind: RecordKind) -> str:
    return "user" if kind is RecordKind.PERSON else "organization"


def _lock(session: Session, merging: Merging) -> None:
    ids = [merging.kept_id, merging.gone_id]
    table, stones = (User, MergedPerson) if merging.kind is RecordKind.PERSON else (Organization, MergedOrganization)
    lock_rows(session, table.id, ids)
    there = session.scalars(select(table.id).where(table.id.in_(ids))).all()
    gone = session.scalars(select(stones.gone_id).where(stones.gone_id.in_(ids))).first()
    if len(there) != 2 or gone is not None:
        raise NotFound(NO_RECORD)


def _require_answers(session: Session, merging: Merging) -> None:
    for ask in merge.questions[merging.kind]:
        for question in ask(session, merging.kept_id, merging.gone_id):
            if merging.choices.get(question.name) not in [value for value, _ in question.options]:
                raise InvalidInput(f"{question.words} Choose one.")


def _merge_people(session: Session, merging: Merging) -> None:
    kept, gone = session.get_one(User, merging.kept_id), session.get_one(User, merging.gone_id)
    told = sorted({kept.email, gone.email})
    _end_what_lets_in(session, gone, merging)
    _join_memberships(session, kept.id, gone.id)
    session.flush()
    merge.move_columns(session, merging.kind, kept.id, gone.id)
    _take_values(session, kept, gone, merging)
    gone.password_hash, gone.is_demo = None, False
    gone.suspended_at = gone.suspended_at or merging.now
    session.add(MergedPerson(gone_id=gone.id, kept_id=kept.id, merged_at=merging.now, merged_by_id=merging.actor_id))
    session.flush()
    for follow in merge.on_merged_people:
        follow(session, kept.id, tuple(told))
    for address in told:
        tell_merged(session, kept, address, now=merging.now)


def _end_what_lets_in(session: Session, gone: User, merging: Merging) -> None:
    """End sessions, links and staff roles of the record that goes; nothing of it is handed on."""
    why = "The record was merged into another."
    sessions.end_sessions(session, gone.id, actor_id=merging.actor_id, reason=why, now=merging.now)
    links = update(EmailToken).where(EmailToken.user_id == gone.id, EmailToken.used_at.is_(None))
    session.execute(links.values(used_at=merging.now))
    held = select(RoleGrant).where(RoleGrant.user_id == gone.id, RoleGrant.revoked_at.is_(None))
    for grant in session.scalars(held.order_by(RoleGrant.id).with_for_update()):
        grant.revoked_at, grant.revoked_by_id = merging.now, merging.actor_id
        audit.record(
            session, "role.revoked", ("user", gone.id), actor_id=merging.actor_id, before=grant.role, reason=why
        )


def _join_memberships(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    """Let the kept record belong wherever the other did; where both did, the role that manages members wins."""
    both = select(Membership, Organization.kind).join(Organization, Organization.id == Membership.organization_id)
    rows = session.execute(both.where(Membership.user_id.in_([kept_id, gone_id]))).all()
    mine = {row.Membership.organization_id: row.Membership for row in rows if row.Membership.user_id == kept_id}
    for membership, kind in ((row.Membership, row.kind) for row in rows if row.Membership.user_id == gone_id):
        if (present := mine.get(membership.organization_id)) is None:
            membership.user_id = kept_id
            continue
        if membership.role is lead_role(kind):
            present.role = membership.role
        session.delete(membership)


def _take_values(session: Session, kept: User, gone: User, merging: Merging) -> None:
    kept.name = merging.values.get("name", kept.name)
    kept.time_zone = merging.values.get("time_zone", kept.time_zone)
    if merging.values.get("email", kept.email) == gone.email:
        kept_address, kept_verified = kept.email, kept.email_verified_at
        taken, taken_verified = gone.email, gone.email_verified_at
        gone.email = f"{gone.id}@merged.invalid"
        session.flush()
        kept.email, kept.email_verified_at = taken, taken_verified
        session.flush()
        gone.email, gone.email_verified_at = kept_address, kept_verified
    kept.search_text = folded(f"{kept.name} {kept.email}")
    gone.search_text = folded(f"{gone.name} {gone.email}")
    invited = update(EmailToken).where(EmailToken.purpose == LinkPurpose.INVITE, EmailToken.used_at.is_(None))
    session.execute(invited.where(EmailToken.email == gone.email).values(email=kept.email))


def _merge_organizations(session: Session, merging: Merging) -> None:
    kept = session.get_one(Organization, merging.kept_id)
    gone = session.get_one(Organization, merging.gone_id)
    kinds = (kept.kind, gone.kind)
    for name in ("name", "country", "website"):
        setattr(kept, name, merging.values.get(name, getattr(kept, name)))
    kept.kind = OrganizationKind(merging.values.get("kind", kept.kind))
    if kept.kind is OrganizationKind.US_COMPANY and kept.country != "US":
        raise InvalidInput("A U.S. company has the country United States. Choose kind and country that fit.")
    kept.search_name = folded(kept.name)
    _take_members(session, kept, gone, kinds, keep_roles=merging.keep_roles)
    _close_requests(session, kept.id, gone.id, merging)
    invitations = update(EmailToken).where(EmailToken.organization_id == gone.id, EmailToken.used_at.is_(None))
    session.execute(invitations.values(used_at=merging.now))
    session.flush()
    merge.move_columns(session, merging.kind, kept.id, gone.id)
    stone = MergedOrganization(gone_id=gone.id, kept_id=kept.id, merged_at=merging.now, merged_by_id=merging.actor_id)
    session.add(stone)
    session.flush()


def _take_members(
    session: Session, kept: Organization, gone: Organization, kinds: tuple[OrganizationKind, OrganizationKind], *,
    keep_roles: bool,
) -> None:  # fmt: skip
    """Let members of the record that goes belong to the other: as participants, unless their roles are kept.

    An organization that nobody manages takes over who managed the other. `kinds` is what each was before.
    """
    wanted = select(Membership).where(Membership.organization_id.in_([kept.id, gone.id]))
    rows = session.scalars(wanted.order_by(Membership.created_at, Membership.id)).all()
    mine = {row.user_id: row for row in rows if row.organization_id == kept.id}
    for row in mine.values():
        row.role = _role_in(kept.kind, row.role, kinds[0])
    keep_roles = keep_roles or not any(row.role is lead_role(kept.kind) for row in mine.values())
    for row in (row for row in rows if row.organization_id == gone.id):
        role = _role_in(kept.kind, row.role, kinds[1]) if keep_roles else Role.PARTICIPANT
        if (present := mine.get(row.user_id)) is None:
            row.organization_id, row.role = kept.id, role
        else:
            present.role = role if role is lead_role(kept.kind) else present.role
            session.delete(row)


def _role_in(kind: OrganizationKind, role: Role, before: OrganizationKind) -> Role:
    """Return a member's role in an organization of `kind` that was of kind `before`."""
    if role is lead_role(before):
        return lead_role(kind)
    return role if role in roles_in(kind) else Role.PARTICIPANT


def _close_requests(session: Session, kept_id: UUID, gone_id: UUID, merging: Merging) -> None:
    """Decline what people ask of the record that goes if they ask the other too, or belong there already."""
    asked = or_(
        JoinRequest.user_id.in_(
            select(JoinRequest.user_id).where(
                JoinRequest.organization_id == kept_id, JoinRequest.state == AskState.WAITING
            )
        ),
        JoinRequest.user_id.in_(select(Membership.user_id).where(Membership.organization_id == kept_id)),
    )
    waiting = select(JoinRequest).where(JoinRequest.organization_id == gone_id, JoinRequest.state == AskState.WAITING)
    for request in session.scalars(waiting.where(asked)):
        request.state = advance(ASK_TRANSITIONS, request.state, AskEvent.DECLINE, thing="request")
        request.decided_at, request.decided_by_id = merging.now, merging.actor_id


def _close_pairs(session: Session, merging: Merging) -> None:
    """The pair is merged; other pairs of the record that goes no longer stand."""
    ids = {merging.kept_id, merging.gone_id}
    of_gone = or_(DuplicatePair.first_id == merging.gone_id, DuplicatePair.second_id == merging.gone_id)
    pairs = select(DuplicatePair).where(DuplicatePair.kind == merging.kind, of_gone).with_for_update()
    for pair in session.scalars(pairs):
        event = PairEvent.MERGE if {pair.first_id, pair.second_id} == ids else PairEvent.DISSOLVE
        if pair.state in (PairState.OPEN, PairState.DISMISSED):
            pair.state = advance(PAIR_TRANSITIONS, pair.state, event, thing="pair")
            pair.decided_at, pair.decided_by_id = merging.now, merging.actor_id
    keys = delete(LikenessKey).where(LikenessKey.kind == merging.kind, LikenessKey.subject_id == merging.gone_id)
    session.execute(keys)


def tell_merged(session: Session, kept: User, address: str, *, now: datetime) -> None:
    """Mail to an address of a merged person which address they sign in with; the other one is not spelled out."""
    local, _, domain = kept.email.partition("@")
    shown = kept.email if address == kept.email else f"{local[:1]}…@{domain}"
    words = {"name": kept.name, "email": shown, "is_kept": address == kept.email}
    queue_mail(session, "accounts_merged", [address], words, now=now)


def person_at(session: Session, email: str) -> User | None:
    """Return whose address that is, under lock; for the old address of a merged person, the record that was kept."""
    found = session.scalars(select(User).where(User.email == email).with_for_update()).one_or_none()
    kept_id = kept_record(session, RecordKind.PERSON, found.id) if found is not None and found.suspended_at else None
    return session.get(User, kept_id, with_for_update=True) if kept_id is not None else found


def kept_record(session: Session, kind: RecordKind, gone_id: UUID) -> UUID | None:
    """Return the record that one was merged into, None for one that was not."""
    stones = MergedPerson if kind is RecordKind.PERSON else MergedOrganization
    return session.scalar(select(stones.kept_id).where(stones.gone_id == gone_id))
