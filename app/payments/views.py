"""Pages of this room: the finance desk's list, a payment and its receipt, the way to the provider and back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, Role, allow, holders, principal
from app.core.asked import page_number
from app.core.csrf import exempt
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.settings import settings
from app.payments import calls, events, queries, rules, services, settle
from app.payments.forms import RefundForm, SettledForm
from app.payments.gateway import gateway, read_event
from app.payments.queries import PaymentPage, PaymentSort
from app.payments.states import CARD_CAN_BE_SAVED, PAGE_CAN_BE_PAID, AttemptKind, PaymentState

bp = Blueprint("payments", __name__)
DESK = holders(Role.FINANCE, Role.ORGANIZER)
# Filled by the application: the endpoint of the page a payer goes on to, by kind of subject.
subject_page: dict[str, str] = {}
TONES = {
    PaymentState.CREATED: "plain", PaymentState.CARD_SAVED: "info", PaymentState.PROCESSING: "info",
    PaymentState.REQUIRES_ACTION: "warn", PaymentState.SUCCEEDED: "good", PaymentState.FAILED: "bad",
    PaymentState.VOIDED: "plain",
}  # fmt: skip


@bp.route("/payments")
@allow(read=DESK)
def payments() -> ResponseReturnValue:
    """Show the finance desk every payment, page by page."""
    asked = {name: request.args.get(name, "") for name in ("state", "search", "sort")}
    state = asked["state"]
    page = queries.payments(
        db(),
        state=PaymentState(state) if state in list(PaymentState) else None,
        needs_attention=state == "attention",
        search=asked["search"],
        sort=PaymentSort(asked["sort"]) if asked["sort"] in list(PaymentSort) else PaymentSort.NEWEST,
        number=page_number(),
    )
    kept = {name: value for name, value in asked.items() if value}
    return render_template(
        "payments/list.html", page=page, totals=queries.totals(db()), asked=asked, kept=kept, states=PaymentState,
        tones=TONES,
    )  # fmt: skip


@bp.route("/payments/<uuid:payment_id>")
@allow(read=SIGNED_IN)
def payment(payment_id: UUID) -> ResponseReturnValue:
    """Show a payment: to its payer what to do, to the desk also the books."""
    return _payment_page(_seen_by_reader(payment_id), RefundForm(formdata=None))


@bp.route("/payments/<uuid:payment_id>/receipt")
@allow(read=SIGNED_IN)
def receipt(payment_id: UUID) -> ResponseReturnValue:
    """Show a receipt to print. NotFound until the money arrived."""
    page = _seen_by_reader(payment_id)
    if page.payment.state is not PaymentState.SUCCEEDED:
        raise NotFound("There is no receipt until the payment has succeeded.")
    return render_template("payments/receipt.html", page=page, payment=page.payment)


@bp.post("/payments/<uuid:payment_id>/card")
@allow(write=SIGNED_IN)
def save_card(payment_id: UUID) -> ResponseReturnValue:
    """Send the payer to the provider's page that keeps a card."""
    return _go_to_provider(payment_id, AttemptKind.CARD_PAGE)


@bp.post("/payments/<uuid:payment_id>/pay")
@allow(write=SIGNED_IN)
def pay(payment_id: UUID) -> ResponseReturnValue:
    """Send the payer to the provider's page that takes the money."""
    return _go_to_provider(payment_id, AttemptKind.PAY_PAGE)


