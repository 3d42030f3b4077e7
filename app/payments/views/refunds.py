"""Refunds that wait for a second person."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.payments import desk_queries, services
from app.payments.forms import DecideForm
from app.payments.views.blueprint import DESK, FINANCE, bp


@bp.get("/payments/refunds")
@allow(read=DESK)
def proposed_refunds() -> ResponseReturnValue:
    """List the refunds that one person proposed and another must release."""
    return _list(DecideForm(formdata=None))


@bp.post("/payments/refunds/<uuid:refund_id>")
@allow(write=FINANCE)
def decide_refund(refund_id: UUID) -> ResponseReturnValue:
    """Release a refund that a colleague proposed, or refuse it."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    form, agreed = DecideForm(), request.form.get("decision") == "release"
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.decide_refund(
                    session, refund_id, agreed=agreed, words=form.words.data or "", actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except (InvalidInput, Refused) as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The refund is on its way." if agreed else "The refund was refused.", "success")
            return redirect(url_for("payments.proposed_refunds"), 303)
    return _list(form)


def _list(form: DecideForm) -> ResponseReturnValue:
    page = desk_queries.proposed_refunds(db(), number=page_number())
    return render_template(
        "payments/refunds.html", page=page, form=form, me=principal().user_id, may_decide=FINANCE.admits(principal())
    ), 422 if form.errors else 200  # fmt: skip
