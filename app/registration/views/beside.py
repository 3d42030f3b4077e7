"""What is done beside deciding about one application: a second reviewer, whose it is, reconsider, cancel."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.registration import services
from app.registration.forms.desk import AssignForm, CancelForm, ReasonForm
from app.registration.queries.scopes import reviewer_names
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import DESK, ORGANIZERS, back_to, found_page, shown_through


@bp.route("/registrations/<uuid:registration_id>/reconsider", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def reconsider(registration_id: UUID) -> ResponseReturnValue:
    """Bring a declined application back into review, for a reason."""
    page, form = found_page(summit_now(), registration_id), ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                due = services.reconsider(
                    session, registration_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now()
                )
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The application is in review again.", "success")
            if due is not None:
                flash(
                    f"Its voucher has been used up meanwhile: the fee is {due} now. The applicant was told.", "warning"
                )
            return redirect(url_for("registration.registration", registration_id=registration_id), 303)
    return render_template("registration/reconsider.html", page=page, mine=page.registration, form=form), (
        422 if form.errors else 200
    )


@bp.route("/registrations/<uuid:registration_id>/second", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def second_reviewer(registration_id: UUID) -> ResponseReturnValue:
    """Ask for a second reviewer, or say that one is enough after all."""
    page, form = found_page(summit_now(), registration_id), ReasonForm()
    wanted = not page.registration.second_eyes
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.ask_for_second(
                    session, registration_id, wanted=wanted, reason=form.reason.data, actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Two reviewers must agree now." if wanted else "One reviewer is enough now.", "success")
            return redirect(url_for("registration.registration", registration_id=registration_id), 303)
    return render_template("registration/second.html", page=page, mine=page.registration, form=form, wanted=wanted), (
        422 if form.errors else 200
    )


@bp.route("/registrations/<uuid:registration_id>/assign", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def assign_registration(registration_id: UUID) -> ResponseReturnValue:
    """Take an application, give it to a colleague, or to nobody."""
    summit = summit_now()
    through, at = shown_through()
    page, form = found_page(summit, registration_id), AssignForm()
    form.offer(reviewer_names(db()))
    if request.method == "GET":
        form.assignee.data = str(page.registration.assignee_id or "")
    if form.validate_on_submit():
        to = UUID(form.assignee.data) if form.assignee.data else None
        try:
            with transaction() as session:
                services.assign(session, registration_id, to, actor_id=principal().user_id, now=clock.now())
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            mine = to == principal().user_id
            flash("It is yours now." if mine else "It is given on." if to else "Nobody has it now.", "success")
            return back_to(registration_id, through, at)
    return render_template(
        "registration/assign.html", page=page, mine=page.registration, form=form,
        args=through.args | ({"at": str(at)} if at else {}),
    ), (422 if form.errors else 200)  # fmt: skip


@bp.route("/registrations/<uuid:registration_id>/cancel", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def cancel(registration_id: UUID) -> ResponseReturnValue:
    """Cancel an application; everything that was paid goes back."""
    page, form = found_page(summit_now(), registration_id), CancelForm()
    if form.validate_on_submit():
        require_recent_sign_in(db(), principal().session_id, now=clock.now())  # money goes back
        try:
            with transaction() as session:
                services.cancel(
                    session, registration_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now()
                )
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The application is cancelled and the person is told.", "success")
            return redirect(url_for("registration.registration", registration_id=registration_id), 303)
    return render_template("registration/cancel.html", page=page, mine=page.registration, form=form), (
        422 if form.errors else 200
    )
