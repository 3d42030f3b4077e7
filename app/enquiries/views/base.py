"""The blueprint of this room and what its pages share."""

from typing import Any

from flask import Blueprint

from app.core.access import Role, holders
from app.core.db import db
from app.enquiries.queries.people import DESK
from app.enquiries.states import STATE_LABELS, STATE_TONES, EnquiryState
from app.regulatory import queries as regulatory
from app.regulatory.states import PARTICIPATION_LABELS

bp = Blueprint("enquiries", __name__)
DESK_PEOPLE = holders(*DESK)
OFFICERS = holders(Role.EXPORT_OFFICER)
WORDS: dict[str, Any] = {"states": STATE_LABELS, "tones": STATE_TONES, "kinds": PARTICIPATION_LABELS}


def state_of(text: str) -> EnquiryState | None:
    return next((state for state in EnquiryState if state.value == text), None)


def country_names() -> dict[str, str]:
    return dict(regulatory.country_choices(db()))
