"""Jobs of this room: kind of job to the function that does it.

Each asks the provider outside any transaction and notes the answer in one. A provider that does not answer
raises, and the outbox tries again under the same stored key; a provider that will not is an answer.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.core import clock, crash
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.notifications.outbox import Handler, Job
from app.payments import books, calls, events, give_back, reminders, services, settle
from app.payments.compare import Difference, compare_charges, compare_disputes, compare_refunds
from app.payments.gateway import ProviderRefused, gateway

GRACE = timedelta(minutes=10)
HOURLY_DAYS = 3


def charge(job: Job) -> None:
    """Charge a saved card."""
    attempt_id = UUID(job.payload["attempt"])
    wanted = calls.charge_wanted(db(), attempt_id)
    if wanted is None:
        return
    try:
        seen = gateway().charge_saved_card(wanted)
    except (ProviderRefused, NotFound) as refusal:
        with transaction() as session:
            settle.note_impossible(session, attempt_id, words=refusal.message, now=clock.now())
        return
    crash.point("charge.called")
    with transaction() as session:
        settle.note_answer(session, seen, now=clock.now())
        crash.point("charge.noted")


def refund(job: Job) -> None:
    """Send money back."""
    refund_id = UUID(job.payload["refund"])
    wanted = calls.refund_wanted(db(), refund_id)
    if wanted is None:
        return
    try:
        seen = gateway().send_refund(wanted)
    except (ProviderRefused, NotFound) as refusal:
        with transaction() as session:
            give_back.note_refund_impossible(session, refund_id, words=refusal.message, now=clock.now())
        return
    with transaction() as session:
        give_back.note_refund_answer(session, seen, now=clock.now())


def close(job: Job) -> None:
    """Close a page or an intent at the provider so that it takes no money any more."""
    attempt_id = UUID(job.payload["attempt"])
    session_ref, intent_ref = calls.refs_to_close(db(), attempt_id)
    gateway().close(session_ref=session_ref, intent_ref=intent_ref)
    with transaction() as session:
        settle.note_closed(session, attempt_id, now=clock.now())


def handle_event(job: Job) -> None:
    """Fetch what a kept event speaks of and apply it."""
    settle_event(UUID(job.payload["event"]))


def settle_event(event_id: UUID) -> None:
    """Fetch what a kept event speaks of and apply it; does nothing when it was handled before."""
    seen = calls.waiting_event(db(), event_id)
    if seen is None:
        return
    try:
        facts = gateway().observe(seen)
    except NotFound:
        facts = None
    crash.point("event.fetched")
    with transaction() as session:
        events.apply_event(session, event_id, facts, now=clock.now())
        crash.point("event.applied")


def reconcile(*, days: int, grace: timedelta, apply: bool) -> list[Difference]:
    """Compare our books with the provider's for the last `days` and return every difference.

    What happened within `grace` may still be on its way. With `apply`, events that never arrived are fetched
    and applied first, so that only what they do not explain is left.
    """
    now = clock.now()
    since, settled_before = now - timedelta(days=days), now - grace
    if apply:
        replay_events(since)
    charges, refunds = list(gateway().intents_since(since)), list(gateway().refunds_since(since))
    disputes = gateway().disputes_since(since)
    limits = {"since": since, "settled_before": settled_before}
    return [
        *compare_charges(books.charges_since(db(), since), charges, **limits),
        *compare_refunds(books.refunds_since(db(), since), refunds, **limits),
        *compare_disputes(books.disputes_since(db(), since), disputes, **limits),
        *books.own_differences(db(), settled_before=settled_before),
        *(one for look in books.more_differences for one in look(db(), now)),
    ]


def replay_events(since: datetime) -> int:
    """Keep the events we were never told of, apply all that wait, and return how many were new."""
    seen = gateway().events_since(since)
    known = books.known_events(db(), [event.ref for event in seen])
    missed = [event for event in seen if event.ref not in known]
    for event in missed:
        with transaction() as session:
            events.keep_event(session, event, now=clock.now())
    for event_id in books.waiting_events(db()):
        settle_event(event_id)
    return len(missed)


def reconcile_and_tell(_job: Job) -> None:
    """Fetch what was lost, compare the books, and tell the finance desk what a person must settle."""
    found = reconcile(days=HOURLY_DAYS, grace=GRACE, apply=True)
    with transaction() as session:
        services.note_reconciliation(session, found, now=clock.now())


def remind(job: Job) -> None:
    """Remind a payer of a deadline, if it still holds and nothing came."""
    deadline = datetime.fromisoformat(job.payload["deadline"])
    with transaction() as session:
        reminders.remind_to_pay(
            session, UUID(job.payload["payment"]), days=job.payload["days"], deadline=deadline, now=clock.now()
        )


HANDLERS: dict[str, Handler] = {
    "payments.charge": charge,
    "payments.refund": refund,
    "payments.close": close,
    "payments.event": handle_event,
    reminders.REMIND: remind,
    "payments.reconcile": reconcile_and_tell,
}
