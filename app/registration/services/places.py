"""Places: taken from every pool a registration touches, all or none, under locks in one fixed order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import ids
from app.core.db import explained, insert_or_skip
from app.core.errors import Refused
from app.notifications import outbox
from app.registration.models import Place, Pool, Registration
from app.registration.rules.pools import pools_touched
from app.registration.rules.summit import PoolRule, SummitSettings
from app.registration.rules.words import pool_words
from app.registration.services.moves import note, settings_in_force
from app.registration.states import PoolKind
from app.regulatory.queries import country_choices

MOVE_WAITLIST = "registration.move_waitlist"
"""The job that offers free places to those who wait."""
EXPIRE = "registration.expire"
"""The job that ends an offer or a payment deadline that has passed."""
LATE_MONEY = "registration.late_money"
"""The job that settles money for a place that is gone."""


class PoolFull(Refused):
    """No place is left in a pool the registration touches; `pools` says which."""

    code = "pool_full"

    def __init__(self, pools: list[str]) -> None:
        super().__init__(f"No place is left in {' and '.join(pools)}. Put the application on the waitlist instead.")
        self.pools = pools


class OverTarget(Refused):
    """A soft target would be passed and nobody has said why; `pools` says which."""

    code = "over_target"

    def __init__(self, pools: list[str]) -> None:
        super().__init__(
            f"This goes over the target of {' and '.join(pools)}. Say why the place is given all the same, or put "
            "the application on the waitlist."
        )
        self.pools = pools


@dataclass(frozen=True, slots=True)
class Wanted:
    """What decides which pools somebody draws from."""

    summit_id: UUID
    country: str
    participant_type: str
    organization_id: UUID


def lock_pools(session: Session, wanted: Wanted, settings: SummitSettings) -> list[Pool]:
    """Lock, in order of id, the pools that `wanted` touches, making those that do not exist yet; return them."""
    rules = pools_touched(settings.pools, wanted.country, wanted.participant_type, str(wanted.organization_id))
    _make_missing(session, wanted.summit_id, rules)
    keys = {(rule.kind, rule.key) for rule in rules}
    found = session.scalars(
        select(Pool)
        .where(Pool.summit_id == wanted.summit_id, Pool.key.in_([rule.key for rule in rules]))
        .order_by(Pool.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return [pool for pool in found if (pool.kind, pool.key) in keys]


def _make_missing(session: Session, summit_id: UUID, rules: list[PoolRule]) -> None:
    known = {(p.kind, p.key) for p in session.execute(select(Pool.kind, Pool.key).where(Pool.summit_id == summit_id))}
    for rule in rules:
        if (rule.kind, rule.key) not in known:
            row = {"id": ids.new_id(), "summit_id": summit_id, "kind": rule.kind, "key": rule.key}
            row |= {"capacity": rule.capacity, "target": rule.target, "taken": 0}
            session.execute(insert_or_skip(session, Pool).values(**row))


def full_pools(pools: list[Pool]) -> list[Pool]:
    """Return the pools that have no place left."""
    return [pool for pool in pools if pool.taken >= pool.capacity]


def _named(session: Session, pools: list[Pool]) -> list[str]:
    """Name pools as people read them."""
    countries = dict(country_choices(session)) if any(pool.kind is PoolKind.MARKET for pool in pools) else {}
    return [pool_words(pool.kind, pool.key, countries) for pool in pools]


def take_places(
    session: Session, registration: Registration, settings: SummitSettings, *, now: datetime,
    over_target_reason: str = "", actor_id: UUID | None = None, besides: Registration | None = None,
) -> None:  # fmt: skip
    """Take one place in every pool the registration touches, but those in which `besides` holds one for it.

    Raises PoolFull, and takes none, if one is full; OverTarget if one would go over its target and no reason is
    given. A reason that was needed is kept in the history and in the audit log.
    """
    pools = lock_pools(session, wanted_by(registration), settings)
    if besides is not None:
        kept = {place.pool_id for place in held_places(session, besides)}
        pools = [pool for pool in pools if pool.id not in kept]
    if full := full_pools(pools):
        raise PoolFull(_named(session, full))
    reason = over_target_reason.strip()
    if above := [pool for pool in pools if pool.target is not None and pool.taken >= pool.target]:
        over = _named(session, above)
        if not reason:
            raise OverTarget(over)
        note(session, registration, f"Over the target of {' and '.join(over)}: {reason}", actor_id=actor_id, now=now)
    for pool in pools:
        pool.taken += 1
        session.add(Place(registration_id=registration.id, pool_id=pool.id, taken_at=now))
    with explained({"ck_pools_taken_within_capacity": PoolFull(["one of the pools"])}):
        session.flush()


def free_places(session: Session, registration: Registration, *, now: datetime) -> int:
    """Give back every place the registration holds and let the waitlist move; return how many there were."""
    held = held_places(session, registration)
    if not held:
        return 0
    pools = select(Pool).where(Pool.id.in_([place.pool_id for place in held])).order_by(Pool.id).with_for_update()
    for pool in session.scalars(pools.execution_options(populate_existing=True)):
        pool.taken -= 1
    for place in held:
        place.released_at = now
    session.flush()
    outbox.queue(session, MOVE_WAITLIST, {"summit": str(registration.summit_id)}, now=now)
    return len(held)


def held_places(session: Session, registration: Registration) -> list[Place]:
    """Return the places that a registration holds."""
    wanted = select(Place).where(Place.registration_id == registration.id, Place.released_at.is_(None))
    return list(session.scalars(wanted))


def pass_places(session: Session, giver: Registration, taker: Registration, *, now: datetime) -> None:
    """Let the places of `giver` pass to `taker`, with no moment at which they are free.

    Where `taker` holds a place of its own, or draws from another pool, the giver's is freed and the waitlist moves.
    """
    settings = settings_in_force(session, taker.summit_id)[1]
    wanted = {pool.id for pool in lock_pools(session, wanted_by(taker), settings)}
    own = {place.pool_id for place in held_places(session, taker)}
    given = held_places(session, giver)
    freed = [place.pool_id for place in given if place.pool_id not in wanted or place.pool_id in own]
    if freed:
        pools = select(Pool).where(Pool.id.in_(freed)).order_by(Pool.id).with_for_update()
        for pool in session.scalars(pools.execution_options(populate_existing=True)):
            pool.taken -= 1
        outbox.queue(session, MOVE_WAITLIST, {"summit": str(giver.summit_id)}, now=now)
    for place in given:
        place.released_at = now
        if place.pool_id not in freed:
            session.add(Place(registration_id=taker.id, pool_id=place.pool_id, taken_at=now))
    session.flush()


def wanted_by(registration: Registration) -> Wanted:
    """Return what decides which pools a submitted registration draws from."""
    if registration.country is None or registration.participant_type is None or registration.organization_id is None:
        raise Refused("This application is not complete: it names no type or no organization.")
    return Wanted(
        registration.summit_id, registration.country, registration.participant_type, registration.organization_id
    )
