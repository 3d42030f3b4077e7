"""Who waits, in which order, and what holds them up: for the job, for organizers and for the person themselves."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.paging import Page
from app.registration.models import Place, Pool, Registration
from app.registration.queries.money import KIND
from app.registration.queries.people import RegistrationRow
from app.registration.queries.summit import SummitView
from app.registration.rules.summit import SummitSettings
from app.registration.rules.waitlist import PoolKey, Room, Waiter, in_line, next_for
from app.registration.rules.words import pool_title
from app.registration.states import PoolKind, RegistrationState
from app.regulatory.queries import country_choices
from app.screening.models import Case
from app.screening.states import CaseState

LATELY = timedelta(days=30)
ON_A_PAGE = 25


def _is_waiting(summit_id: UUID) -> ColumnElement[bool]:
    """Somebody waits once the letter that says so has left."""
    return and_(
        Registration.summit_id == summit_id, Registration.state == RegistrationState.WAITLISTED,
        Registration.letter_at.is_(None),
    )  # fmt: skip


def line_of(session: Session, summit_id: UUID) -> list[Waiter]:
    """Return everybody who waits, in the order in which places are offered: one query, however many they are."""
    found = session.execute(
        select(
            Registration.id, Registration.number, Registration.country, Registration.participant_type,
            Registration.organization_id, Registration.priority,
            func.coalesce(Registration.waitlisted_at, Registration.created_at), Case.state,
        )
        .outerjoin(Case, (Case.subject_kind == KIND) & (Case.subject_id == Registration.id))
        .where(_is_waiting(summit_id))
    )  # fmt: skip
    return in_line(
        Waiter(key, number, country or "", kind or "", str(organization), priority, since, case is CaseState.CLEARED)
        for key, number, country, kind, organization, priority, since, case in found
    )


def room_of(session: Session, summit_id: UUID, settings: SummitSettings) -> Room:
    """Return how many places each pool can still give, as of now and without a lock."""
    found = session.execute(select(Pool.kind, Pool.key, Pool.taken).where(Pool.summit_id == summit_id))
    return Room(settings.pools, {(kind, key): taken for kind, key, taken in found})


@dataclass(frozen=True, slots=True)
class PoolLine:
    """The line for one pool: who waits, who is next, what came back lately. `free` is None without a limit."""

    pool: PoolKey
    title: str
    free: int | None
    is_at_target: bool
    waiting: int
    came_back: int
    next: Waiter | None


@dataclass(frozen=True, slots=True)
class WaitRow:
    """Somebody who waits: their position in the line, and why they are passed over (nothing: a place is coming)."""

    waiter: Waiter
    position: int
    name: str
    organization: str
    country: str
    held_up_by: list[str]


@dataclass(frozen=True, slots=True)
class WaitlistPage:
    """What organizers read: a line for each pool, and those who wait, all or of one pool."""

    lines: list[PoolLine]
    rows: Page[WaitRow]
    offers_out: int


def waitlist_page(
    session: Session, summit: SummitView, *, pool: PoolKey | None, number: int, now: datetime
) -> WaitlistPage:
    """Return the waitlist in order, or the part of it that waits for `pool`."""
    line, room = line_of(session, summit.id), room_of(session, summit.id, summit.settings)
    names = dict(country_choices(session))
    shown = [waiter for waiter in line if pool is None or pool in waiter.own_keys]
    pages = max(1, -(-len(shown) // ON_A_PAGE))
    number = min(max(1, number), pages)
    start = (number - 1) * ON_A_PAGE
    rows = _rows(session, shown[start : start + ON_A_PAGE], start, room, names)
    offers = session.scalar(
        select(func.count()).where(Registration.summit_id == summit.id, Registration.state == RegistrationState.OFFERED)
    )
    return WaitlistPage(
        _pool_lines(session, summit, line, room, names, now), Page(rows, len(shown), number, ON_A_PAGE), offers or 0
    )


def _rows(session: Session, waiters: list[Waiter], start: int, room: Room, names: dict[str, str]) -> list[WaitRow]:
    found = session.execute(
        select(Registration.id, User.name, Organization.name)
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .where(Registration.id.in_([waiter.id for waiter in waiters]))
    )
    people = {key: (name, organization) for key, name, organization in found}
    return [
        WaitRow(
            waiter,
            position,
            *people[waiter.id],
            names.get(waiter.country, waiter.country),
            why_not(waiter, room, names),
        )
        for position, waiter in enumerate(waiters, start=start + 1)
    ]


@dataclass(frozen=True, slots=True)
class WaitPerson:
    """Somebody on the waitlist as organizers open them; `moves` tells whether the application moved meanwhile."""

    id: UUID
    number: int
    name: str
    organization: str
    priority: int
    moves: int


def wait_person(session: Session, summit_id: UUID, registration_id: UUID) -> WaitPerson | None:
    """Return somebody who is on the waitlist of this summit, None when they are not."""
    found = session.execute(
        select(
            Registration.id, Registration.number, User.name, Organization.name, Registration.priority,
            Registration.moves,
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .where(
            Registration.id == registration_id, Registration.summit_id == summit_id,
            Registration.state == RegistrationState.WAITLISTED,
        )
    ).one_or_none()  # fmt: skip
    return WaitPerson(*found) if found else None


def why_not(waiter: Waiter, room: Room, names: dict[str, str]) -> list[str]:
    """Return why somebody is passed over now: pools without a place, and screening."""
    pools = room.held_up_by(waiter)
    full = [pool_title(*pool, names) for pool in pools if not room.is_at_target_only(pool)]
    at_target = [pool_title(*pool, names) for pool in pools if room.is_at_target_only(pool)]
    held_up = [f"No place in: {', '.join(full)}"] if full else []
    held_up += [f"At its target, so only a person can offer: {', '.join(at_target)}"] if at_target else []
    return held_up if waiter.is_clear else [*held_up, "Screening is not clear"]


def _pool_lines(
    session: Session, summit: SummitView, line: list[Waiter], room: Room, names: dict[str, str], now: datetime
) -> list[PoolLine]:
    waiting = Counter(pool for waiter in line for pool in waiter.own_keys)
    back = _came_back(session, summit.id, now)
    shown = [pool for pool in waiting if room.limit(pool) is not None and pool[0] is not PoolKind.ORGANIZATION]
    order = list(PoolKind)
    return [
        PoolLine(
            pool,
            pool_title(*pool, names),
            room.free(pool),
            room.is_at_target_only(pool),
            waiting[pool],
            back[pool],
            next_for(pool, line, room),
        )
        for pool in sorted(shown, key=lambda pool: (order.index(pool[0]), -waiting[pool], pool[1]))
    ]


def _came_back(session: Session, summit_id: UUID, now: datetime) -> Counter[PoolKey]:
    """Count the places that came back in each pool during the last 30 days."""
    found = session.execute(
        select(Pool.kind, Pool.key, func.count())
        .join(Place, Place.pool_id == Pool.id)
        .where(Pool.summit_id == summit_id, Place.released_at > now - LATELY)
        .group_by(Pool.kind, Pool.key)
    )
    return Counter({(kind, key): count for kind, key, count in found})


@dataclass(frozen=True, slots=True)
class PoolStand:
    """How a person stands in the line for one of their pools; `position` counts from 1."""

    title: str
    position: int
    waiting: int
    free: int
    came_back: int


@dataclass(frozen=True, slots=True)
class WaitStanding:
    """What somebody who waits is told: the pools that hold them up, the others, and whether screening is done."""

    holding_up: list[PoolStand]
    with_room: list[PoolStand]
    is_clear: bool
    since: datetime
    is_preferred: bool


def wait_standing(session: Session, summit: SummitView, row: RegistrationRow, now: datetime) -> WaitStanding | None:
    """Return where somebody stands on the waitlist, None when they do not wait."""
    me = session.execute(
        select(Registration, Case.state)
        .outerjoin(Case, (Case.subject_kind == KIND) & (Case.subject_id == Registration.id))
        .where(Registration.id == row.id, _is_waiting(summit.id))
    ).one_or_none()
    if me is None:
        return None
    mine: Registration = me[0]
    waiter = Waiter(
        mine.id, mine.number, mine.country or "", mine.participant_type or "", str(mine.organization_id),
        mine.priority, mine.waitlisted_at or mine.created_at, me[1] is CaseState.CLEARED,
    )  # fmt: skip
    room, names = room_of(session, summit.id, summit.settings), dict(country_choices(session))
    ahead, everybody = _counts(session, mine)
    back = _came_back(session, summit.id, now)
    stands = {
        pool: PoolStand(
            pool_title(*pool, names), ahead[pool[0]] + 1, everybody[pool[0]], room.free(pool), back[pool]
        )
        for pool in waiter.own_keys if room.limit(pool) is not None
    }  # fmt: skip
    full = room.held_up_by(waiter)
    return WaitStanding(
        [stand for pool, stand in stands.items() if pool in full],
        [stand for pool, stand in stands.items() if pool not in full],
        waiter.is_clear, waiter.since, waiter.priority > 0,
    )  # fmt: skip


def _counts(session: Session, mine: Registration) -> tuple[dict[PoolKind, int], dict[PoolKind, int]]:
    """Count who waits for the same pools before `mine` in the line, and all of them: one query."""
    since = func.coalesce(Registration.waitlisted_at, Registration.created_at)
    own_since = mine.waitlisted_at or mine.created_at
    before = or_(
        Registration.priority > mine.priority,
        and_(
            Registration.priority == mine.priority,
            or_(since < own_since, and_(since == own_since, Registration.number < mine.number)),
        ),
    )
    same = {
        PoolKind.MARKET: Registration.country == mine.country,
        PoolKind.TYPE: Registration.participant_type == mine.participant_type,
        PoolKind.ORGANIZATION: Registration.organization_id == mine.organization_id,
    }
    ahead = [func.count().filter(before), *(func.count().filter(and_(before, is_same)) for is_same in same.values())]
    everybody = [func.count(), *(func.count().filter(is_same) for is_same in same.values())]
    counted = session.execute(select(*ahead, *everybody).where(_is_waiting(mine.summit_id))).one()
    kinds = [PoolKind.TOTAL, *same]
    return dict(zip(kinds, counted[: len(kinds)], strict=True)), dict(zip(kinds, counted[len(kinds) :], strict=True))
