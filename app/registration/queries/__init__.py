"""Reads of this room; other rooms use the names listed here."""

from app.registration.queries.people import (
    ParticipantRow,
    RegistrationRow,
    confirmed,
    participant,
    registration,
    registration_of,
)
from app.registration.queries.summit import KeyDate, SummitView, current_summit, summit_view

__all__ = [
    "KeyDate",
    "ParticipantRow",
    "RegistrationRow",
    "SummitView",
    "confirmed",
    "current_summit",
    "participant",
    "registration",
    "registration_of",
    "summit_view",
]
