"""Who acts for organizations they do not belong to: organizers grant and revoke it."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.delegations import services
from app.delegations.forms import EmptyForm, GrantForm
from app.delegations.queries.officers import choosable, grants
from app.delegations.views.blueprint import bp
from app.regulatory.queries import country_choices

ORGANIZERS = holders(Role.ORGANIZER, Role.ADMINISTRATOR)


@bp.route("/delegations/officers", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def officers() -> ResponseReturnValue:
    """List the grants, and make one."""
    form, countries = GrantForm(), dict(country_choices(db()))
    form.country.choices = {"": "None", **countries}
    form.organization_id.choices = {"": "None", **{str(key): name for key, name in choosable(db())}}
    if form.validate_on_submit():
        require_recent_sign_in(db(), principal().session_id, now=clock.now())
        try:
            with transaction() as session:
                services.grant(
                    session, email=form.email.data, country=form.country.data or None,
                    organization_id=UUID(form.organization_id.data) if form.organization_id.data else None,
                    reason=form.reason.data, actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except DomainError as refusal:
            form.email.errors = [*form.email.errors, refusal.message]
        else:
            flash("Granted from their next click on.", "success")
            return redirect(url_for("delegations.officers"), 303)
    page = grants(db(), number=page_number())
    return render_template(
        "delegations/officers.html", page=page, form=form, countries=countries
    ), 422 if form.errors else 200


@bp.post("/delegations/officers/<uuid:grant_id>/revoke")
@allow(write=ORGANIZERS)
def revoke_officer(grant_id: UUID) -> ResponseReturnValue:
    """End a grant."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    if EmptyForm().validate_on_submit():
        with transaction() as session:
            services.revoke(session, grant_id, actor_id=principal().user_id, now=clock.now())
        flash("The grant has ended.", "success")
    return redirect(url_for("delegations.officers"), 303)
