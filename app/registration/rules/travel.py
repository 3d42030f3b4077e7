"""The travel form: when somebody is reminded of it, and what cannot be right in it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from app.registration.rules.summit import SummitSettings

AFTER_CONFIRMATION = timedelta(days=7)
BEFORE_THE_SUMMIT = (("three_weeks", timedelta(days=21)), ("one_week", timedelta(days=7)))
FIRST = "first"


def starts_at(rules: SummitSettings) -> datetime:
    """Return the moment at which the first day begins at the venue: until then travel plans can change."""
    return rules.moment(datetime.combine(min(rules.days), time.min))


def stage_due(confirmed_at: datetime, begins_at: datetime, now: datetime) -> str | None:
    """Return the time for a reminder that has come last, None before the first and once the summit has begun."""
    if now >= begins_at:
        return None
    moments = [(confirmed_at + AFTER_CONFIRMATION, FIRST)]
    moments += [(begins_at - before, stage) for stage, before in BEFORE_THE_SUMMIT]
    come = [(at, stage) for at, stage in moments if confirmed_at < at <= now]
    return max(come)[1] if come else None


def fault_in(answers: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the key of the question and a sentence when the days of the journey cannot be, else None."""
    arrival, departure = answers.get("arrival"), answers.get("departure")
    if isinstance(arrival, str) and isinstance(departure, str) and departure < arrival:
        return "departure", "The day of departure lies before the day of arrival."
    return None
