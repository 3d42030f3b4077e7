"""The way to the provider's pages and back, and the door through which the provider speaks."""

from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock, crash
from app.core.access import EVERYONE, SIGNED_IN, allow, principal
from app.core.csrf import exempt
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.settings import settings
from app.payments import calls, events, queries, services, settle
from app.payments.gateway import gateway, read_event
from app.payments.states import AttemptKind, PaymentState
from app.payments.views.blueprint import TONES, bp, subject_page
from app.payments.views.shown import seen_by_reader


@bp.post("/payments/<uuid:payment_id>/card")
@allow(write=SIGNED_IN)
def save_card(payment_id: UUID) -> ResponseReturnValue:
    """Send the payer to the provider's page that keeps a card."""
    return go_to_provider(payment_id, AttemptKind.CARD_PAGE, payer_id=principal().user_id)


@bp.post("/payments/<uuid:payment_id>/pay")
@allow(write=SIGNED_IN)
def pay(payment_id: UUID) -> ResponseReturnValue:
    """Send the payer to the provider's page that takes the money."""
    return go_to_provider(payment_id, AttemptKind.PAY_PAGE, payer_id=principal().user_id)


@bp.route("/payments/return")
@allow(read=SIGNED_IN)
def returned() -> ResponseReturnValue:
    """Receive the payer from the provider's page. Decides nothing: the provider's signed event does."""
    asked = request.args.get("payment", type=UUID) or queries.newest_of(db(), principal().user_id)
    if asked is None:
        raise NotFound("There is no payment of yours. Open your application to start.")
    page = seen_by_reader(asked)
    endpoint = subject_page.get(page.payment.subject_kind)
    onward = url_for(endpoint) if endpoint else None
    state = page.payment.state
    is_done = state is PaymentState.SUCCEEDED or (state is PaymentState.CARD_SAVED and not page.has_open_card_page)
    return render_template("payments/returned.html", payment=page.payment, onward=onward, tones=TONES, is_done=is_done)


@bp.post("/payments/events")
@allow(write=EVERYONE)
@exempt
def receive_event() -> ResponseReturnValue:
    """Take a signed event of the provider: verify, keep, answer. It is applied by a job of its own."""
    body = request.get_data()
    seen = read_event(
        body, request.headers.get("Stripe-Signature", ""), settings().stripe_webhook_secrets,
        livemode=gateway().livemode, now=clock.now(),
    )  # fmt: skip
    crash.point("webhook.verified")
    with transaction() as session:
        is_new = events.keep_event(session, seen, now=clock.now(), payload=body.decode("utf-8", "replace"))
        crash.point("webhook.kept")
    crash.point("webhook.committed")
    return jsonify(kept=is_new)


def go_to_provider(
    payment_id: UUID, kind: AttemptKind, *, payer_id: UUID | None, back: str | None = None, done: str | None = None
) -> ResponseReturnValue:
    """Store the attempt and its key, ask the provider outside any transaction, keep the page, send the payer on.

    `back` is the path to which the provider sends them when they leave without paying, `done` when they have paid;
    their payment's pages when left out.
    """
    with transaction() as session:
        attempt = services.open_page(session, payment_id, kind, payer_id=payer_id, now=clock.now())
    url = attempt.page_url
    if url is None:
        site = settings().base_url
        wanted = calls.page_wanted(
            db(),
            attempt.id,
            success_url=site + (done or url_for("payments.returned", payment=payment_id)),
            cancel_url=site + (back or url_for("payments.payment", payment_id=payment_id)),
        )
        page = gateway().open_page(wanted)
        with transaction() as session:
            settle.note_page(session, attempt.id, page)
        url = page.url
    return redirect(url, 303)
