"""What other rooms' pages show of deal rooms: below an interest for the partner, below a lead for the company."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.dealrooms.queries import grants, rooms
from app.dealrooms.states import GRANT_LABELS, GRANT_TONES, LIVE_GRANTS
from app.interest.queries import Lead, MyInterest
from app.interest.states import LIVE, InterestState, Visibility
from app.registration.queries import Section


def interest_section(session: Session, interest: MyInterest, _now: datetime) -> Section | None:
    """Return the way from a partner's interest into the entry's deal room; nothing where there is none."""
    room_id = rooms.open_room_of(session, interest.entry_id)
    if room_id is None or interest.state is InterestState.WATCHING:
        return None
    found = grants.grant_of_interest(session, interest.id)
    facts = {
        "room_id": room_id, "grant": found, "labels": GRANT_LABELS, "tones": GRANT_TONES, "live": LIVE_GRANTS,
        "interest_id": interest.id, "may_ask": interest.state in LIVE or interest.state is InterestState.SIGNED,
    }  # fmt: skip
    return Section("Deal room", "dealrooms/_interest.html", facts)


def lead_section(session: Session, lead: Lead, _now: datetime) -> Section | None:
    """Return how the partner behind a lead stands to the deal room, and the button to give it access."""
    entry_id = grants.entry_of_interest(session, lead.id)
    room_id = rooms.open_room_of(session, entry_id) if entry_id else None
    nameless = lead.visibility is Visibility.SUMMARY_ONLY
    found = None if nameless else grants.grant_of_interest(session, lead.id)
    facts = {
        "room_id": room_id, "grant": found, "labels": GRANT_LABELS, "tones": GRANT_TONES, "live": LIVE_GRANTS,
        "nameless": nameless, "interest_id": lead.id,
        "may_give": lead.state in LIVE or lead.state is InterestState.SIGNED,
    }  # fmt: skip
    return Section("Deal room", "dealrooms/_lead.html", facts)
