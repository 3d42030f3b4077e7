"""A summit's settings as one value: what it holds, what makes it unfit, what its slots are."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.registration.states import ParticipantType, PoolKind

EVERY = "*"
"""The key of a pool rule that makes one pool for each market, type or organization without its own."""
WIDE_OPEN = 1_000_000
"""The capacity of a pool that no rule limits any more but in which places are taken."""


@dataclass(frozen=True, slots=True)
class PriceStep:
    """What an application costs when it is submitted on or after `since` (a day at the venue), in cents.

    An empty currency is the summit's main one.
    """

    since: date
    cents: int
    currency: str = ""


@dataclass(frozen=True, slots=True)
class RefundRule:
    """What is kept from a person who withdraws up to and including the day `until`: a percentage and a fee."""

    until: date
    fee_cents: int
    currency: str = ""
    kept_percent: int = 0


@dataclass(frozen=True, slots=True)
class TaxRule:
    """The tax that prices include, in hundredths of a percent, and who sells, as invoices name them."""

    label: str = ""
    basis_points: int = 0
    seller_name: str = ""
    seller_address: str = ""
    seller_tax_id: str = ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where transfers in one currency go: an IBAN with its BIC, or a U.S. account with its routing number."""

    currency: str
    holder: str
    iban: str = ""
    bic: str = ""
    bank: str = ""
    account_number: str = ""
    routing_number: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """Venue time of day in which no slot lies."""

    starts: time
    ends: time
    label: str = ""


@dataclass(frozen=True, slots=True)
class PoolRule:
    """How many places a pool has. `key` is a country, a type or `*`; empty for the total.

    Nothing goes over `capacity`; an approval that goes over `target` wants a reason.
    """

    kind: PoolKind
    key: str
    capacity: int
    target: int | None = None


@dataclass(frozen=True, slots=True)
class SlotTemplate:
    """One meeting slot, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SummitSettings:
    """Everything an organizer sets. Days and times of day are the venue's; sums are in the smallest unit.

    `currency` is the main one; a price step or refund rule that names none is in it. `visa_denied_fee_cents` is
    kept, in whichever currency was paid, from a person whose visa was denied. Without `decisions_begin` the promise
    of a decision runs from the application, else from that day on. A `refund_request_days` of 0 sets no limit
    after the payment. `reminder_days` count back from a deadline.
    """

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
    holidays: tuple[date, ...] = ()
    nomination_types: tuple[ParticipantType, ...] = ()
    endorsement_asked: bool = False
    submission_on_behalf: bool = False
    decisions_begin: date | None = None
    decision_delay_minutes: int = 0
    authentication_days: int = 3
    invoice_days: int = 28
    reminder_days: tuple[int, ...] = (3, 1)
    refund_rules: tuple[RefundRule, ...] = ()
    refund_request_days: int = 0
    visa_denied_until: date | None = None
    visa_denied_fee_cents: int = 0
    substitution_until: date | None = None
    substitution_same_organization: bool = True
    other_terms: str = ""
    host: str = ""
    signatory: str = ""
    signatory_title: str = ""
    tax: TaxRule = field(default_factory=TaxRule)
    bank_accounts: tuple[BankAccount, ...] = ()

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies in which one can pay, the main one first."""
        return tuple(dict.fromkeys([self.currency, *(step.currency or self.currency for step in self.price_steps)]))

    def refund_rules_in(self, currency: str) -> tuple[RefundRule, ...]:
        """Return the refund rules of a currency in order of day, each naming it."""
        of_it = (rule for rule in self.refund_rules if (rule.currency or self.currency) == currency)
        return tuple(sorted((replace(rule, currency=currency) for rule in of_it), key=lambda rule: rule.until))

    @property
    def refund_until(self) -> date | None:
        """The last day on which a withdrawal brings anything back, None without refunds."""
        return max((rule.until for rule in self.refund_rules), default=None)

    @property
    def refund_fee_cents(self) -> int:
        """The first fee kept from a refund in the main currency."""
        return next((rule.fee_cents for rule in self.refund_rules_in(self.currency)), 0)

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
    def begins_at(self) -> datetime:
        """The moment the summit begins: when its first day starts."""
        return self.moment(datetime.combine(min(self.days), self.day_starts))

    @property
    def closes_at(self) -> datetime:
        """The moment registration closes: the end of its last day at the venue."""
        return self.moment(datetime.combine(self.registration_closes + timedelta(days=1), time()))


def moved(settings: SummitSettings, *, first_day: date) -> SummitSettings:
    """Return the settings with every day moved alike, so that the summit begins on `first_day`."""
    by = first_day - min(settings.days)

    def later(day: date | None) -> date | None:
        return day + by if day else None

    return replace(
        settings,
        days=tuple(day + by for day in settings.days),
        registration_opens=settings.registration_opens + by,
        registration_closes=settings.registration_closes + by,
        price_steps=tuple(replace(step, since=step.since + by) for step in settings.price_steps),
        refund_rules=tuple(replace(rule, until=rule.until + by) for rule in settings.refund_rules),
        decisions_begin=later(settings.decisions_begin),
        visa_denied_until=later(settings.visa_denied_until),
        substitution_until=later(settings.substitution_until),
        holidays=tuple(day + by for day in settings.holidays),
    )
