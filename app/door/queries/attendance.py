"""Who came, who is inside, who is expected, and what must be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Case, Integer, Select, and_, case, cast, extract, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.core.paging import Page, paginate
from app.door.models import Admission, Conflict, Device, Scan
from app.door.rules.arrivals import Arrivals, arrivals
from app.door.rules.stays import day_start
from app.door.states import ConflictState, ScanResult
from app.registration.models import Registration
from app.registration.queries import SummitView
from app.registration.states import ParticipantType, RegistrationState

QUARTER_SECONDS = 15 * 60
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """How many of one group are confirmed, have come at all, came today, and are inside; `key` names the group."""

    key: str
    confirmed: int
    came: int
    today: int
    inside: int


@dataclass(frozen=True, slots=True)
class GateLine:
    """How many a gate admitted today and how many of those are inside."""

    gate: str
    today: int
    inside: int


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """Attendance as it stands at `at`."""

    at: datetime
    whole: Line
    types: list[Line]
    markets: list[Line]
    gates: list[GateLine]
    arrivals: Arrivals
    conflicts: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Somebody whom a gate let in and the record does not."""

    id: UUID
    registration_id: UUID | None
    name: str | None
    organization: str | None
    gate: str
    device: str | None
    at: datetime
    result: ScanResult
    earlier_at: datetime | None
    earlier_gate: str
    state: ConflictState
    found_at: datetime
    closed_by: str | None
    words: str


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    """A confirmed person and when they first came, None while they are expected."""

    registration_id: UUID
    name: str
    organization: str
    country: str
    participant_type: ParticipantType
    first_at: datetime | None
    gate: str | None
    inside: bool


def attendance_page(session: Session, summit: SummitView, *, now: datetime) -> AttendancePage:
    """Return attendance in five queries, whatever the number of people."""
    start = day_start(now, summit.zone)
    types = _lines(session, summit, Registration.participant_type, start)
    markets = _lines(session, summit, Registration.country, start)
    whole = Line("", *(sum(getattr(line, part) for line in types) for part in ("confirmed", "came", "today", "inside")))
    conflicts = select(func.count()).where(Conflict.summit_id == summit.id, Conflict.state == ConflictState.OPEN)
    waiting = select(func.coalesce(func.sum(Device.waiting), 0)).where(
        Device.summit_id == summit.id, Device.ended_at.is_(None)
    )
    return AttendancePage(
        at=now, whole=whole, types=types, markets=markets[:MOST_LINES], gates=_gates(session, summit, start),
        arrivals=_arrivals(session, summit, start), conflicts=session.scalar(conflicts) or 0,
        waiting=session.scalar(waiting) or 0,
    )  # fmt: skip


def _lines(session: Session, summit: SummitView, group: Any, start: datetime) -> list[Line]:
    """Count confirmed people by a group, the largest first."""
    came = (
        select(
            Admission.registration_id.label("person"), func.max(Admission.admitted_at).label("last"),
            func.max(_is_here(start)).label("here"),
        )
        .where(Admission.summit_id == summit.id)
        .group_by(Admission.registration_id)
        .subquery()
    )  # fmt: skip
    confirmed = func.count()
    wanted = (
        select(
            group, confirmed, func.count(came.c.person), func.count(case((came.c.last >= start, 1))),
            func.coalesce(func.sum(came.c.here), 0),
        )
        .select_from(Registration)
        .outerjoin(came, came.c.person == Registration.id)
        .where(Registration.summit_id == summit.id, Registration.state == RegistrationState.CONFIRMED)
        .group_by(group)
        .order_by(confirmed.desc(), group)
    )  # fmt: skip
    return [Line(str(key or ""), *numbers) for key, *numbers in session.execute(wanted)]


def _is_here(start: datetime) -> Case[int]:
    """Return 1 for an admission of somebody who is inside, else 0."""
    return case((and_(Admission.left_at.is_(None), Admission.admitted_at >= start), 1), else_=0)


