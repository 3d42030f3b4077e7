"""The travel form: saved as often as plans change, until the summit begins; whoever forgets it is reminded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, Refused
from app.questionnaires import services as questionnaires
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.queries.travel import to_remind, travel_reply
from app.registration.rules.travel import fault_in, starts_at
from app.registration.services.apply import own
from app.registration.services.letters import tell
from app.registration.services.moves import settings_in_force
from app.registration.visa_models import TravelReminder
from app.registration.visa_states import INVITED

REMIND_TRAVEL = "registration.remind_travel"
MOST_AT_ONCE = 200


def save_travel(
    session: Session,
    registration_id: UUID,
    answers: Mapping[str, Any],
    *,
    actor_id: UUID,
    seen_edits: int,
    now: datetime,
) -> None:
    """Keep what a person says of their journey. Refuses before a place is held and once the summit has begun."""
    registration = own(session, registration_id, actor_id)
    if registration.state not in INVITED or registration.letter_at is not None:
        raise Refused("The travel form opens once your application is approved.")
    _version, rules = settings_in_force(session, registration.summit_id)
    if now >= starts_at(rules):
        raise Refused("The summit has begun, so the travel form is closed. Write to the organizers instead.")
    asked = travel_reply(session, registration.summit_id, registration.id)
    if asked.version is None:
        raise Refused("The organizers ask nothing about travel.")
    if fault := fault_in({**asked.answers, **answers}):
        raise InvalidInput(fault[1])
    questionnaires.save_answers(
        session, asked.version, KIND, registration.id, answers, actor_id=actor_id, seen_edits=seen_edits, now=now
    )


def remind_travellers(session: Session, summit_id: UUID, *, now: datetime) -> int:
    """Remind those whose travel form is empty, once at each time for it; return how many were reminded."""
    _version, rules = settings_in_force(session, summit_id)
    due = to_remind(session, summit_id, starts_at(rules), now=now)[:MOST_AT_ONCE]
    for registration_id, stage in due:
        registration = session.get_one(Registration, registration_id)
        session.add(TravelReminder(registration_id=registration_id, stage=stage, sent_at=now))
        tell(session, registration, "travel_reminder", now=now, first_day=min(rules.days))
        audit.record(
            session, "registration.reminded", ("registration", registration_id), actor_id=None, after=f"travel {stage}"
        )
    session.flush()
    return len(due)
