"""What clients race for: the last places of two pools at once, and the offers of the waitlist.

Used by the suite for a round or two and by scripts/race-places for many. Everything goes through the real services;
the controls take away one thing, the lock, and must oversell.
"""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Organization, RoleGrant
from app.core.access import Role
from app.core.db import db, transaction
from app.core.errors import Refused
from app.notifications.models import OutboxMessage
from app.notifications.outbox import Job
from app.registration import services, tasks
from app.registration.models import Place, Pool, Registration, RegistrationStep
from app.registration.queries.summit import the_summit
from app.registration.queries.waitlist import line_of, room_of
from app.registration.rules.summit import PoolRule
from app.registration.services import places
from app.registration.services.waitlist import decline_offer
from app.registration.states import HOLDING, ParticipantType, PoolKind, RegistrationEvent, RegistrationState
from tests.conftest import NOON
from tests.factories import accounts
from tests.factories import registration as make
from tests.races import Crew

S = RegistrationState
MARKETS = ("JP", "FR")
TOTAL = 5
WIDE = 100_000


@dataclass(frozen=True)
class Result:
    """One round: how many places there were to sell, how many were sold, what a count found wrong."""

    sellable: int
    sold: int
    wrong: tuple[str, ...] = ()

    @property
    def oversold(self) -> int:
        return max(0, self.sold - self.sellable)

    @property
    def stranded(self) -> int:
        return max(0, self.sellable - self.sold)


def rules_of(markets: dict[str, int], total: int = TOTAL) -> tuple[PoolRule, ...]:
    return (PoolRule(PoolKind.TOTAL, "", total), *(PoolRule(PoolKind.MARKET, key, cap) for key, cap in markets.items()))


def crowd(app: Flask, count: int) -> list[UUID]:
    """Make a summit and `count` people in review from two markets who pay nothing; return their applications."""
    with app.app_context(), transaction() as session:
        summit = make.summit(session, pools=rules_of(dict.fromkeys(MARKETS, WIDE), WIDE))
        accounts.staff(session, Role.REVIEWER, Role.ORGANIZER)
        return [_newcomer(session, summit, MARKETS[number % 2]) for number in range(count)]


def _newcomer(session, summit, market: str) -> UUID:
    house = _house(session, market)
    return make.in_review(session, summit=summit, organization=house, participant_type=ParticipantType.MEDIA).id


def _house(session, market: str):
    name = f"House of {market}"
    found = session.scalars(select(Organization).where(Organization.name == name)).one_or_none()
    return found or accounts.organization(session, name=name, country=market)


def start_over(app: Flask, everybody: Sequence[UUID], markets: dict[str, int], state: S, total: int = TOTAL) -> None:
    """Give every place back, put everybody into `state` and set the pools of the next round."""
    with app.app_context(), transaction() as session:
        session.execute(update(Place).where(Place.released_at.is_(None)).values(released_at=NOON))
        session.execute(update(Pool).values(taken=0))
        columns = {"state": state, "offer_until": None, "waitlisted_at": NOON, "letter_at": None, "badge_code": None,
                   "decided_at": None, "decided_by": None}  # fmt: skip
        session.execute(update(Registration).where(Registration.id.in_(everybody)).values(columns))
        settings = the_summit(session)
        pools = rules_of(markets, total)
        services.configure_summit(
            session, replace(settings.settings, pools=pools), key=settings.key, actor_id=None, now=NOON
        )
        session.query(OutboxMessage).delete()


def approve(registration_id: str) -> str:
    """One client: a reviewer approves one application."""
    try:
        with transaction() as session:
            services.approve(
                session, UUID(registration_id), actor_id=_reviewer(session), now=NOON, max_list_age_days=None
            )  # fmt: skip
    except places.PoolFull:
        return "full"
    return "taken"


def _reviewer(session) -> UUID:
    return session.scalars(select(RoleGrant.user_id).where(RoleGrant.role == Role.REVIEWER)).one()


def approve_unlocked(registration_id: str) -> str:
    """The control: the same client, but what counts as full was read before the lock is held."""
    places.full_pools = _full_as_seen
    _seen.full = really_full(_own_pools(UUID(registration_id)))
    try:
        return approve(registration_id)
    finally:
        del _seen.full


_seen, really_full = threading.local(), places.full_pools


def _full_as_seen(pools: list[Pool]) -> list[Pool]:
    return _seen.full if hasattr(_seen, "full") else really_full(pools)


def _own_pools(registration_id: UUID) -> list[Pool]:
    country = db().scalar(select(Registration.country).where(Registration.id == registration_id))
    pools = list(db().scalars(select(Pool).where(Pool.key.in_(["", country or ""]))))
    db().close()
    return pools


