"""The finance desk's list of payments."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.access import allow
from app.core.asked import page_number
from app.core.db import db
from app.payments import desk_queries, queries
from app.payments.forms import WordsForm
from app.payments.queries import PaymentSort
from app.payments.states import PaymentState
from app.payments.views.blueprint import DESK, TONES, bp


@bp.route("/payments", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def payments() -> ResponseReturnValue:
    """Show the finance desk every payment, page by page; a search is sent as a form, as it may be a name."""
    form = WordsForm()
    words = (form.words.data or "").strip() if form.validate_on_submit() else ""
    asked = {name: request.args.get(name, "") for name in ("state", "sort")}
    state = asked["state"]
    page = queries.payments(
        db(),
        state=PaymentState(state) if state in list(PaymentState) else None,
        needs_attention=state == "attention",
        search=words,
        sort=PaymentSort(asked["sort"]) if asked["sort"] in list(PaymentSort) else PaymentSort.NEWEST,
        number=page_number(),
    )
    kept = {name: value for name, value in asked.items() if value}
    return render_template(
        "payments/list.html", page=page, totals=queries.totals(db()), asked=asked, kept=kept, states=PaymentState,
        tones=TONES, form=form, words=words, waiting=desk_queries.waiting(db()),
    ), 422 if form.errors else 200  # fmt: skip