@bp.post("/payments/<uuid:payment_id>/refunds")
@allow(write=holders(Role.FINANCE))
def refund(payment_id: UUID) -> ResponseReturnValue:
    """Send money back."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    page, form = _seen_by_reader(payment_id), RefundForm()
    if form.validate_on_submit() and _refunded(page, form):
        flash("The refund was asked for. It is done when the payment provider says so.", "success")
        return redirect(url_for("payments.payment", payment_id=payment_id), 303)
    return _payment_page(_seen_by_reader(payment_id), form)


@bp.post("/payments/<uuid:payment_id>/settled")
@allow(write=holders(Role.FINANCE))
def settle_attention(payment_id: UUID) -> ResponseReturnValue:
    """Note how something that needed a person was settled."""
    form = SettledForm()
    if not form.validate_on_submit():
        return _payment_page(_seen_by_reader(payment_id), RefundForm(formdata=None), form)
    with transaction() as session:
        services.settle_attention(
            session, payment_id, reason=form.how.data, actor_id=principal().user_id, now=clock.now()
        )
    flash("Noted. The payment no longer needs a person.", "success")
    return redirect(url_for("payments.payment", payment_id=payment_id), 303)


@bp.route("/payments/return")
@allow(read=SIGNED_IN)
def returned() -> ResponseReturnValue:
    """Receive the payer from the provider's page. Decides nothing: the provider's signed event does."""
    asked = request.args.get("payment", type=UUID) or queries.newest_of(db(), principal().user_id)
    if asked is None:
        raise NotFound("There is no payment of yours. Open your application to start.")
    page = _seen_by_reader(asked)
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
    seen = read_event(
        request.get_data(), request.headers.get("Stripe-Signature", ""), settings().stripe_webhook_secrets,
        livemode=gateway().livemode, now=clock.now(),
    )  # fmt: skip
    with transaction() as session:
        is_new = events.keep_event(session, seen, now=clock.now())
    return jsonify(kept=is_new)


def _go_to_provider(payment_id: UUID, kind: AttemptKind) -> ResponseReturnValue:
    """Store the attempt and its key, ask the provider outside any transaction, keep the page, send the payer on."""
    with transaction() as session:
        attempt = services.open_page(session, payment_id, kind, payer_id=principal().user_id, now=clock.now())
    url = attempt.page_url
    if url is None:
        site = settings().base_url
        wanted = calls.page_wanted(
            db(),
            attempt.id,
            success_url=site + url_for("payments.returned", payment=payment_id),
            cancel_url=site + url_for("payments.payment", payment_id=payment_id),
        )
        page = gateway().open_page(wanted)
        with transaction() as session:
            settle.note_page(session, attempt.id, page)
        url = page.url
    return redirect(url, 303)


def _refunded(page: PaymentPage, form: RefundForm) -> bool:
    """Do what the form asks; False when it was refused, the reason then standing at its field."""
    try:
        cents = rules.parse_amount(form.amount.data, page.payment.currency or "USD")
        shown = str(form.shown_left.data or "")
        with transaction() as session:
            services.refund_by_hand(
                session, page.payment.id, amount_cents=cents, reason=form.reason.data,
                shown_left_cents=int(shown) if shown.isdecimal() else -1, actor_id=principal().user_id,
                now=clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except InvalidInput as fault:
        form.amount.errors = [*form.amount.errors, fault.message]
        return False
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return False
    return True


def _seen_by_reader(payment_id: UUID) -> PaymentPage:
    """Return the payment if it is the reader's own or the reader is of the desk. Raises NotFound."""
    person, page = principal(), queries.payment_page(db(), payment_id)
    if page is None or (page.payment.payer_id != person.user_id and not DESK.admits(person)):
        raise NotFound("That payment does not exist.")
    return page


def _payment_page(page: PaymentPage, form: RefundForm, settled: SettledForm | None = None) -> ResponseReturnValue:
    person, found = principal(), page.payment
    is_payer = found.payer_id == person.user_id
    endpoint = subject_page.get(found.subject_kind)
    shown: dict[str, Any] = {
        "page": page, "payment": found, "tones": TONES,
        "refund_form": form, "form": form if settled is None else settled,
        "is_payer": is_payer, "is_desk": DESK.admits(person),
        "may_save_card": is_payer and found.state in CARD_CAN_BE_SAVED,
        "may_pay": is_payer and found.state in PAGE_CAN_BE_PAID,
        "may_refund": Role.FINANCE in person.roles and page.left_cents > 0 and not is_payer,
        "may_settle": Role.FINANCE in person.roles and found.attention is not None,
        "onward": url_for(endpoint) if endpoint and is_payer else None,
    }  # fmt: skip
    shown["settled_form"] = SettledForm(formdata=None) if settled is None else settled
    return render_template("payments/payment.html", **shown), 422 if shown["form"].errors else 200
