"""The versions of a summit's settings, and what an edit would do to its pools."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.paging import Page
from app.registration.models import Pool, Registration, SummitVersion
from app.registration.rules.changes import Change, changes
from app.registration.rules.effects import PoolChange, PoolStanding, limits_of, pool_effects
from app.registration.rules.stored import read_summit
from app.registration.rules.summit import EVERY, PoolRule, SummitSettings
from app.registration.rules.words import pool_title
from app.registration.states import PoolKind, RegistrationState
from app.regulatory.queries import country_choices

VERSIONS_ON_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: when and by whom it was made (None: a command), and what it changed of the one before."""

    version: int
    made_at: datetime
    made_by: str | None
    settings: SummitSettings
    changed: list[Change]


def versions(session: Session, summit_id: UUID, *, number: int) -> Page[VersionRow]:
    """Return a page of versions, the newest first."""
    total = session.scalar(select(func.max(SummitVersion.version)).where(SummitVersion.summit_id == summit_id)) or 0
    pages = max(1, -(-total // VERSIONS_ON_A_PAGE))
    number = min(max(1, number), pages)
    newest = total - (number - 1) * VERSIONS_ON_A_PAGE
    oldest = max(1, newest - VERSIONS_ON_A_PAGE + 1)
    rows = _rows(session, summit_id, oldest - 1, newest)
    return Page([row for row in rows if row.version >= oldest][::-1], total, number, VERSIONS_ON_A_PAGE)


def version(session: Session, summit_id: UUID, number: int) -> VersionRow | None:
    """Return one version, None when there is none of that number."""
    return next((row for row in _rows(session, summit_id, number - 1, number) if row.version == number), None)


def _rows(session: Session, summit_id: UUID, oldest: int, newest: int) -> list[VersionRow]:
    """Return versions from `oldest` to `newest` in order; the first of them as if it changed nothing."""
    found = session.execute(
        select(SummitVersion.version, SummitVersion.made_at, User.name, SummitVersion.settings)
        .outerjoin(User, User.id == SummitVersion.made_by)
        .where(SummitVersion.summit_id == summit_id, SummitVersion.version.between(oldest, newest))
        .order_by(SummitVersion.version)
    ).all()
    rows: list[VersionRow] = []
    for number, made_at, made_by, stored in found:
        settings = read_summit(stored)
        rows.append(
            VersionRow(number, made_at, made_by, settings, changes(rows[-1].settings, settings) if rows else [])
        )
    return rows


def effects_on_pools(
    session: Session, summit_id: UUID, before: SummitSettings, after: SummitSettings
) -> list[tuple[str, PoolChange]]:
    """Return what new rules would do to each pool they change, with its title."""
    names = dict(country_choices(session))
    found = pool_effects(_standing(session, summit_id, before.pools, after.pools), after.pools)
    return [(pool_title(e.pool.kind, e.pool.key, names), e) for e in found]


def _standing(
    session: Session, summit_id: UUID, before: tuple[PoolRule, ...], after: tuple[PoolRule, ...]
) -> list[PoolStanding]:
    """Return every pool that exists or that a rule names; those of single organizations only where places are taken."""
    taken = {(p.kind, p.key): p.taken for p in session.scalars(select(Pool).where(Pool.summit_id == summit_id))}
    named = {(rule.kind, rule.key) for rule in (*before, *after) if rule.key != EVERY}
    limits, waiting = limits_of(before), _waiting(session, summit_id)
    found = []
    for kind, key in sorted(set(taken) | named, key=lambda pool: (list(PoolKind).index(pool[0]), pool[1])):
        rule = limits.get((kind, key)) or limits.get((kind, EVERY))
        cap, target = (rule.capacity, rule.target) if rule else (None, None)
        found.append(PoolStanding(kind, key, taken.get((kind, key), 0), waiting[kind, key], cap, target))
    return [pool for pool in found if pool.kind is not PoolKind.ORGANIZATION or pool.taken]


def _waiting(session: Session, summit_id: UUID) -> Counter[tuple[PoolKind, str]]:
    """Count who waits by each pool they touch."""
    who = (Registration.country, Registration.participant_type, Registration.organization_id)
    found = session.execute(
        select(*who, func.count())
        .where(Registration.summit_id == summit_id, Registration.state == RegistrationState.WAITLISTED)
        .group_by(*who)
    )
    waiting: Counter[tuple[PoolKind, str]] = Counter()
    for country, kind, organization, count in found:
        waiting[PoolKind.TOTAL, ""] += count
        waiting[PoolKind.MARKET, country or ""] += count
        waiting[PoolKind.TYPE, kind or ""] += count
        waiting[PoolKind.ORGANIZATION, str(organization)] += count
    return waiting
