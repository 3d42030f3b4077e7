"""What the door was asked and told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.door.models import Admission, Scan
from app.door.rules.stays import day_start
from app.door.states import Direction, ScanResult
from app.registration.models import Registration
from app.registration.queries import SummitView
from app.registration.states import ParticipantType, RegistrationState
from app.regulatory.models import Country

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan and its answer; name and organization are None for an unknown code."""

    id: UUID
    result: ScanResult
    direction: Direction
    gate: str
    at: datetime
    name: str | None
    organization: str | None
    country: str | None
    participant_type: ParticipantType | None
    state: RegistrationState | None
    earlier_at: datetime | None
    earlier_gate: str
    told: ScanResult | None
    country_name: str | None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Somebody found by name at the door."""

    registration_id: UUID
    name: str
    organization: str
    country: str
    state: RegistrationState


_SCAN: Select[*tuple[Any, ...]] = (
    select(
        Scan.id, Scan.result, Scan.direction, Scan.gate, Scan.at, User.name, Organization.name, Registration.country,
        Registration.participant_type, Registration.state, Scan.earlier_at, Scan.earlier_gate,
        Scan.told, Country.name,
    )
    .outerjoin(Registration, Registration.id == Scan.registration_id)
    .outerjoin(User, User.id == Registration.user_id)
    .outerjoin(Organization, Organization.id == Registration.organization_id)
    .outerjoin(Country, (Country.key == Registration.country) & Country.to_version.is_(None))
)  # fmt: skip


def scan(session: Session, summit_id: UUID, scan_id: UUID) -> ScanRow | None:
    """Return one scan of a summit."""
    row = session.execute(_SCAN.where(Scan.id == scan_id, Scan.summit_id == summit_id)).one_or_none()
    return None if row is None else ScanRow(*row)


def scans_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, ScanRow]:
    """Return these scans by their ids."""
    return {row[0]: ScanRow(*row) for row in session.execute(_SCAN.where(Scan.id.in_(ids)))}


def recent_scans(session: Session, summit_id: UUID, *, limit: int = 20) -> list[ScanRow]:
    """Return the newest scans of a summit."""
    found = session.execute(_SCAN.where(Scan.summit_id == summit_id).order_by(Scan.at.desc(), Scan.id).limit(limit))
    return [ScanRow(*row) for row in found]


def inside_count(session: Session, summit: SummitView, *, now: datetime) -> int:
    """Return how many people are inside; who stayed overnight in the record went home."""
    wanted = select(func.count()).where(
        Admission.summit_id == summit.id, Admission.left_at.is_(None),
        Admission.admitted_at >= day_start(now, summit.zone),
    )  # fmt: skip
    return session.scalar(wanted) or 0


def find_by_name(session: Session, summit_id: UUID, search: str) -> list[FoundRow]:
    """Return at most 20 people whose name, address or organization holds `search` and who hold a place."""
    text = " ".join(search.casefold().split())
    if not text:
        return []
    wanted: Select[*tuple[Any, ...]] = (
        select(Registration.id, User.name, Organization.name, Registration.country, Registration.state)
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .where(
            Registration.summit_id == summit_id,
            Registration.state.in_([RegistrationState.CONFIRMED, RegistrationState.PAYMENT_DUE]),
            User.search_text.contains(text, autoescape=True) | Organization.search_name.contains(text, autoescape=True),
        )
        .order_by(User.search_text, Registration.number)
        .limit(MOST_FOUND)
    )
    return [FoundRow(*row) for row in session.execute(wanted)]
