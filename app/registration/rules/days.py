"""Business days: Monday to Friday without the holidays an organizer listed."""

from collections.abc import Collection
from datetime import date, timedelta


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Tell whether people work on `day`."""
    return day.weekday() < 5 and day not in holidays


def add_business_days(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """Return the business day `count` business days after `day`; `day` itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day, holidays)
    return day


def business_days_between(earlier: date, later: date, holidays: Collection[date] = ()) -> int:
    """Return how many business days lie after `earlier` up to and including `later`; 0 if `later` is not later."""
    weeks, rest = divmod(max(0, (later - earlier).days), 7)
    worked = weeks * 5 + sum(is_business_day(later - timedelta(days=n)) for n in range(rest))
    return worked - sum(earlier < holiday <= later and is_business_day(holiday) for holiday in set(holidays))
