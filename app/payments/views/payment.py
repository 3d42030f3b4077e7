"""A payment and its receipt, and what the desk does with it."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.payments import rules, services
from app.payments.forms import RefundForm, SettledForm
from app.payments.queries import PaymentPage
from app.payments.states import PaymentState, RefundState
from app.payments.views.blueprint import FINANCE, bp, receipt_pdf
from app.payments.views.shown import payment_page, seen_by_reader


@bp.route("/payments/<uuid:payment_id>")
@allow(read=SIGNED_IN)
def payment(payment_id: UUID) -> ResponseReturnValue:
    """Show a payment: to its payer what to do, to the desk also the books."""
    return payment_page(seen_by_reader(payment_id))


@bp.route("/payments/<uuid:payment_id>/receipt")
@allow(read=SIGNED_IN)
def receipt(payment_id: UUID) -> ResponseReturnValue:
    """Show a receipt to print. NotFound until the money arrived."""
    page = seen_by_reader(payment_id)
    if page.payment.state is not PaymentState.SUCCEEDED:
        raise NotFound("There is no receipt until the payment has succeeded.")
    pdf = next((address for find in receipt_pdf if (address := find(db(), payment_id))), None)
    return render_template("payments/receipt.html", page=page, payment=page.payment, pdf=pdf)


@bp.post("/payments/<uuid:payment_id>/refunds")
@allow(write=FINANCE)
def refund(payment_id: UUID) -> ResponseReturnValue:
    """Send money back, or propose to, when the sum is above what one person may send; the sum is shown once more."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    page, form = seen_by_reader(payment_id), RefundForm()
    if form.validate_on_submit():
        if cents := _to_confirm(page, form):
            return payment_page(page, form, to_confirm=cents)
        if _refunded(page, form):
            return redirect(url_for("payments.payment", payment_id=payment_id), 303)
    return payment_page(seen_by_reader(payment_id), form)


@bp.post("/payments/<uuid:payment_id>/settled")
@allow(write=FINANCE)
def settle_attention(payment_id: UUID) -> ResponseReturnValue:
    """Note how something that needed a person was settled."""
    form = SettledForm()
    if not form.validate_on_submit():
        return payment_page(seen_by_reader(payment_id), form)
    with transaction() as session:
        services.settle_attention(
            session, payment_id, reason=form.how.data, actor_id=principal().user_id, now=clock.now()
        )
    flash("Noted. The payment no longer needs a person.", "success")
    return redirect(url_for("payments.payment", payment_id=payment_id), 303)


def _to_confirm(page: PaymentPage, form: RefundForm) -> int | None:
    """Return the cents to show before they go, None once they were confirmed or when they cannot go."""
    try:
        cents = rules.parse_amount(form.amount.data, page.payment.currency or "USD")
    except InvalidInput:
        return None
    may_go = 0 < cents <= page.left_cents == form.shown_left_cents
    return cents if may_go and form.confirmed.data != str(cents) else None


def _refunded(page: PaymentPage, form: RefundForm) -> bool:
    """Do what the form asks; False when it was refused, the reason then standing at its field."""
    try:
        cents = rules.parse_amount(form.amount.data, page.payment.currency or "USD")
        with transaction() as session:
            made = services.refund_by_hand(
                session, page.payment.id, amount_cents=cents, reason=form.reason.data,
                shown_left_cents=form.shown_left_cents, actor_id=principal().user_id, now=clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except InvalidInput as fault:
        form.amount.errors = [*form.amount.errors, fault.message]
        return False
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return False
    if made.state is RefundState.PROPOSED:
        flash("Proposed. The sum is above what one person may send: a colleague of finance must release it.", "info")
    else:
        flash("The refund was asked for. It is done when the payment provider says so.", "success")
    return True
