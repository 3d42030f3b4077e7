"""Decisions about accounts that need no database: how long a session lives, who may hold what, how names compare."""

import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from app.accounts.states import OrganizationKind
from app.core.access import COMPANY, Role

SEEN_EVERY = timedelta(minutes=1)
RECENT = timedelta(minutes=10)
LATEST_END = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long somebody stays signed in without doing anything, and at most."""

    idle: timedelta
    absolute: timedelta


PARTICIPANT_LIFE = SessionLife(timedelta(minutes=60), LATEST_END)
STAFF_LIFE = SessionLife(timedelta(minutes=30), timedelta(hours=12))


def session_lives(created_at: datetime, last_seen_at: datetime, *, staff: bool, now: datetime) -> bool:
    """Tell whether a session still counts; staff sessions end sooner."""
    life = STAFF_LIFE if staff else PARTICIPANT_LIFE
    return now - last_seen_at < life.idle and now - created_at < life.absolute


def seen_is_stale(last_seen_at: datetime, now: datetime) -> bool:
    """Tell whether a visit should be written down: at most once a minute."""
    return now - last_seen_at >= SEEN_EVERY


def is_recent(authenticated_at: datetime, now: datetime) -> bool:
    """Tell whether somebody proved who they are within the last ten minutes."""
    return now - authenticated_at <= RECENT


def folded(text: str) -> str:
    """Return text as searches compare it: compatible forms, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def normal_email(email: str) -> str:
    """Return an address as it is stored: without surrounding space, in lower case."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def roles_in(kind: OrganizationKind) -> frozenset[Role]:
    """Return the roles a member of such an organization may have."""
    if kind is OrganizationKind.US_COMPANY:
        return COMPANY | {Role.PARTICIPANT}
    return frozenset({Role.FOCAL_POINT, Role.PARTICIPANT})


def lead_role(kind: OrganizationKind) -> Role:
    """Return the role of whoever manages such an organization's members; its first member gets it."""
    return Role.COMPANY_OWNER if kind is OrganizationKind.US_COMPANY else Role.FOCAL_POINT


def address_prefix(address: str) -> str:
    """Return the part of an IP address that tells a place but not a line: /24 of IPv4, /48 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    network = ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False)
    return str(network)


def device_label(user_agent: str) -> str:
    """Return words for a browser, such as "Firefox on Windows", from what it says of itself."""
    browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
                ("Safari/", "Safari")]  # fmt: skip
    systems = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
               ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")]  # fmt: skip
    browser = next((name for mark, name in browsers if mark in user_agent), "Unknown browser")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


@cache
def time_zone_names() -> tuple[str, ...]:
    """Return the time zones people choose from, by area and city, UTC first."""
    areas = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/",
             "Indian/", "Pacific/")  # fmt: skip
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(areas)))
