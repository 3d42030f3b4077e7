"""Reads of this room; other rooms use the names listed here."""

from app.door.queries.attendance import attendance_page, conflicts, everybody, expected
from app.door.queries.badges import (
    BadgeRow,
    badge_for,
    badge_of,
    badges_of_run,
    badges_to_print,
    count_to_print,
    find_badges,
    prints_of,
    run,
    runs,
)
from app.door.queries.devices import DeviceRow, device, device_by_token, devices, flagged_for
from app.door.queries.people import MOST_AT_ONCE, Person, changes_since, people_after, version
from app.door.queries.scans import ScanRow, find_by_name, inside_count, recent_scans, scan, scans_by_id

__all__ = [
    "MOST_AT_ONCE",
    "BadgeRow",
    "DeviceRow",
    "Person",
    "ScanRow",
    "attendance_page",
    "badge_for",
    "badge_of",
    "badges_of_run",
    "badges_to_print",
    "changes_since",
    "conflicts",
    "count_to_print",
    "device",
    "device_by_token",
    "devices",
    "everybody",
    "expected",
    "find_badges",
    "find_by_name",
    "flagged_for",
    "inside_count",
    "people_after",
    "prints_of",
    "recent_scans",
    "run",
    "runs",
    "scan",
    "scans_by_id",
    "version",
]
