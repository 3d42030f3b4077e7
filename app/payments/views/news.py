"""The provider's events: what came, what became of it, and another try."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.payments import desk_queries, events
from app.payments.states import EventState
from app.payments.views.blueprint import DESK, FINANCE, bp


@bp.get("/payments/provider-events")
@allow(read=DESK)
def provider_events() -> ResponseReturnValue:
    """List the provider's events with their state and, where one was refused, why."""
    asked = request.args.get("state", "")
    state = EventState(asked) if asked in list(EventState) else None
    page = desk_queries.events(db(), state=state, number=page_number())
    return render_template(
        "payments/events.html", page=page, state=state, states=EventState, may_retry=FINANCE.admits(principal())
    )


@bp.post("/payments/provider-events/<uuid:event_id>")
@allow(write=FINANCE)
def retry_event(event_id: UUID) -> ResponseReturnValue:
    """Fetch what an event is about once more, and apply it."""
    with transaction() as session:
        events.retry_event(session, event_id, actor_id=principal().user_id, now=clock.now())
    flash("The event is looked at again. Reload the page in a moment.", "success")
    return redirect(url_for("payments.provider_events"), 303)
