"""Settings and terms as plain values: read with every fault named, written so that reading gives them back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.registration.rules.prices import Terms
from app.registration.rules.summit import EVERY, Break, PoolRule, PriceStep, SummitSettings
from app.registration.states import ParticipantType, PoolKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be used, and the field it stands in."""

    field: str
    message: str


class UnfitSettings(ValueError):
    """The values do not describe a summit; `faults` names every one of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{f.field}: {f.message}" for f in faults))
        self.faults = faults


def to_plain(value: Any) -> Any:
    """Return settings or terms as dictionaries, lists, texts and numbers, fit for JSON."""
    if isinstance(value, (SummitSettings, Terms)):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def terms_from(content: Mapping[str, Any]) -> Terms:
    """Return the terms that `to_plain` wrote."""
    until = content["refund_until"]
    return Terms(**{**content, "refund_until": date.fromisoformat(until) if until else None})


def read_summit(content: Mapping[str, Any]) -> SummitSettings:
    """Return the settings that plain values (TOML, JSON, a form) describe. Raises UnfitSettings naming all faults."""
    reader = _Reader(content)
    values: dict[str, Any] = {
        "name": reader.text("name", 120),
        "tagline": reader.text("tagline", 200, needed=False),
        "venue": reader.text("venue", 200),
        "zone": reader.zone("zone"),
        "days": tuple(sorted(reader.each("days", _day))),
        "day_starts": reader.one("day_starts", _time, time(9)),
        "day_ends": reader.one("day_ends", _time, time(17)),
        "slot_minutes": reader.whole("slot_minutes", 5, 240),
        "tables": reader.whole("tables", 1, 1000),
        "registration_opens": reader.one("registration_opens", _day, date.min),
        "registration_closes": reader.one("registration_closes", _day, date.max),
        "currency": reader.text("currency", 3),
        "price_steps": tuple(reader.each("price_steps", _price)),
        "pools": tuple(reader.each("pools", _pool)),
        "breaks": tuple(reader.each("breaks", _break)),
        "free_types": tuple(reader.each("free_types", ParticipantType)),
        "decision_business_days": reader.whole("decision_business_days", 1, 120, 15),
        "payment_days": reader.whole("payment_days", 1, 120, 7),
        "offer_days": reader.whole("offer_days", 1, 30, 3),
        "refund_until": reader.one("refund_until", _day, None) if content.get("refund_until") else None,
        "refund_fee_cents": reader.whole("refund_fee_cents", 0, 100_000_000, 0),
        "holidays": tuple(sorted(reader.each("holidays", _day))),
    }
    reader.refuse_strangers({f.name for f in fields(SummitSettings)})
    if not reader.faults:
        settings = SummitSettings(**values)
        reader.faults += faults_together(settings)
    if reader.faults:
        raise UnfitSettings(reader.faults)
    return settings


def faults_together(settings: SummitSettings) -> list[Fault]:
    """Return what is wrong between fields that are each sound alone."""
    pools = [(rule.kind, rule.key) for rule in settings.pools]
    since = [step.since for step in settings.price_steps]
    checks = {
        Fault("days", "List at least one day."): not settings.days,
        Fault("days", "A day is listed twice."): len(set(settings.days)) < len(settings.days),
        Fault("day_ends", "The day must end after it starts."): settings.day_ends <= settings.day_starts,
        Fault("breaks", "A break must end after it starts."): any(b.ends <= b.starts for b in settings.breaks),
        Fault("registration_closes", "Registration must close on or after the day it opens."):
            settings.registration_closes < settings.registration_opens,
        Fault("registration_closes", "Registration must close before the summit ends."):
            bool(settings.days) and settings.registration_closes > settings.days[-1],
        Fault("currency", "Use three capital letters, as in USD."):
            not (len(settings.currency) == 3 and settings.currency.isalpha() and settings.currency.isupper()),
        Fault("price_steps", "The first price must hold from the day registration opens."):
            not since or min(since) > settings.registration_opens,
        Fault("price_steps", "Two prices begin on the same day."): len(set(since)) < len(since),
        Fault("pools", "Set the total number of places."): (PoolKind.TOTAL, "") not in pools,
        Fault("pools", "A pool is listed twice."): len(set(pools)) < len(pools),
        Fault("refund_until", "The refund cut-off must not lie after the last day."):
            bool(settings.days and settings.refund_until) and str(settings.refund_until) > str(settings.days[-1]),
    }  # fmt: skip
    return [fault for fault, present in checks.items() if present]


class _Reader:
    """Reads values one by one and keeps what is wrong instead of stopping at the first."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.faults: list[Fault] = []

    def text(self, name: str, longest: int, *, needed: bool = True) -> str:
        value = self.content.get(name, "")
        if not isinstance(value, str) or len(value) > longest or (needed and not value.strip()):
            self._fault(name, f"Write a text of at most {longest} characters.")
            return ""
        return value.strip()

    def zone(self, name: str) -> str:
        value = self.text(name, 60)
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            self._fault(name, f"{value!r} is not a time zone. Use a name such as America/New_York.")
        return value

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int:
        value = self.content.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self._fault(name, f"Use a whole number from {least} to {most}.")
            return least
        return value

    def one(self, name: str, read: Callable[[Any], T], otherwise: T) -> T:
        try:
            return read(self.content[name])
        except (KeyError, ValueError, TypeError) as error:
            self._fault(name, f"This is missing. {_hint(read)}" if isinstance(error, KeyError) else _said(error, read))
            return otherwise

    def each(self, name: str, read: Callable[[Any], T]) -> list[T]:
        values = self.content.get(name, [])
        if not isinstance(values, (list, tuple)):
            self._fault(name, "Use a list.")
            return []
        found = []
        for position, value in enumerate(values, start=1):
            try:
                found.append(read(value))
            except (KeyError, ValueError, TypeError) as error:
                missing = f"{error.args[0]} is missing." if isinstance(error, KeyError) else _said(error, read)
                self._fault(name, f"Item {position}: {missing}")
        return found

    def refuse_strangers(self, known: Iterable[str]) -> None:
        for name in sorted(set(self.content) - set(known)):
            self._fault(name, "There is no such setting.")

    def _fault(self, name: str, message: str) -> None:
        self.faults.append(Fault(name, message))


