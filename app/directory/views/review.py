"""What reviewers decide: claims, submitted drafts, suspensions."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.directory import rules, services
from app.directory.forms import DecideForm, ReasonForm, ReviewForm
from app.directory.queries import desk
from app.directory.states import ClaimEvent, ClaimState, EntryState
from app.directory.views.base import REVIEWERS, bp, whole
from app.documents.queries import file_row

QUEUES = (EntryState.IN_REVIEW, EntryState.DRAFT, EntryState.PUBLISHED, EntryState.STALE, EntryState.SUSPENDED)


@bp.get("/directory/claims")
@allow(read=REVIEWERS)
def claims() -> ResponseReturnValue:
    """List claims, those waiting longest first."""
    asked = request.args.get("state", ClaimState.OPEN.value)
    state = ClaimState(asked) if asked in list(ClaimState) else ClaimState.OPEN
    words = rules.tidy(request.args.get("q", ""))[:100]
    page = desk.claims(db(), state=state, search=words, number=page_number())
    return render_template("directory/claims.html", page=page, state=state, states=list(ClaimState), words=words)


@bp.route("/directory/claims/<uuid:claim_id>", methods=["GET", "POST"])
@allow(read=REVIEWERS, write=REVIEWERS)
def decide(claim_id: UUID) -> ResponseReturnValue:
    """Read one claim and decide about it."""
    found = desk.claim(db(), claim_id)
    form = DecideForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.decide_claim(
                    session, claim_id, ClaimEvent(form.event.data), actor_id=principal().user_id,
                    reason=form.reason.data, now=clock.now(),
                )  # fmt: skip
        except (Refused, InvalidInput) as refusal:
            form.event.errors = [*form.event.errors, refusal.message]
        else:
            flash("Decided. The person who claimed gets a mail with your reason.", "success")
            return redirect(url_for("directory.claims"), 303)
    file = file_row(db(), found.file_id) if found.file_id else None
    return render_template(
        "directory/decide.html", form=form, claim=found, file_opens=file is not None and file.is_ready
    ), 422 if form.errors else 200


@bp.get("/directory/reviews")
@allow(read=REVIEWERS)
def reviews() -> ResponseReturnValue:
    """List claimed entries by state, those waiting longest first."""
    asked = request.args.get("state", EntryState.IN_REVIEW.value)
    state = next((state for state in QUEUES if state.value == asked), EntryState.IN_REVIEW)
    page = desk.reviews(db(), state=state, number=page_number())
    return render_template("directory/reviews.html", page=page, state=state, states=QUEUES)


@bp.route("/directory/<string:key>/review", methods=["GET", "POST"])
@allow(read=REVIEWERS, write=REVIEWERS)
def review(key: str) -> ResponseReturnValue:
    """Compare a submitted draft with what is shown, field by field, then publish or return it."""
    found = desk.review(db(), key)
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            _decide(form, found.row.id)
        except (Refused, InvalidInput) as refusal:
            form.decision.errors = [*form.decision.errors, refusal.message]
        else:
            flash("Decided. The company gets a mail with your reason.", "success")
            return redirect(url_for("directory.reviews"), 303)
    form.version.data = str(found.version or 0)
    page = render_template(
        "directory/review.html", form=form, review=found, row=found.row, attestations=rules.ATTESTATIONS,
        reason_form=ReasonForm(formdata=None), is_waiting=found.row.state is EntryState.IN_REVIEW,
        is_suspended=found.row.state is EntryState.SUSPENDED,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _decide(form: ReviewForm, entry_id: UUID) -> None:
    with transaction() as session:
        if form.decision.data == "publish":
            services.publish(
                session, entry_id=entry_id, actor_id=principal().user_id, reason=form.reason.data,
                version=whole(form.version.data), now=clock.now(),
            )  # fmt: skip
        else:
            services.return_draft(
                session, entry_id=entry_id, actor_id=principal().user_id, reason=form.reason.data, now=clock.now()
            )


@bp.post("/directory/<string:key>/standing")
@allow(write=REVIEWERS)
def standing(key: str) -> ResponseReturnValue:
    """Suspend a claimed entry, or let its company work on it again."""
    found = desk.review(db(), key)
    form = ReasonForm()
    reinstates = request.form.get("event") == "reinstate"
    service = services.reinstate_entry if reinstates else services.suspend_entry
    try:
        with transaction() as session:
            service(
                session, entry_id=found.row.id, actor_id=principal().user_id, reason=form.reason.data or "",
                now=clock.now(),
            )  # fmt: skip
    except (Refused, InvalidInput) as refusal:
        flash(refusal.message, "error")
    else:
        flash("Reinstated as a draft." if reinstates else "Suspended. The entry is out of sight now.", "success")
    return redirect(url_for("directory.review", key=key), 303)
