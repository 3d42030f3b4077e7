"""Fee waivers: proposed or granted on a payment's page, decided by a second person on their list."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.core.money import Money
from app.payments import rules, vouchers
from app.payments.forms import DecideForm, WaiverForm
from app.payments.queries import price_of
from app.payments.views.blueprint import DESK, bp
from app.payments.views.shown import payment_page, seen_by_reader
from app.payments.vouchers import queries
from app.payments.vouchers.states import WaiverState


@bp.post("/payments/<uuid:payment_id>/waivers")
@allow(write=DESK)
def grant_waiver(payment_id: UUID) -> ResponseReturnValue:
    """Waive a fee that was not asked for yet, or part of it."""
    page, form = seen_by_reader(payment_id), WaiverForm()
    if form.validate_on_submit():
        try:
            price = price_of(db(), page.payment)
            cents = rules.parse_amount(form.waived.data, price.currency)
            if cents > price.cents:
                raise InvalidInput(f"The fee is {price}. Enter at most that.")
            with transaction() as session:
                made = vouchers.grant_waiver(
                    session, payment_id, Money(cents, price.currency), reason=form.why.data,
                    actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except (InvalidInput, Refused) as fault:
            form.waived.errors = [*form.waived.errors, fault.message]
        else:
            waits = made.state is WaiverState.PROPOSED
            flash("Proposed. A colleague must agree to it." if waits else "The fee is waived.", "success")
            return redirect(url_for("payments.payment", payment_id=payment_id), 303)
    return payment_page(page, form)


@bp.get("/payments/waivers")
@allow(read=DESK)
def waivers() -> ResponseReturnValue:
    """List the waivers, those that wait for a second person first."""
    return _list(DecideForm(formdata=None))


@bp.post("/payments/waivers/<uuid:waiver_id>")
@allow(write=DESK)
def decide_waiver(waiver_id: UUID) -> ResponseReturnValue:
    """Agree to a colleague's waiver, refuse it, or take one back."""
    form, what = DecideForm(), request.form.get("decision", "")
    if form.validate_on_submit():
        try:
            _decide(waiver_id, what, form.words.data or "")
        except (InvalidInput, Refused) as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Noted.", "success")
            return redirect(url_for("payments.waivers"), 303)
    return _list(form)


def _decide(waiver_id: UUID, what: str, words: str) -> None:
    me, now = principal().user_id, clock.now()
    with transaction() as session:
        if what == "end":
            vouchers.end_waiver(session, waiver_id, reason=words, actor_id=me, now=now)
        else:
            agreed = what == "agree"
            vouchers.decide_waiver(session, waiver_id, agreed=agreed, words=words, actor_id=me, now=now)


def _list(form: DecideForm) -> ResponseReturnValue:
    page = queries.waivers(db(), number=page_number())
    return render_template(
        "payments/waivers.html", page=page, form=form, me=principal().user_id
    ), 422 if form.errors else 200  # fmt: skip
