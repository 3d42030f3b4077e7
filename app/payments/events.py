"""The provider's events: kept once, applied once, and never lost even when they come too late to matter."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.errors import NotFound, Refused
from app.notifications import outbox
from app.payments import give_back, settle
from app.payments.facts import CardSeen, DisputeSeen, EventSeen, Fact, IntentSeen, PageSeen, RefundSeen
from app.payments.models import ProviderEvent
from app.payments.rules import OUR_EVENTS
from app.payments.settle import FactRefused
from app.payments.states import EventState


def keep_event(session: Session, seen: EventSeen, *, now: datetime) -> bool:
    """Keep an event and queue its application; False, and nothing done, when it was kept before.

    Kinds that do not concern us are kept as ignored, without a job.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    event_id, is_ours = ids.new_id(), seen.kind in OUR_EVENTS
    state = EventState.KEPT if is_ours else EventState.IGNORED
    wanted = insert(ProviderEvent).values(
        id=event_id, provider_ref=seen.ref, kind=seen.kind, object_ref=seen.object_ref, state=state,
        happened_at=seen.happened_at, received_at=now, handled_at=None if is_ours else now,
    )  # fmt: skip
    if session.execute(wanted.on_conflict_do_nothing().returning(ProviderEvent.id)).first() is None:
        return False
    audit.record(
        session, f"provider_event.{state}", ("provider_event", event_id), actor_id=None, after=state,
        detail={"kind": seen.kind},
    )  # fmt: skip
    if is_ours:
        outbox.queue(session, "payments.event", {"event": str(event_id)}, now=now)
    return True


def apply_event(session: Session, event_id: UUID, facts: Iterable[Fact] | None, *, now: datetime) -> EventState:
    """Apply what an event's object was found to be; does nothing when the event was handled before.

    `facts` None means that the provider no longer knows the object. What comes late or contradicts what is
    known is kept with the reason, and the rest of the event still counts. Errors of followers are not swallowed.
    """
    event = session.get(ProviderEvent, event_id, with_for_update=True)
    if event is None:
        raise NotFound("That provider event does not exist.")
    if event.state is not EventState.KEPT:
        return event.state
    refusals = ["The provider does not know what this is about any more."] if facts is None else []
    found = list(facts or ())
    for fact in found:
        try:
            event.payment_id = apply_fact(session, fact, now=now) or event.payment_id
        except FactRefused as refusal:
            event.payment_id = refusal.payment_id or event.payment_id
            refusals.append(refusal.message)
    event.refusal = " ".join(refusals) or None
    event.state = EventState.REFUSED if refusals else EventState.APPLIED if found else EventState.IGNORED
    event.handled_at = now
    session.flush()
    audit.record(
        session, f"provider_event.{event.state}", ("provider_event", event.id), actor_id=None,
        before=EventState.KEPT, after=event.state, reason=event.refusal or "", detail={"kind": event.kind},
    )  # fmt: skip
    return event.state


def apply_fact(session: Session, fact: Fact, *, now: datetime) -> UUID:
    """Apply one thing the provider says and return the payment it is about. Raises FactRefused."""
    match fact:
        case CardSeen():
            return settle.see_card(session, fact, now=now)
        case PageSeen():
            return settle.see_page(session, fact, now=now)
        case IntentSeen():
            return settle.see_intent(session, fact, now=now)
        case RefundSeen():
            return give_back.see_refund(session, fact, now=now)
        case DisputeSeen():
            return give_back.see_dispute(session, fact, now=now)
    raise Refused("Nothing is known about that kind of fact.")
