"""Set up a summit and change it: every change is a new version, and nobody's old terms move."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Refused
from app.notifications import outbox
from app.questionnaires import services as questionnaires
from app.registration.models import Pool, Summit, SummitVersion
from app.registration.rules.stored import to_plain
from app.registration.rules.summit import EVERY, WIDE_OPEN, PoolRule, SummitSettings
from app.registration.rules.words import pool_words
from app.registration.services.places import MOVE_WAITLIST
from app.regulatory.queries import country_choices


class ChangedMeanwhile(Refused):
    """Somebody else saved while this person was editing."""

    code = "changed_meanwhile"


def configure_summit(
    session: Session,
    settings: SummitSettings,
    *,
    key: str,
    actor_id: UUID | None,
    now: datetime,
    seen_version: int | None = None,
) -> Summit:
    """Make the summit `key`, or give it a new version of its settings and resize its pools.

    Refuses to make a pool smaller than the places already taken, and to overwrite a version that is newer
    than `seen_version` (None does not ask).
    """
    summit = session.scalars(select(Summit).where(Summit.key == key).with_for_update()).one_or_none()
    if summit is None:
        summit = Summit(key=key, name=settings.name, version=0, created_at=now)
        session.add(summit)
        session.flush()
    elif seen_version is not None and seen_version != summit.version:
        raise ChangedMeanwhile("Somebody else changed these settings meanwhile. Open the page again and repeat yours.")
    before = f"version {summit.version}" if summit.version else None
    summit.version += 1
    summit.name = settings.name
    session.add(
        SummitVersion(
            summit_id=summit.id, version=summit.version, settings=to_plain(settings), made_by=actor_id, made_at=now
        )
    )
    _resize_pools(session, summit.id, settings.pools)
    questionnaires.provide_shipped(session, summit.id, now=now)
    audit.record(
        session, "summit.configured", ("summit", summit.id), actor_id=actor_id, before=before,
        after=f"version {summit.version}",
    )  # fmt: skip
    outbox.queue(session, MOVE_WAITLIST, {"summit": str(summit.id)}, now=now)
    return summit


def _resize_pools(session: Session, summit_id: UUID, rules: tuple[PoolRule, ...]) -> None:
    """Give every pool its capacity; pools no rule names any more are kept, wide open, for the places in them."""
    wanted = select(Pool).where(Pool.summit_id == summit_id).order_by(Pool.id).with_for_update()
    existing = {(pool.kind, pool.key): pool for pool in session.scalars(wanted)}
    named = {(rule.kind, rule.key): rule for rule in rules if rule.key != EVERY}
    every = {rule.kind: rule for rule in rules if rule.key == EVERY}
    for (kind, key), pool in existing.items():
        rule = named.get((kind, key)) or every.get(kind) or PoolRule(kind, key, WIDE_OPEN)
        if rule.capacity < pool.taken:
            title = pool_words(kind, key, dict(country_choices(session)))
            raise Refused(
                f"{pool.taken} places of {title} are taken, so its capacity cannot be "
                f"{rule.capacity}. Set at least {pool.taken}, or cancel registrations first."
            )
        pool.capacity, pool.target = rule.capacity, rule.target
    for (kind, key), rule in named.items():
        if (kind, key) not in existing:
            session.add(
                Pool(summit_id=summit_id, kind=kind, key=key, capacity=rule.capacity, target=rule.target, taken=0)
            )
    session.flush()
