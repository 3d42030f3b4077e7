"""The summit as everybody reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.registration.models import Summit, SummitVersion
from app.registration.rules.prices import steps_in
from app.registration.rules.stored import read_summit
from app.registration.rules.summit import PriceStep, SlotTemplate, SummitSettings


@dataclass(frozen=True, slots=True)
class KeyDate:
    """A day at the venue that people must know."""

    label: str
    day: date


@dataclass(frozen=True, slots=True)
class SummitView:
    """A summit with its settings in force; moments are UTC, days and times of day are the venue's.

    `price_steps` are those of the main currency; the settings hold the others, too.
    """

    id: UUID
    key: str
    version: int
    name: str
    tagline: str
    venue: str
    zone: str
    days: tuple[date, ...]
    slots: list[SlotTemplate]
    tables: int
    currency: str
    registration_opens: datetime
    registration_closes: datetime
    price_steps: tuple[PriceStep, ...]
    key_dates: list[KeyDate]
    settings: SummitSettings

    def is_open(self, now: datetime) -> bool:
        """Tell whether applications may be submitted at `now`."""
        return self.registration_opens <= now < self.registration_closes


def current_summit(session: Session) -> SummitView | None:
    """Return the newest summit, None before the first is configured."""
    return _view(session, select(Summit.id).order_by(Summit.created_at.desc(), Summit.key.desc()).limit(1))


class NoSummitYet(NotFound):
    """The page belongs to a summit, and none has been set up."""

    code = "no_summit"

    def __init__(self) -> None:
        super().__init__("Nobody has set up a summit yet, so there is nothing to show here.")


def the_summit(session: Session) -> SummitView:
    """Return the newest summit. Raises NoSummitYet before the first is configured."""
    found = current_summit(session)
    if found is None:
        raise NoSummitYet
    return found


def currencies_now(session: Session) -> tuple[str, ...]:
    """Return the currencies in which the newest summit has prices, none before there is one."""
    found = current_summit(session)
    return found.settings.currencies if found else ()


def summit_view(session: Session, summit_id: UUID) -> SummitView | None:
    """Return a summit with the settings in force."""
    return _view(session, select(Summit.id).where(Summit.id == summit_id))


def summit_by_key(session: Session, key: str) -> SummitView | None:
    """Return the summit of that key with the settings in force."""
    return _view(session, select(Summit.id).where(Summit.key == key))


def _view(session: Session, wanted: Select[UUID]) -> SummitView | None:
    row = session.execute(
        select(Summit.id, Summit.key, SummitVersion.version, SummitVersion.settings)
        .join(SummitVersion, (SummitVersion.summit_id == Summit.id) & (SummitVersion.version == Summit.version))
        .where(Summit.id == wanted.scalar_subquery())
    ).one_or_none()
    return None if row is None else _summit(*row)


def _summit(summit_id: UUID, key: str, version: int, stored: dict[str, object]) -> SummitView:
    settings = read_summit(stored)
    return SummitView(
        id=summit_id, key=key, version=version, name=settings.name, tagline=settings.tagline, venue=settings.venue,
        zone=settings.zone, days=settings.days, slots=settings.slots(), tables=settings.tables,
        currency=settings.currency, registration_opens=settings.opens_at, registration_closes=settings.closes_at,
        price_steps=tuple(steps_in(settings, settings.currency)), key_dates=_key_dates(settings), settings=settings,
    )  # fmt: skip


def _key_dates(settings: SummitSettings) -> list[KeyDate]:
    dates = [KeyDate("Applications open", settings.registration_opens)]
    rises = sorted({step.since for step in settings.price_steps} - {settings.registration_opens})
    dates += [KeyDate("The price rises", since) for since in rises if since > settings.registration_opens]
    dates.append(KeyDate("Applications close", settings.registration_closes))
    if settings.refund_until:
        dates.append(KeyDate("Last day to withdraw with a refund", settings.refund_until))
    if settings.substitution_until:
        dates.append(KeyDate("Last day to send somebody else instead", settings.substitution_until))
    dates.append(KeyDate("The summit begins", settings.days[0]))
    dates.append(KeyDate("The summit ends", settings.days[-1]))
    return sorted(dates, key=lambda d: d.day)
