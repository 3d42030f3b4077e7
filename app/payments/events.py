"""The provider's events: kept once, applied once, and never lost even when they come too late to matter."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.db import insert_or_skip
from app.core.errors import NotFound, Refused
from app.notifications import outbox
from app.payments import give_back, settle
from app.payments.facts import CardSeen, DisputeSeen, EventSeen, Fact, IntentSeen, PageSeen, RefundSeen
from app.payments.models import ProviderEvent
from app.payments.rules import OUR_EVENTS
from app.payments.settle import FactRefused
from app.payments.states import EventState

PAYLOAD_KEPT = timedelta(days=180)


def keep_event(session: Session, seen: EventSeen, *, now: datetime, payload: str | None = None) -> bool:
    """Keep an event, with the bytes that were signed, and queue its application; False when it was kept before.

    Kinds that do not concern us are kept as ignored, without a job.
    """
    event_id, is_ours = ids.new_id(), seen.kind in OUR_EVENTS
    state = EventState.KEPT if is_ours else EventState.IGNORED
    wanted = insert_or_skip(session, ProviderEvent).values(
        id=event_id, provider_ref=seen.ref, kind=seen.kind, object_ref=seen.object_ref, state=state,
        happened_at=seen.happened_at, received_at=now, handled_at=None if is_ours else now,
        payload=payload.replace("\x00", "\ufffd") if payload is not None else None,
    )  # fmt: skip
    if session.execute(wanted.returning(ProviderEvent.id)).first() is None:
        return False
    audit.record(
        session, f"provider_event.{state}", ("provider_event", event_id), actor_id=None, after=state,
        detail={"kind": seen.kind},
    )  # fmt: skip
    if is_ours:
        outbox.queue(session, "payments.event", {"event": str(event_id)}, now=now)
    return True


def forget_payloads(session: Session, *, now: datetime, dry_run: bool) -> int:
    """Take away what old events said, byte for byte; what became of each stays. Return how many there were."""
    old = (ProviderEvent.payload.is_not(None), ProviderEvent.received_at < now - PAYLOAD_KEPT)
    if dry_run:
        return session.scalar(select(func.count()).select_from(ProviderEvent).where(*old)) or 0
    return int(session.execute(update(ProviderEvent).where(*old).values(payload=None)).rowcount)  # type: ignore[attr-defined]


def retry_event(session: Session, event_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Let a refused event be looked at again, as its object is by then. Raises Refused for one that was not refused."""
    event = session.get(ProviderEvent, event_id, with_for_update=True)
    if event is None:
        raise NotFound("That provider event does not exist.")
    if event.state is not EventState.REFUSED:
        raise Refused("Only an event that was refused is tried again. Reload the page.")
    event.state, event.refusal, event.handled_at = EventState.KEPT, None, None
    session.flush()
    audit.record(
        session, "provider_event.retried", ("provider_event", event.id), actor_id=actor_id,
        before=EventState.REFUSED, after=EventState.KEPT, detail={"kind": event.kind},
    )  # fmt: skip
    outbox.queue(session, "payments.event", {"event": str(event_id)}, now=now)


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
