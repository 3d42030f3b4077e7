"""Badges: of a person, and all that are to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.core.paging import Page, paginate
from app.door.models import Badge, BadgeName, BadgePrint, BadgeRun
from app.door.rules.chosen import Chosen
from app.door.states import BadgeReason, Layout
from app.registration.models import Registration
from app.registration.states import ParticipantType, RegistrationState

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """What stands on the newest badge of a person; `code` is what one types, `stopped` that it does not count."""

    registration_id: UUID
    order: int
    state: RegistrationState
    name: str
    preferred: str
    native: str
    organization: str
    country: str
    participant_type: ParticipantType
    number: int
    code: str
    stopped: bool
    reason: BadgeReason | None
    printed: bool

    @property
    def large(self) -> str:
        """Return the name written large: as they want to be called, else as in the passport."""
        return self.preferred or self.name


@dataclass(frozen=True, slots=True)
class RunRow:
    """Badges printed together, as the print log shows them."""

    id: UUID
    layout: Layout
    chosen: dict[str, Any]
    badges: int
    reprint: BadgeReason | None
    job_id: UUID | None
    file_id: UUID | None
    made_by: str
    made_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class PrintRow:
    """One print of one person's badge."""

    number: int
    reprint: BadgeReason | None
    made_by: str
    made_at: datetime


def badge_of(session: Session, summit_id: UUID, user_id: UUID) -> BadgeRow | None:
    """Return a person's badge, None while their place is not confirmed."""
    mine = and_(Registration.user_id == user_id, Registration.state == RegistrationState.CONFIRMED)
    return _one(session, summit_id, mine)


def badge_for(session: Session, summit_id: UUID, registration_id: UUID) -> BadgeRow | None:
    """Return the newest badge made for an application, None when none ever was."""
    return _one(session, summit_id, Registration.id == registration_id)


def _one(session: Session, summit_id: UUID, which: ColumnElement[bool]) -> BadgeRow | None:
    row = session.execute(_badges(summit_id).where(which)).one_or_none()
    return None if row is None else BadgeRow(*row)


def _badges(summit_id: UUID) -> Select[*tuple[Any, ...]]:
    other = aliased(Badge)
    newest = select(func.max(other.number)).where(other.registration_id == Registration.id).scalar_subquery()
    return (
        select(
            Registration.id, Registration.number, Registration.state, User.name,
            func.coalesce(BadgeName.preferred, ""), func.coalesce(BadgeName.native, ""), Organization.name,
            Registration.country, Registration.participant_type, func.coalesce(Badge.number, 1),
            func.coalesce(Badge.code, Registration.badge_code), Badge.stopped_at.is_not(None), Badge.reason,
            _is_printed(),
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(Badge, and_(Badge.registration_id == Registration.id, Badge.number == newest))
        .outerjoin(BadgeName, BadgeName.registration_id == Registration.id)
        .where(Registration.summit_id == summit_id, Registration.badge_code.is_not(None))
    )  # fmt: skip


def _is_printed() -> ColumnElement[bool]:
    """Tell whether the newest badge is on paper."""
    return exists().where(
        BadgePrint.registration_id == Registration.id, BadgePrint.number == func.coalesce(Badge.number, 1),
        BadgePrint.run_id == BadgeRun.id, BadgeRun.finished_at.is_not(None),
    )  # fmt: skip


def _to_print(summit_id: UUID, chosen: Chosen) -> Select[*tuple[Any, ...]]:
    """Select the badges that a choice takes: of confirmed people, and only badges that count."""
    wanted = _badges(summit_id).where(
        Registration.state == RegistrationState.CONFIRMED, Badge.stopped_at.is_(None), User.suspended_at.is_(None)
    )
    if chosen.types:
        wanted = wanted.where(Registration.participant_type.in_(chosen.types))
    if chosen.market:
        wanted = wanted.where(Registration.country == chosen.market)
    if chosen.unprinted:
        wanted = wanted.where(~_is_printed())
    first = Organization.search_name if chosen.order == "organization" else User.search_text
    return wanted.order_by(first, User.search_text, Registration.number)


def badges_to_print(session: Session, summit_id: UUID, chosen: Chosen) -> list[BadgeRow]:
    """Return the badges that a choice takes, in its order."""
    return [BadgeRow(*row) for row in session.execute(_to_print(summit_id, chosen))]


def count_to_print(session: Session, summit_id: UUID, chosen: Chosen) -> int:
    """Return how many badges a choice takes."""
    wanted = _to_print(summit_id, chosen).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def badges_of_run(session: Session, summit_id: UUID, run_id: UUID, *, after: int, limit: int) -> list[BadgeRow]:
    """Return the next badges of a run, in the order of the paper, as far as they still count."""
    wanted = _badges(summit_id).join(BadgePrint, BadgePrint.registration_id == Registration.id)
    wanted = wanted.where(
        BadgePrint.run_id == run_id, BadgePrint.position > after, BadgePrint.position <= after + limit,
        Registration.state == RegistrationState.CONFIRMED, Badge.stopped_at.is_(None),
    )  # fmt: skip
    return [BadgeRow(*row) for row in session.execute(wanted.order_by(BadgePrint.position))]


def find_badges(session: Session, summit_id: UUID, search: str) -> list[BadgeRow]:
    """Return at most 20 people with a badge whose name or organization holds `search`."""
    text = " ".join(search.casefold().split())
    if not text:
        return []
    found = User.search_text.contains(text, autoescape=True) | Organization.search_name.contains(text, autoescape=True)
    wanted = _badges(summit_id).where(found).order_by(User.search_text, Registration.number)
    return [BadgeRow(*row) for row in session.execute(wanted.limit(MOST_FOUND))]


_RUN: Select[*tuple[Any, ...]] = select(
    BadgeRun.id, BadgeRun.layout, BadgeRun.chosen, BadgeRun.badges, BadgeRun.reprint, BadgeRun.job_id,
    BadgeRun.file_id, User.name, BadgeRun.made_at, BadgeRun.finished_at,
).join(User, User.id == BadgeRun.made_by)  # fmt: skip


def runs(session: Session, summit_id: UUID, *, number: int = 1) -> Page[RunRow]:
    """Return the print log, the newest first."""
    wanted = _RUN.where(BadgeRun.summit_id == summit_id).order_by(BadgeRun.made_at.desc(), BadgeRun.id)
    return paginate(session, wanted, RunRow, number=number)


def run(session: Session, summit_id: UUID, run_id: UUID) -> RunRow | None:
    """Return one entry of the print log."""
    row = session.execute(_RUN.where(BadgeRun.id == run_id, BadgeRun.summit_id == summit_id)).one_or_none()
    return None if row is None else RunRow(*row)


def prints_of(session: Session, registration_id: UUID) -> Sequence[PrintRow]:
    """Return every print of a person's badges, the newest first."""
    wanted = (
        select(BadgePrint.number, BadgeRun.reprint, User.name, BadgeRun.made_at)
        .join(BadgeRun, BadgeRun.id == BadgePrint.run_id)
        .join(User, User.id == BadgeRun.made_by)
        .where(BadgePrint.registration_id == registration_id, BadgeRun.finished_at.is_not(None))
        .order_by(BadgeRun.made_at.desc())
        .limit(MOST_FOUND)
    )
    return [PrintRow(*row) for row in session.execute(wanted)]