def _gates(session: Session, summit: SummitView, start: datetime) -> list[GateLine]:
    wanted = (
        select(Admission.gate, func.count(), func.count(case((Admission.left_at.is_(None), 1))))
        .where(Admission.summit_id == summit.id, Admission.admitted_at >= start)
        .group_by(Admission.gate)
        .order_by(Admission.gate)
        .limit(MOST_LINES)
    )
    return [GateLine(*row) for row in session.execute(wanted)]


def _arrivals(session: Session, summit: SummitView, start: datetime) -> Arrivals:
    """Count admissions of the day in quarters of an hour."""
    moment: Any = Admission.admitted_at
    if session.get_bind().dialect.name == "postgresql":
        moment = func.date_trunc("second", moment)  # a cast to a whole number would round
    quarter = cast(extract("epoch", moment), Integer) // QUARTER_SECONDS
    wanted = (
        select(quarter, func.count())
        .where(Admission.summit_id == summit.id, Admission.admitted_at >= start)
        .group_by(quarter)
        .order_by(quarter)
    )
    counted = {
        datetime.fromtimestamp(int(number) * QUARTER_SECONDS, UTC): count for number, count in session.execute(wanted)
    }
    return arrivals(counted, timedelta(seconds=QUARTER_SECONDS))


def conflicts(
    session: Session, summit_id: UUID, state: ConflictState = ConflictState.OPEN, *, number: int = 1
) -> Page[ConflictRow]:
    """Return conflicts in one state, the newest first."""
    closer = aliased(User)
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Conflict.id, Scan.registration_id, User.name, Organization.name, Scan.gate, Device.name, Scan.at,
            Scan.result, Scan.earlier_at, Scan.earlier_gate, Conflict.state, Conflict.found_at, closer.name,
            Conflict.words,
        )
        .join(Scan, Scan.id == Conflict.scan_id)
        .outerjoin(Registration, Registration.id == Scan.registration_id)
        .outerjoin(User, User.id == Registration.user_id)
        .outerjoin(Organization, Organization.id == Registration.organization_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        .outerjoin(closer, closer.id == Conflict.closed_by)
        .where(Conflict.summit_id == summit_id, Conflict.state == state)
        .order_by(Conflict.found_at.desc(), Conflict.id)
    )  # fmt: skip
    return paginate(session, wanted, ConflictRow, number=number)


def _attendees(summit: SummitView, start: datetime) -> Select[*tuple[Any, ...]]:
    came = (
        select(
            Admission.registration_id.label("person"), func.min(Admission.admitted_at).label("first"),
            func.min(Admission.gate).label("gate"),
            func.max(_is_here(start)).label("here"),
        )
        .where(Admission.summit_id == summit.id)
        .group_by(Admission.registration_id)
        .subquery()
    )  # fmt: skip
    return (
        select(
            Registration.id, User.name, Organization.name, Registration.country, Registration.participant_type,
            came.c.first, came.c.gate, func.coalesce(came.c.here, 0) == 1,
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(came, came.c.person == Registration.id)
        .where(Registration.summit_id == summit.id, Registration.state == RegistrationState.CONFIRMED)
        .order_by(User.search_text, Registration.number)
    )  # fmt: skip


def expected(
    session: Session, summit: SummitView, kind: ParticipantType | None = None, market: str = "", *, now: datetime,
    number: int = 1,
) -> Page[AttendeeRow]:  # fmt: skip
    """Return who is confirmed and has not come yet, of one type and market if given, by name."""
    wanted = _attendees(summit, day_start(now, summit.zone))
    wanted = wanted.where(wanted.selected_columns[5].is_(None))
    if kind is not None:
        wanted = wanted.where(Registration.participant_type == kind)
    if market:
        wanted = wanted.where(Registration.country == market)
    return paginate(session, wanted, AttendeeRow, number=number)


def everybody(session: Session, summit: SummitView, *, now: datetime) -> Sequence[AttendeeRow]:
    """Return every confirmed person and whether they came, for the export."""
    return [AttendeeRow(*row) for row in session.execute(_attendees(summit, day_start(now, summit.zone)))]
