"""The list that devices hold: who may come in, as far as a gate must know.

The record of changes (every change of state is in the audit log) says who changed since a device last asked.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.core.audit import AuditEntry, AuditHead
from app.door.models import Admission, Badge, BadgeName
from app.door.rules.stays import day_start
from app.door.states import Standing
from app.registration.models import Registration
from app.registration.queries import SummitView
from app.registration.states import ParticipantType, RegistrationState

MOST_AT_ONCE = 100
FOLLOWED = ("registration", "user", "organization")
DIGEST_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Inside:
    """Since when somebody is inside, and by which gate."""

    at: datetime
    gate: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a badge. Who may not come in has no name here: a gate need not know it.

    `code_digest` lets a device know a typed code without holding one that anybody could use.
    """

    id: UUID
    order: int
    standing: Standing
    number: int
    code_digest: str
    name: str
    preferred: str
    native: str
    organization: str
    country: str
    role: ParticipantType | None
    inside: Inside | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Who changed since a version; `people` None means too many: download the list anew."""

    version: int
    people: list[Person] | None


def version(session: Session) -> int:
    """Return the number of the newest change to anything; ask it before reading what it is to cover."""
    return session.scalar(select(AuditHead.sequence)) or 0


def people_after(session: Session, summit: SummitView, order: int, *, now: datetime) -> list[Person]:
    """Return up to 100 people with a badge, in order of their applications, from the one after `order` on."""
    wanted = _people(summit, now).where(Registration.number > order)
    return [_person(row) for row in session.execute(wanted.order_by(Registration.number).limit(MOST_AT_ONCE))]


def changes_since(session: Session, summit: SummitView, since: int, *, now: datetime) -> Changes:
    """Return everybody who changed after that version."""
    newest = version(session)
    if since >= newest:
        return Changes(newest, [])
    touched = (
        select(AuditEntry.subject_kind, AuditEntry.subject_id)
        .where(AuditEntry.sequence > since, AuditEntry.subject_kind.in_([*FOLLOWED, "summit"]))
        .distinct()
        .limit(MOST_AT_ONCE * 10)
    )
    ids: dict[str, set[UUID]] = {kind: set() for kind in (*FOLLOWED, "summit")}
    for kind, subject in session.execute(touched):
        ids[kind].update(_as_id(subject))
    if ids["summit"] or sum(map(len, ids.values())) >= MOST_AT_ONCE * 10:
        return Changes(newest, None)
    columns = (Registration.id, Registration.user_id, Registration.organization_id)
    named = [column.in_(ids[kind]) for column, kind in zip(columns, FOLLOWED, strict=True) if ids[kind]]
    if not named:
        return Changes(newest, [])
    wanted = _people(summit, now).where(or_(*named)).order_by(Registration.number).limit(MOST_AT_ONCE + 1)
    found = [_person(row) for row in session.execute(wanted)]
    return Changes(newest, found if len(found) <= MOST_AT_ONCE else None)


def _as_id(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []


def _people(summit: SummitView, now: datetime) -> Select[*tuple[Any, ...]]:
    other = aliased(Badge)
    newest = select(func.max(other.number)).where(other.registration_id == Registration.id).scalar_subquery()
    today = day_start(now, summit.zone)
    return (
        select(
            Registration.id, Registration.number, Registration.state, Registration.badge_code, Registration.country,
            Registration.participant_type, User.name, User.suspended_at, Organization.name.label("organization"),
            Badge.number.label("badge"), Badge.code, Badge.stopped_at, BadgeName.preferred, BadgeName.native,
            Admission.admitted_at, Admission.gate,
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(Badge, and_(Badge.registration_id == Registration.id, Badge.number == newest))
        .outerjoin(BadgeName, BadgeName.registration_id == Registration.id)
        .outerjoin(
            Admission,
            and_(
                Admission.registration_id == Registration.id, Admission.left_at.is_(None),
                Admission.admitted_at >= today,
            ),
        )
        .where(Registration.summit_id == summit.id, Registration.badge_code.is_not(None))
    )  # fmt: skip


def _person(row: Any) -> Person:
    standing = _standing(row)
    known = standing is not Standing.NOT_CONFIRMED
    return Person(
        id=row.id, order=row.number, standing=standing, number=row.badge or 1,
        code_digest=code_digest(row.code or row.badge_code), name=row.name if known else "",
        preferred=(row.preferred or "") if known else "", native=(row.native or "") if known else "",
        organization=row.organization if known else "", country=(row.country or "") if known else "",
        role=row.participant_type if known else None,
        inside=Inside(row.admitted_at, row.gate) if row.admitted_at else None,
    )  # fmt: skip


def _standing(row: Any) -> Standing:
    if row.state is not RegistrationState.CONFIRMED:
        return Standing.NOT_CONFIRMED
    if row.suspended_at is not None:
        return Standing.SUSPENDED
    return Standing.STOPPED if row.stopped_at is not None else Standing.GOOD


def code_digest(code: str) -> str:
    """Return what a device keeps of a plain code: enough to know it, too little to make it."""
    return hashlib.sha256(code.encode()).hexdigest()[:DIGEST_LETTERS]
