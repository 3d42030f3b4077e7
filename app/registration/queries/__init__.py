"""Reads of this room; other rooms use the names listed here."""

from app.registration.queries.desk import counts_by_state, desk, desk_page, markets, pools
from app.registration.queries.door import badge_of, find_by_name, inside_count, recent_scans, scan
from app.registration.queries.people import (
    ParticipantRow,
    RegistrationRow,
    confirmed,
    participant,
    registration,
    registration_of,
)
from app.registration.queries.status import StatusPage, status_page
from app.registration.queries.summit import (
    KeyDate,
    NoSummitYet,
    SummitView,
    current_summit,
    summit_by_key,
    summit_view,
    the_summit,
)

__all__ = [
    "KeyDate",
    "NoSummitYet",
    "ParticipantRow",
    "RegistrationRow",
    "StatusPage",
    "SummitView",
    "badge_of",
    "confirmed",
    "counts_by_state",
    "current_summit",
    "desk",
    "desk_page",
    "find_by_name",
    "inside_count",
    "markets",
    "participant",
    "pools",
    "recent_scans",
    "registration",
    "registration_of",
    "scan",
    "status_page",
    "summit_by_key",
    "summit_view",
    "the_summit",
]
