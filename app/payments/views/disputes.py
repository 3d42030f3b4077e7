"""Disputes: what the bank was told, by when, and what becomes of a place whose money was lost."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.payments import desk_queries, services
from app.payments.desk_queries import DisputeRow
from app.payments.forms import ReplyForm
from app.payments.states import DisputeState
from app.payments.views.blueprint import DESK, FINANCE, bp, subject_desk


@bp.get("/payments/disputes")
@allow(read=DESK)
def disputes() -> ResponseReturnValue:
    """List the disputes, those due soonest first."""
    asked = request.args.get("state", "")
    state = DisputeState(asked) if asked in list(DisputeState) else None
    page = desk_queries.disputes(db(), state=state, number=page_number())
    return render_template("payments/disputes.html", page=page, state=state, states=DisputeState)


@bp.get("/payments/disputes/<uuid:dispute_id>")
@allow(read=DESK)
def dispute(dispute_id: UUID) -> ResponseReturnValue:
    """Show a dispute and what to do about it."""
    return _page(_found(dispute_id), ReplyForm(formdata=None))


@bp.post("/payments/disputes/<uuid:dispute_id>")
@allow(write=FINANCE)
def settle_dispute(dispute_id: UUID) -> ResponseReturnValue:
    """Note what was sent to the bank or, once the money is lost, what was decided about the place."""
    found, form = _found(dispute_id), ReplyForm()
    if not form.validate_on_submit():
        return _page(found, form)
    note = services.settle_lost if found.state is DisputeState.LOST else services.note_reply
    with transaction() as session:
        note(session, dispute_id, form.words.data, actor_id=principal().user_id, now=clock.now())
    flash("Noted.", "success")
    return redirect(url_for("payments.dispute", dispute_id=dispute_id), 303)


def _found(dispute_id: UUID) -> DisputeRow:
    found = desk_queries.dispute_page(db(), dispute_id)
    if found is None:
        raise NotFound("That dispute does not exist.")
    return found


def _page(found: DisputeRow, form: ReplyForm) -> ResponseReturnValue:
    desk = subject_desk.get(found.subject_kind)
    return render_template(
        "payments/dispute.html", dispute=found, form=form, may_note=FINANCE.admits(principal()),
        place=desk(found.subject_id) if desk else None,
    ), 422 if form.errors else 200  # fmt: skip
