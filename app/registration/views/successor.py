"""Naming a successor: by whose place it is, or by a focal point, with the owner's consent."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.registration import queries, services
from app.registration.forms.leave import SuccessorForm
from app.registration.queries import RegistrationRow
from app.registration.queries.substitution import led_registration, substitutions_of
from app.registration.states import OPEN_SUBSTITUTIONS, RegistrationState, SubstitutionState
from app.registration.views.blueprint import bp, summit_now


@bp.route("/apply/successor", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def successor() -> ResponseReturnValue:
    """Name who takes my place, see how that stands, or answer what my focal point proposed."""
    mine = _mine()
    return _page(mine, url_for("registration.status"), is_owner=True)


@bp.route("/successors/<uuid:registration_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def successor_of(registration_id: UUID) -> ResponseReturnValue:
    """Let a focal point propose who takes the place of somebody of their organization."""
    found = led_registration(db(), registration_id, principal().user_id)
    if found is None:
        raise NotFound("That application does not exist.")
    theirs = queries.registration(db(), found)
    if theirs is None:
        raise NotFound("That application does not exist.")
    return _page(theirs, url_for("registration.successor_of", registration_id=registration_id), is_owner=False)


@bp.post("/apply/successor/<uuid:substitution_id>/agree")
@allow(write=SIGNED_IN)
def agree_to_successor(substitution_id: UUID) -> ResponseReturnValue:
    """Agree to the successor that a focal point proposed."""
    with transaction() as session:
        services.agree_to_successor(session, substitution_id, actor_id=principal().user_id, now=clock.now())
    flash("You have agreed. The successor was invited; your place stays yours until they are approved.", "success")
    return redirect(url_for("registration.successor"), 303)


@bp.post("/apply/successor/<uuid:substitution_id>/withdraw")
@allow(write=SIGNED_IN)
def withdraw_successor(substitution_id: UUID) -> ResponseReturnValue:
    """Take a substitution back while nothing has passed."""
    with transaction() as session:
        services.withdraw_successor(session, substitution_id, actor_id=principal().user_id, now=clock.now())
    flash("Nobody is named any more. The place stays where it is.", "success")
    mine = queries.registration_of(db(), summit_now().id, principal().user_id)
    return redirect(url_for("registration.successor" if mine else "accounts.my_organizations"), 303)


def _mine() -> RegistrationRow:
    mine = queries.registration_of(db(), summit_now().id, principal().user_id)
    if mine is None or mine.state is RegistrationState.DRAFT:
        raise NotFound("You have no place to give up. Open 'Apply' to begin.")
    return mine


def _page(row: RegistrationRow, back: str, *, is_owner: bool) -> ResponseReturnValue:
    form = SuccessorForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.name_successor(
                    session, row.id, name=form.name.data or "", email=form.email.data or "",
                    reason=form.reason.data or "", actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except InvalidInput as fault:
            form.email.errors = [*form.email.errors, fault.message]
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        else:
            said = "The successor was invited by mail." if is_owner else "The proposal was sent to whose place it is."
            flash(f"{said} The place passes only when the successor is approved.", "success")
            return redirect(url_for("registration.successor") if is_owner else back, 303)
    found = substitutions_of(db(), row.id)
    return render_template(
        "registration/successor.html", form=form, row=row, is_owner=is_owner, here=request.path, found=found,
        open=next((one for one in found if one.state in OPEN_SUBSTITUTIONS), None), me=principal().user_id,
        may_name=row.state is RegistrationState.CONFIRMED and row.terms is not None,
        proposed=SubstitutionState.PROPOSED,
    ), 422 if form.errors else 200  # fmt: skip
