"""Reads of this room; other rooms use the names listed here."""

from app.registration.queries.changes import change, changes_of, has_waiting_change
from app.registration.queries.desk import desk_page, pools
from app.registration.queries.desk_list import counts_by_state, desk, markets
from app.registration.queries.files import desk_may_read
from app.registration.queries.money import back_by_terms, price_before
from app.registration.queries.people import (
    ParticipantRow,
    RegistrationRow,
    confirmed,
    participant,
    registration,
    registration_of,
)
from app.registration.queries.sections import Deadline, Section
from app.registration.queries.status import StatusPage, deadlines, history, status_page
from app.registration.queries.substitution import ClaimRow, finance_may_read
from app.registration.queries.summit import (
    KeyDate,
    NoSummitYet,
    SummitView,
    currencies_now,
    current_summit,
    summit_by_key,
    summit_view,
    the_summit,
)

__all__ = [
    "ClaimRow",
    "Deadline",
    "KeyDate",
    "NoSummitYet",
    "ParticipantRow",
    "RegistrationRow",
    "Section",
    "StatusPage",
    "SummitView",
    "back_by_terms",
    "change",
    "changes_of",
    "confirmed",
    "counts_by_state",
    "currencies_now",
    "current_summit",
    "deadlines",
    "desk",
    "desk_may_read",
    "desk_page",
    "finance_may_read",
    "has_waiting_change",
    "history",
    "markets",
    "participant",
    "pools",
    "price_before",
    "registration",
    "registration_of",
    "status_page",
    "summit_by_key",
    "summit_view",
    "the_summit",
]