def move_waitlist(summit_id: str) -> str:
    """One worker: the job that offers places."""
    tasks.move_waitlist(Job(UUID(int=0), "registration.move_waitlist", {"summit": summit_id}, 1, "", "", None))
    return "moved"


def answer(registration_id: str) -> str:
    """Somebody who was offered a place declines it or accepts it."""
    key = UUID(registration_id)
    with transaction() as session:
        person = session.get_one(Registration, key)
        try:
            if person.number % 2:
                decline_offer(session, key, actor_id=person.user_id, now=NOON)
                return "declined"
            services.accept_offer(session, key, actor_id=person.user_id, now=NOON, max_list_age_days=None)
        except Refused:
            return "not offered"
    return "accepted"


def summit_of(app: Flask) -> str:
    with app.app_context(), transaction() as session:
        return str(the_summit(session).id)


def count(app: Flask) -> tuple[int, list[str]]:
    """Return how many hold places, and everything that does not add up: pools, places, states, who fits and waits."""
    with app.app_context(), transaction() as session:
        held = set(session.scalars(select(Place.registration_id).where(Place.released_at.is_(None))))
        holding = set(session.scalars(select(Registration.id).where(Registration.state.in_(HOLDING))))
        wrong = [] if held == holding else [f"{len(held ^ holding)} hold a place without the state or the other way"]
        of_pool = select(Place.pool_id, func.count()).where(Place.released_at.is_(None)).group_by(Place.pool_id)
        counted = {row[0]: row[1] for row in session.execute(of_pool)}
        wrong += [
            f"{pool.kind} {pool.key}: {pool.taken} counted, {counted.get(pool.id, 0)} held"
            for pool in session.scalars(select(Pool)) if pool.taken != counted.get(pool.id, 0)
        ]  # fmt: skip
        summit = the_summit(session)
        room = room_of(session, summit.id, summit.settings)
        fits = [w for w in line_of(session, summit.id) if w.is_clear and not room.held_up_by(w)]
        wrong += [f"{len(fits)} who fit still wait"] if fits else []
        return len(held), wrong


def sellable(markets: dict[str, int], total: int = TOTAL) -> int:
    """Return how many places a crowd of both markets can have."""
    return min(total, sum(markets.values()))


def places_round(app: Flask, crew: Crew, everybody: Sequence[UUID], seed: int) -> Result:
    """200 clients, two pools at once: the total and one of two markets of random size."""
    dice = random.Random(seed)
    markets = {key: dice.randint(1, 5) for key in MARKETS}
    start_over(app, everybody, markets, S.IN_REVIEW)
    clients = [str(key) for key in everybody]
    dice.shuffle(clients)
    told = crew.race(approve, clients)
    sold, wrong = count(app)
    wrong += [] if told.count("taken") == sold else [f"{told.count('taken')} were told yes, {sold} hold a place"]
    return Result(sellable(markets), sold, tuple(wrong))


def offers_round(app: Flask, crew: Crew, everybody: Sequence[UUID], seed: int) -> Result:
    """Everybody waits; every process moves the waitlist while those who are offered a place answer."""
    dice = random.Random(seed)
    markets = {key: dice.randint(1, 5) for key in MARKETS}
    start_over(app, everybody, markets, S.WAITLISTED)
    before, summit_id = _offers(app), summit_of(app)
    wrong = []
    for _turn in range(3):
        crew.race(move_waitlist, [summit_id] * 8)
        crew.race(answer, [str(key) for key in _in_state(app, S.OFFERED)] + [str(key) for key in everybody[:20]])
    crew.race(move_waitlist, [summit_id] * 8)
    sold, found = count(app)
    twice = [key for key, times in _offers(app).items() if times - before.get(key, 0) > 1]
    wrong += found + ([f"{len(twice)} were offered a place twice"] if twice else [])
    return Result(sellable(markets), sold, tuple(wrong))


def control_round(app: Flask, crew: Crew, everybody: Sequence[UUID]) -> Result:
    """The same clients on a database that takes any count, without the lock: more are told yes than there are places.

    Its counts are wrong afterwards, so a building in which it was played is good for nothing else.
    """
    start_over(app, everybody, dict.fromkeys(MARKETS, TOTAL), S.IN_REVIEW)
    told = crew.race(approve_unlocked, [str(key) for key in everybody])
    return Result(TOTAL, told.count("taken"))


def _in_state(app: Flask, state: S) -> list[UUID]:
    with app.app_context(), transaction() as session:
        return list(session.scalars(select(Registration.id).where(Registration.state == state)))


def _offers(app: Flask) -> dict[UUID, int]:
    with app.app_context(), transaction() as session:
        step = RegistrationStep
        wanted = select(step.registration_id, func.count()).where(step.event == RegistrationEvent.OFFER)
        return {row[0]: row[1] for row in session.execute(wanted.group_by(step.registration_id))}
