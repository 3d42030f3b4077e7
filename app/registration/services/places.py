"""Places: taken from every pool a registration touches, all or none, under locks in one fixed order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core import ids
from app.core.db import explained
from app.core.errors import Refused
from app.notifications import outbox
from app.registration.models import Place, Pool, Registration
from app.registration.rules.pools import pools_touched
from app.registration.rules.summit import SummitSettings
from app.registration.rules.words import pool_words

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
    _make_missing(session, wanted.summit_id, [(r.kind, r.key, r.capacity) for r in rules])
    keys = {(rule.kind, rule.key) for rule in rules}
    found = session.scalars(
        select(Pool)
        .where(Pool.summit_id == wanted.summit_id, Pool.key.in_([rule.key for rule in rules]))
        .order_by(Pool.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return [pool for pool in found if (pool.kind, pool.key) in keys]


def _make_missing(session: Session, summit_id: UUID, wanted: list[tuple[str, str, int]]) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    known = {(p.kind, p.key) for p in session.execute(select(Pool.kind, Pool.key).where(Pool.summit_id == summit_id))}
    for kind, key, capacity in wanted:
        if (kind, key) not in known:
            row = {"id": ids.new_id(), "summit_id": summit_id, "kind": kind, "key": key, "capacity": capacity}
            session.execute(insert(Pool).values(**row, taken=0).on_conflict_do_nothing())


def full_pools(pools: list[Pool]) -> list[str]:
    """Name the pools that have no place left."""
    return [pool_words(pool.kind, pool.key) for pool in pools if pool.taken >= pool.capacity]


def take_places(session: Session, registration: Registration, settings: SummitSettings, *, now: datetime) -> None:
    """Take one place in every pool the registration touches. Raises PoolFull, and takes none, if one is full."""
    pools = lock_pools(session, wanted_by(registration), settings)
    if full := full_pools(pools):
        raise PoolFull(full)
    for pool in pools:
        pool.taken += 1
        session.add(Place(registration_id=registration.id, pool_id=pool.id, taken_at=now))
    with explained({"ck_pools_taken_within_capacity": PoolFull(["one of the pools"])}):
        session.flush()


def free_places(session: Session, registration: Registration, *, now: datetime) -> int:
    """Give back every place the registration holds and let the waitlist move; return how many there were."""
    held = session.scalars(
        select(Place).where(Place.registration_id == registration.id, Place.released_at.is_(None))
    ).all()
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


def wanted_by(registration: Registration) -> Wanted:
    """Return what decides which pools a submitted registration draws from."""
    if registration.country is None or registration.participant_type is None or registration.organization_id is None:
        raise Refused("This application is not complete: it names no type or no organization.")
    return Wanted(
        registration.summit_id, registration.country, registration.participant_type, registration.organization_id
    )