def _said(error: Exception, read: Callable[[Any], Any]) -> str:
    return str(error) if str(error).endswith(".") else _hint(read)


def _hint(read: Callable[..., Any]) -> str:
    if read is _day:
        return "Use a date such as 2027-05-04."
    return "Use a time such as 09:30." if read is _time else "Use one of the listed values."


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value))


def _time(value: Any) -> time:
    return value if isinstance(value, time) else time.fromisoformat(str(value))


def _cents(value: Any, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 100_000_000:
        raise ValueError(f"Use a whole number from {least} to 100000000.")
    return value


def _price(value: Any) -> PriceStep:
    return PriceStep(_day(value["since"]), _cents(value["cents"]))


def _pool(value: Any) -> PoolRule:
    kind, key = PoolKind(value["kind"]), str(value.get("key", ""))
    known = {
        PoolKind.TOTAL: key == "",
        PoolKind.MARKET: key == EVERY or (len(key) == 2 and key.isalpha() and key.isupper()),
        PoolKind.TYPE: key == EVERY or key in list(ParticipantType),
        PoolKind.ORGANIZATION: key == EVERY,
    }
    if not known[kind]:
        raise ValueError(f"{key!r} is not a key for a pool of kind {kind}.")
    return PoolRule(kind, key, _cents(value["capacity"]))


def _break(value: Any) -> Break:
    return Break(_time(value["starts"]), _time(value["ends"]), str(value.get("label", "")))
