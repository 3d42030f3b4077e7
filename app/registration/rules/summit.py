"""A summit's settings as one value: what it holds, what makes it unfit, what its slots are."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.registration.states import ParticipantType, PoolKind

EVERY = "*"
"""The key of a pool rule that makes one pool for each market, type or organization without its own."""


@dataclass(frozen=True, slots=True)
class PriceStep:
    """What an application costs when it is submitted on or after `since` (a day at the venue), in cents."""

    since: date
    cents: int


@dataclass(frozen=True, slots=True)
class Break:
    """Venue time of day in which no slot lies."""

    starts: time
    ends: time
    label: str = ""


@dataclass(frozen=True, slots=True)
class PoolRule:
    """How many places a pool has. `key` is a country, a type or `*`; empty for the total."""

    kind: PoolKind
    key: str
    capacity: int


@dataclass(frozen=True, slots=True)
class SlotTemplate:
    """One meeting slot, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SummitSettings:
    """Everything an organizer sets. Days and times of day are the venue's; prices are cents of `currency`."""

    name: str
    tagline: str
    venue: str
    zone: str
    days: tuple[date, ...]
    day_starts: time
    day_ends: time
    slot_minutes: int
    tables: int
    registration_opens: date
    registration_closes: date
    currency: str
    price_steps: tuple[PriceStep, ...]
    pools: tuple[PoolRule, ...]
    breaks: tuple[Break, ...] = ()
    free_types: tuple[ParticipantType, ...] = (ParticipantType.MEDIA, ParticipantType.SPEAKER)
    decision_business_days: int = 15
    payment_days: int = 7
    offer_days: int = 3
    refund_until: date | None = None
    refund_fee_cents: int = 0
    holidays: tuple[date, ...] = ()

    def slots(self) -> list[SlotTemplate]:
        """Return the slots of every day in order, in UTC; venue time is kept across a change of clocks."""
        return [slot for day in sorted(self.days) for slot in self._slots_of(day)]

    def _slots_of(self, day: date) -> list[SlotTemplate]:
        found, length = [], timedelta(minutes=self.slot_minutes)
        at, day_ends = datetime.combine(day, self.day_starts), datetime.combine(day, self.day_ends)
        while at + length <= day_ends:
            ends = [datetime.combine(day, b.ends) for b in self.breaks if self._meets(day, at, length, b)]
            if ends:
                at = max(ends)
                continue
            found.append(SlotTemplate(self.moment(at), self.moment(at + length)))
            at += length
        return found

    @staticmethod
    def _meets(day: date, at: datetime, length: timedelta, pause: Break) -> bool:
        return at < datetime.combine(day, pause.ends) and datetime.combine(day, pause.starts) < at + length

    def moment(self, local: datetime) -> datetime:
        """Return the UTC moment of a time at the venue."""
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        """Return the day it is at the venue at the moment `at`."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def opens_at(self) -> datetime:
        """The moment registration opens: the first moment of its day at the venue."""
        return self.moment(datetime.combine(self.registration_opens, time()))

    @property
    def closes_at(self) -> datetime:
        """The moment registration closes: the end of its last day at the venue."""
        return self.moment(datetime.combine(self.registration_closes + timedelta(days=1), time()))


def moved(settings: SummitSettings, *, first_day: date) -> SummitSettings:
    """Return the settings with every day moved alike, so that the summit begins on `first_day`."""
    by = first_day - min(settings.days)
    return replace(
        settings,
        days=tuple(day + by for day in settings.days),
        registration_opens=settings.registration_opens + by,
        registration_closes=settings.registration_closes + by,
        price_steps=tuple(PriceStep(step.since + by, step.cents) for step in settings.price_steps),
        refund_until=settings.refund_until + by if settings.refund_until else None,
        holidays=tuple(day + by for day in settings.holidays),
    )
